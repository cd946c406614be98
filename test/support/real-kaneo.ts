/** Any running Kaneo, whose account has given its key. */
import { randomUUID } from "node:crypto";

/** Asks one route below `/api`; what the caller knows of the answer is its type. */
export interface AskKaneo {
  <T = { id: string }>(method: string, path: string, body?: object): Promise<T>;
  /** Its origin, and what stands before `/api`. */
  url: string;
  apiKey: string;
}

/** That of KANEO_TEST_URL, with the key KANEO_TEST_KEY; undefined where one of them is not set. */
export function realKaneo(): AskKaneo | undefined {
  const { KANEO_TEST_URL: given = "", KANEO_TEST_KEY: apiKey = "" } = process.env;
  if (given === "" || apiKey === "") return undefined;
  return askKaneo(new URL(given).href.replace(/\/(api\/?)?$/, ""), apiKey);
}

export function askKaneo(url: string, apiKey: string): AskKaneo {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return Object.assign(ask, { url, apiKey });
}

/** A workspace of its own, which goes away at the end with all that is in it. */
export async function makeWorkspace(ask: AskKaneo): Promise<AsyncDisposable & { id: string }> {
  const slug = `kaneo-mcp-${randomUUID().slice(0, 8)}`;
  const { id } = await ask("POST", "/auth/organization/create", { name: slug, slug });
  const remove = async () => {
    await ask("POST", "/auth/organization/delete", { organizationId: id });
  };
  return { id, [Symbol.asyncDispose]: remove };
}
