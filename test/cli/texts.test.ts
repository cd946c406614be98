import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { helpText, terminalGreeting } from "../../src/cli/texts.ts";

test("shows a person at a terminal the entry of mcp.json.example, with their own path and address", async () => {
  const example = await readFile(new URL("../../mcp.json.example", import.meta.url), "utf8");
  const script = "/path/to/kaneo-mcp/dist/kaneo-mcp.cjs";

  const greeting = terminalGreeting({ script, apiUrl: "https://cloud.kaneo.app" });

  const entry = greeting.slice(greeting.indexOf("{"), greeting.lastIndexOf("}") + 1);
  expect(JSON.parse(entry)).toEqual(JSON.parse(example));
});

test("explains every variable that the configuration reads", async () => {
  const source = await readFile(new URL("../../src/config.ts", import.meta.url), "utf8");
  const variables = new Set(source.match(/KANEO_[A-Z_]+/g));

  const help = helpText({ version: "1.0.0", knownToolsets: ["default"] });

  expect([...variables].filter((variable) => !help.includes(variable))).toEqual([]);
  expect(variables.size).toBeGreaterThan(10);
});
