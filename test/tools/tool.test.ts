import { expect, test } from "vitest";
import { z } from "zod";
import { allTools } from "../../src/tools/index.ts";
import { defineTool } from "../../src/tools/tool.ts";
import { startToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

const echo = defineTool({
  name: "echo",
  toolset: "session",
  title: "Echo",
  description: "Says it again.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({ text: z.string(), times: z.int().default(1) }),
  alsoRead: { words: "text" },
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

test("another name of an argument is read, unless both are given", async () => {
  await using harness = await startToolHarness({ seed: "empty" });

  const read = await harness.call(echo, { words: "a" });
  const besideEmpty = await harness.call(echo, { words: "a", text: "" });
  const both = harness.call(echo, { words: "a", text: "b" });

  expect([read, besideEmpty]).toEqual(["a", "a"]);
  await expect(both).rejects.toMatchObject({ message: expect.stringContaining('"words"') });
});

test("the first answer that shows a day names the zone that nobody configured, and only that one", async () => {
  await using harness = await startToolHarness({
    seed: "empty",
    timeZone: "UTC",
    isZoneAssumed: true,
  });
  const notice = "\nDays are meant in UTC, this machine's zone: KANEO_TIMEZONE is not set.";

  const answers = [
    await harness.call(echo, { text: "no day" }),
    await harness.call(echo, { text: "due 2026-03-01" }),
    await harness.call(echo, { text: "due 2026-03-02" }),
  ];

  expect(answers).toEqual(["no day", `due 2026-03-01${notice}`, "due 2026-03-02"]);
});

test("a zone that was configured is named by no answer", async () => {
  await using harness = await startToolHarness({ seed: "empty" });

  expect(await harness.call(echo, { text: "due 2026-03-01" })).toBe("due 2026-03-01");
});

test.for([
  ["get_task", 20, { task: "" }],
  ["update_tasks", 100, { tasks: "", priority: "high" }],
  ["copy_tasks", 100, { tasks: "", project: "WEB" }],
] as const)("%s takes at most %i tasks, in one text too", async ([name, most, args]) => {
  await using harness = await startToolHarness();
  const keys = Array.from({ length: most + 1 }, (_, index) => `WEB-${index + 1}`).join(", ");
  const named = Object.entries(args).map(([argument, value]) => [argument, value || keys]);

  const call = harness.call(toolNamed(allTools, name), Object.fromEntries(named));

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: `${most + 1} tasks are named; 1 to ${most} are allowed at once.`,
  });
});
