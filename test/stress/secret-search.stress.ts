import { expect, test } from "vitest";
import { runSecretSearch } from "../robustness/secret-search.ts";

test("every secret searched everywhere", async ({ task }) => {
  const { secrets, calls, bytes, finds } = await runSecretSearch({ rounds: 2 });

  task.meta.counts = `secrets: ${secrets} tokens, device codes, API keys and passwords in ${bytes.toLocaleString("en")} bytes of stdout, stderr at debug and files, after ${calls} calls to a Kaneo that echoes them: ${finds.length} hits`;
  expect(finds).toEqual([]);
});
