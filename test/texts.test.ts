import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { settings } from "../src/settings.ts";
import { helpText, terminalGreeting } from "../src/texts.ts";

test("shows a person at a terminal the entry of mcp.json.example, with their own path and address", async () => {
  const example = await readFile(new URL("../mcp.json.example", import.meta.url), "utf8");
  const script = "/path/to/kaneo-mcp/dist/kaneo-mcp.cjs";

  const greeting = terminalGreeting(script, "https://cloud.kaneo.app");

  const entry = greeting.slice(greeting.indexOf("{"), greeting.lastIndexOf("}") + 1);
  expect(JSON.parse(entry)).toEqual(JSON.parse(example));
});

test("explains every variable and every flag that the configuration reads, on short lines", () => {
  const all = Object.values(settings);
  const names = all.flatMap(({ variables, flag }) => [...variables, flag ? `--${flag.name}` : ""]);

  const help = helpText("1.0.0");

  expect(names.filter((name) => !help.includes(name))).toEqual([]);
  expect(help.split("\n").filter((line) => line.length > 140)).toEqual([]);
});
