import { expect, test } from "vitest";
import { z } from "zod";
import { systemClock } from "../../src/clock.ts";
import type { Kaneo } from "../../src/kaneo/api/kaneo.ts";
import { startWorkbench } from "../robustness/workbench.ts";
import { everyTool, examplesFor } from "../support/example-ids.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

/** An answer of the embedded Kaneo and the schema that it was checked against. */
interface Checked {
  tool: string;
  path: string;
  schema: z.ZodType;
  body: unknown;
}

const checked = await checkedAnswers();

/** What every tool asks with its example, each answer once. */
async function checkedAnswers(): Promise<Checked[]> {
  await using bench = await startWorkbench();
  const answers: Checked[] = [];
  const known = new Map<z.ZodType, Set<string>>();
  for (const tool of everyTool) {
    bench.restore();
    await using connection = bench.connect({
      clock: systemClock,
      watch: (kaneo) =>
        watching(kaneo, (path, schema, body) => {
          const texts = known.get(schema) ?? new Set();
          const text = JSON.stringify(body);
          if (!texts.has(text)) answers.push({ tool: tool.name, path, schema, body });
          known.set(schema, texts.add(text));
        }),
    });
    const { text, isFailure } = await connection.call(tool, examplesFor(bench.sandbox)[tool.name]);
    if (isFailure) {
      const example = "its example and its ids of test/support/example-ids.ts";
      throw new Error(`${tool.name}, called with ${example}, failed: ${text}`);
    }
  }
  return answers;
}

function watching(
  kaneo: Kaneo,
  note: (path: string, schema: z.ZodType, body: unknown) => void,
): Kaneo {
  const check = <T>(path: string, schema: z.ZodType<T>, body: unknown): T => {
    note(path, schema, structuredClone(body));
    return schema.parse(structuredClone(body));
  };
  return {
    ...kaneo,
    newCall: () => watching(kaneo.newCall(), note),
    asOf: (moment) => watching(kaneo.asOf(moment), note),
    get: async (path, schema) => check(path, schema, await kaneo.get(path, z.unknown())),
    post: async (path, schema, body) =>
      check(path, schema, await kaneo.post(path, z.unknown(), body)),
    put: async (path, schema, body) =>
      check(path, schema, await kaneo.put(path, z.unknown(), body)),
    patch: async (path, schema, body) =>
      check(path, schema, await kaneo.patch(path, z.unknown(), body)),
    delete: async (path, schema) => check(path, schema, await kaneo.delete(path, z.unknown())),
    kept: async ({ endpoint, schema }) =>
      check(endpoint, schema, await kaneo.kept({ endpoint, schema: z.unknown() })),
  };
}

/** `value` once for each place in it that `isMeant` means, with `instead` there. */
function* variants(
  value: unknown,
  isMeant: (part: unknown) => boolean,
  instead: unknown,
): Generator<unknown> {
  if (isMeant(value)) yield instead;
  if (typeof value !== "object" || value === null) return;
  // Of a list's elements one stands for all, and of the paths that Kaneo's operations have, a few do.
  const isPath = (key: string) => key.startsWith("/");
  const most = Array.isArray(value) ? 1 : Object.keys(value).every(isPath) ? 9 : Infinity;
  const keys = Object.keys(value).slice(0, most);
  for (const key of keys) {
    const part: unknown = Object(value)[key];
    for (const variant of variants(part, isMeant, instead)) {
      yield Object.assign(Array.isArray(value) ? [...value] : { ...value }, { [key]: variant });
    }
  }
}

test("every tool's answers are looked at", () => {
  expect(checked.length).toBeGreaterThan(100);
});

test("no list of an answer is checked beyond its first wrong element", () => {
  const wrong = Array.from({ length: 101 }, () => ({}));

  const collected = checked.filter(({ schema, body }) =>
    [...variants(body, Array.isArray, wrong)].some(
      (variant) => (schema.safeParse(variant).error?.issues.length ?? 0) > 100,
    ),
  );

  expect(collected.map(({ tool, path }) => `${tool}: ${path}`)).toEqual([]);
});

test("lists inside the elements of a list are not checked beyond their first wrong element either", async () => {
  await using board = await startSmallBoard();
  const row = { role: "odd", permission: { task: Array.from({ length: 500_000 }, () => 1) } };
  const answer = { kind: "answer", status: 200, body: [row] } as const;
  board.sandbox.fail({ method: "GET", path: /list-roles/ }, answer);
  const before = process.memoryUsage().heapTotal;

  const failure = await board.call(toolNamed(everyTool, "list_members")).catch(String);

  expect(failure).toContain("Kaneo");
  expect(process.memoryUsage().heapTotal - before).toBeLessThan(200 * 2 ** 20);
});

test.each([1e308, -1e308, 1e18, 1.5])("the number %d is no part of any answer", (senseless) => {
  const isNumber = (part: unknown) => typeof part === "number";
  // The answer of an operation is shown as the JSON that it is.
  const read = checked.filter(({ tool }) => !tool.endsWith("_operation"));

  const taken = read.filter(({ schema, body }) =>
    [...variants(body, isNumber, senseless)].some((variant) =>
      holds(schema.safeParse(variant).data, senseless),
    ),
  );

  expect(taken.map(({ tool, path }) => `${tool}: ${path}`)).toEqual([]);
});

function holds(value: unknown, number: number): boolean {
  if (typeof value !== "object" || value === null) return value === number;
  // Of what is done, half a percent may be.
  const parts = Object.entries(value).filter(
    ([name]) => name !== "completionPercentage" || number > 100,
  );
  return parts.some(([, part]) => holds(part, number));
}
