import { expect, test } from "vitest";
import { commands } from "../src/config.ts";
import { settings } from "../src/settings.ts";
import { helpText, shortHelp } from "../src/usage.ts";

test.each([
  ["/opt/kaneo mcp/dist/kaneo-mcp.cjs", 'node "/opt/kaneo mcp/dist/kaneo-mcp.cjs" install'],
  ["C:\\Tools\\kaneo-mcp.cjs", String.raw`node "C:\Tools\kaneo-mcp.cjs" install`],
  ["/usr/local/bin/kaneo-mcp", "kaneo-mcp install"],
])("tells a person who started %s by hand how to go on", (script, line) => {
  const help = shortHelp("1.0.0", script);

  expect(help).toContain(`\n  ${line}\n`);
  expect(help.split("\n").length).toBeLessThan(20);
});

test("explains every command, variable and flag that the configuration reads, on short lines", () => {
  const all = Object.values(settings);
  const names = all.flatMap(({ variables, flag }) => [...variables, flag ? `--${flag.name}` : ""]);

  const help = helpText("1.0.0");

  expect(commands.filter((name) => !help.includes(`\n  ${name} `))).toEqual([]);
  expect(names.filter((name) => !help.includes(name))).toEqual([]);
  expect(help.split("\n").filter((line) => line.length > 140)).toEqual([]);
});
