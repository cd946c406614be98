import type { Kaneo } from "../../src/kaneo/api/kaneo.ts";

/** Asks Kaneo for each list only once: for tests that look at one of megabytes in many ways, and change nothing. */
export function askingOnce(kaneo: Kaneo): Kaneo {
  const answers = new Map<string, Promise<unknown>>();
  return {
    ...kaneo,
    get: <T>(...[endpoint, schema]: Parameters<typeof kaneo.get<T>>) => {
      const answer = answers.get(endpoint) ?? kaneo.get(endpoint, schema);
      answers.set(endpoint, answer);
      // An endpoint is always read with the same schema.
      return answer as Promise<T>;
    },
  };
}
