import { expect, test } from "vitest";
import { endpoint } from "../../src/kaneo/endpoint.ts";

test.for([".", "..", "a/b", "", "a?b", "%2e", "x".repeat(129)])(
  "%j can be no id in a path",
  (id) => {
    expect(() => endpoint`/api/task/${id}`).toThrow("is not an id that Kaneo could have given.");
  },
);
