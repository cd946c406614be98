import { expect, test } from "vitest";
import { z } from "zod";
import { defineTool } from "../../src/tools/tool.ts";
import { startToolHarness } from "../support/tool-harness.ts";

const echo = defineTool({
  name: "echo",
  toolset: "session",
  title: "Echo",
  description: "Says it again.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({ text: z.string(), times: z.int().default(1) }),
  example: { text: "a" },
  run: async ({ text, times }) => text.repeat(times),
  text: (text) => text,
});

test("a tool states its title and all hints, and that it talks to the outside", () => {
  expect(echo.annotations).toEqual({
    title: "Echo",
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  });
});

test("whatever a tool renders, nothing invisible leaves it and nothing beyond 24,000 characters", async () => {
  await using harness = await startToolHarness({ seed: "empty" });

  const clean = await harness.call(echo, { text: "a\u202Eb\u200B\u{E0041}c" });
  const long = await harness.call(echo, { text: "x", times: 30_000 });

  expect(clean).toBe("abc");
  expect(long).toHaveLength(24_000);
});

test("wrong arguments never reach the tool", async () => {
  await using harness = await startToolHarness({ seed: "empty" });

  const call = harness.call(echo, { txt: "a" });

  await expect(call).rejects.toMatchObject({ kind: "invalid_input" });
});
