/** docs/coverage.md against what the tools ask for. */
import { expect, test } from "vitest";
import { OWN_TOOLS } from "../scripts/coverage-docs.ts";
import { allTools } from "../src/tools/index.ts";
import { startWorkbench } from "./robustness/workbench.ts";
import { type RecordedOperation, recordedOperations } from "./sandbox/openapi.ts";
import { examplesFor } from "./support/example-ids.ts";

const GENERAL = ["read_operation", "call_operation", "find_operations"];

/** The operation of a request: of those that fit, the one with the most plain steps. */
function operationOf(method: string, path: string): RecordedOperation | undefined {
  const plain = (operation: RecordedOperation) => operation.path.replaceAll(/\{\w+\}/g, "").length;
  const [steps = ""] = path.split("?");
  return recordedOperations()
    .filter((one) => one.method === method)
    .filter((one) => new RegExp(`^/api${one.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(steps))
    .toSorted((one, other) => plain(other) - plain(one))[0];
}

test("every operation that a tool's example asks for stands in the table of tools of their own", async () => {
  await using bench = await startWorkbench();
  const asked = new Set<string>();
  for (const tool of allTools.filter(({ name }) => !GENERAL.includes(name))) {
    bench.restore();
    bench.sandbox.clearRequests();
    await using connection = bench.connect();
    await connection.call(tool, examplesFor(bench.sandbox)[tool.name]);
    for (const { method, path } of bench.sandbox.requests) asked.add(`${method} ${path}`);
  }

  const ids = [...asked].map((request) => {
    const [method = "", path = ""] = request.split(" ");
    return operationOf(method, path)?.id ?? request;
  });

  expect(asked.size).toBeGreaterThan(50);
  const unnamed = new Set(ids.filter((id) => !(id in OWN_TOOLS) && !id.startsWith("PUT /storage")));
  expect([...unnamed], "Name their tool in scripts/coverage-docs.ts").toEqual([]);
});

test("the table names tools that exist, and operations of Kaneo", () => {
  const tools = new Set(allTools.map(({ name }) => name));
  const operations = new Set(recordedOperations().map(({ id }) => id));

  const named = Object.values(OWN_TOOLS).flatMap((text) => text.match(/\b[a-z]+_[a-z_]+\b/g) ?? []);
  const unknownTools = named.filter((name) => !tools.has(name));
  const unknownOperations = Object.keys(OWN_TOOLS).filter((id) => !operations.has(id));

  expect(unknownTools).toEqual([]);
  expect(unknownOperations).toEqual([]);
});
