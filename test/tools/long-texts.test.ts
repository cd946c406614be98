import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import type { WireSchema } from "../../src/tools/wire-schema.ts";
import { startToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

/** Pictures, and what the board's view gives back as it got it. */
const OF_ANY_LENGTH = new Set(["data"]);

test("no tool takes texts of any length, which would take it many seconds", async () => {
  await using harness = await startToolHarness();
  const long = `x${" ".repeat(11 * 2 ** 20)}x`;
  const isText = ({ type, items }: WireSchema) => type === "string" || items?.type === "string";
  const calls = allTools
    .filter(({ ui }) => ui !== "app")
    .flatMap((tool) =>
      Object.entries(tool.inputSchema.properties ?? {})
        .filter(([name, schema]) => isText(schema) && !OF_ANY_LENGTH.has(name))
        .map(([name]) => ({ tool, name })),
    );

  const answers = await Promise.all(
    calls.map(async ({ tool, name }) => {
      const failure = harness.call(tool, { ...tool.example, [name]: long });
      const text = await failure.catch((error: Error) => error.message);
      return `${tool.name} ${text.slice(0, 300)}`;
    }),
  );

  const taken = answers.filter((one) => !/at most 1,?0|than the 10 MiB|must be one of/.test(one));
  expect(calls.length).toBeGreaterThan(100);
  expect(taken).toEqual([]);
  expect(harness.requests()).toEqual([]);
});

// Of lists within a list, as models give them: `bug, ui`.
test.each([
  ["list_tasks", "labels", "bug,"],
  ["list_tasks", "status", "done,"],
  ["update_tasks", "tasks", "WEB-1 "],
  ["import_tasks", "mapping", "status a = done\n"],
])("%s does not look up hundreds of thousands of %s", async (name, list, one) => {
  await using harness = await startToolHarness();
  const many = Array(100).fill(one.repeat(9_900 / one.length));

  const answer = harness.call(toolNamed(allTools, name), { project: "WEB", [list]: many });

  await expect(answer).rejects.toThrow("must have at most 100,000 characters");
});
