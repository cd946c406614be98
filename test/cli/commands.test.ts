import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../support/run-command.ts";
import { builtFile } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

test("the built file shows the entry of mcp.json.example, with what was started", async () => {
  await using home = await makeTemporaryFolder();

  const { code, out, err } = await runCommand(home.path, ["install", "cursor", "--print"]);

  expect(code, err).toBe(0);
  const example = await readFile(new URL("../../mcp.json.example", import.meta.url), "utf8");
  const { kaneo } = JSON.parse(example).mcpServers;
  expect(JSON.parse(out.slice(out.indexOf("{")))).toEqual({
    mcpServers: { kaneo: { ...kaneo, command: process.execPath, args: [builtFile] } },
  });
});

test("the built file reads and writes TOML and YAML, there and back", async () => {
  await using home = await makeTemporaryFolder();
  const words = ["codex", "goose", "--name", "work"];
  // No client's own command.
  const env = { PATH: "" };
  const there = await runCommand(home.path, ["install", ...words], env);
  const goose = join(home.path, ".config/goose/config.yaml");
  const between = await readFile(goose, "utf8");

  const back = await runCommand(home.path, ["uninstall", ...words], env);

  expect([there.code, back.code]).toEqual([0, 0]);
  expect(between).toContain(builtFile);
  await expect(readFile(goose, "utf8")).rejects.toThrow("ENOENT");
});
