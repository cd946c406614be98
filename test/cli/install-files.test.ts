import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { clients } from "../../src/cli/clients.ts";
import { changeConfigFile } from "../../src/cli/config-file.ts";
import { withEntry } from "../../src/cli/config-text.ts";
import { clientTitled, makeClientMachine } from "../support/client-machine.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const cursor = clientTitled("Cursor");

for (const mode of [0o600, 0o664]) {
  test(`a copy of what was there stays beside a file of mode ${mode.toString(8)}, both of that mode`, async () => {
    await using machine = await makeClientMachine();
    const path = await machine.write(cursor, '{ "token": 1 }');
    await chmod(path, mode);

    await machine.install("cursor");

    expect(await readFile(`${path}.kaneo-mcp.bak`, "utf8")).toBe('{ "token": 1 }');
    const stats = await Promise.all([path, `${path}.kaneo-mcp.bak`].map((file) => stat(file)));
    expect(stats.map((stat) => stat.mode & 0o777)).toEqual([mode, mode]);
  });
}

for (const client of clients) {
  test(`${client.title}: a link stays a link, and what is behind it is changed and put back`, async () => {
    await using machine = await makeClientMachine();
    const path = await machine.write(client, "");
    const real = join(machine.home, "dotfiles", "settings");
    await mkdir(dirname(real));
    await rename(path, real);
    await symlink(real, path);

    await machine.install(client.title);
    const between = await readFile(real, "utf8");
    await machine.uninstall(client.title);

    expect(between).toContain("kaneo-mcp.cjs");
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(real, "utf8")).toBe("");
    expect(await readdir(dirname(real))).toEqual(["settings"]);
  });

  test(`${client.title}: a write-protected file is said to be one, and stays`, async () => {
    await using machine = await makeClientMachine();
    const path = await machine.write(client, "");
    await chmod(path, 0o444);

    const { code, err } = await machine.install(client.title);

    expect(code).toBe(1);
    expect(err).toContain(
      `${path} is unchanged: it is write-protected. Allow writing to it and try again.`,
    );
    expect(await readFile(path, "utf8")).toBe("");
  });
}

test("a link to nowhere is named with where it points, and stays", async () => {
  await using machine = await makeClientMachine();
  const path = await machine.write(cursor, "{}");
  await rename(path, `${path}.old`);
  await symlink("/nowhere/mcp.json", path);

  const { code, err } = await machine.install("cursor");

  expect(code).toBe(1);
  expect(err).toContain(
    `${path} is unchanged: it is a link to /nowhere/mcp.json, which is not there.`,
  );
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
});

test("a folder that cannot be made is said, with the system's reason", async () => {
  await using machine = await makeClientMachine();
  await writeFile(join(machine.home, ".cursor"), "a file where a folder should be");

  const { code, err } = await machine.install("cursor");

  expect(code).toBe(1);
  expect(err).toContain("is unchanged: it cannot be read: a part of the path is a file");
});

test("a full or write-protected disk leaves the file and nothing else", async ({ skip }) => {
  await using machine = await makeClientMachine();
  const folder = join(machine.home, ".codeium");
  await mkdir(folder);
  await using disk = await mountSmallDisk(folder, { skip });
  const path = join(disk.path, "settings.json");
  const text = `{ "a": "${"x".repeat(60_000)}" }`;
  await writeFile(path, text);
  const change = { change: () => text.repeat(2), leavesCopy: true };

  await disk.fill();
  const whenFull = changeConfigFile(path, change);
  await expect(whenFull).rejects.toThrow("the disk is full");
  await disk.makeReadOnly();
  const whenProtected = changeConfigFile(path, change);
  await expect(whenProtected).rejects.toThrow("the disk is read-only");

  expect(await readFile(path, "utf8")).toBe(text);
  expect((await readdir(disk.path)).sort()).toEqual(["filler", "settings.json"]);
});

test.skipIf(process.getuid?.() !== 0)(
  "what root changes stays the file of its owner, and a new file gets that of its folder",
  async () => {
    await using machine = await makeClientMachine();
    const path = await machine.write(cursor, "{}");
    const [fresh] = clientTitled("Windsurf").files(machine.places);
    await mkdir(dirname(fresh), { recursive: true });
    await Promise.all([path, dirname(fresh)].map((one) => chown(one, 4242, 4243)));

    await machine.install("cursor", "windsurf");

    const stats = await Promise.all([path, `${path}.kaneo-mcp.bak`, fresh].map((one) => stat(one)));
    expect(stats.map(({ uid, gid }) => [uid, gid])).toEqual(Array(3).fill([4242, 4243]));
  },
);

test("an entry that differs is left, with the line that takes it out", async () => {
  await using machine = await makeClientMachine();
  await machine.install("cursor");
  const before = await machine.read(cursor);

  const { code, err } = await machine.install("cursor", "--api-url", "https://kaneo.example.org");

  expect(code).toBe(1);
  expect(err).toContain('Take it out with "uninstall cursor", or add this one under another');
  expect(await machine.read(cursor)).toBe(before);
});

test("an entry that a person called as no flag of install may is removed", async () => {
  for (const client of clients) {
    await using machine = await makeClientMachine();
    const name = "Kaneo (my tasks)";
    const launch = { command: "node", args: ["/opt/kaneo-mcp/dist/kaneo-mcp.cjs"], env: {} };
    const others = withEntry("", { ...client, name: "other" }, { command: "other" });
    const text = withEntry(others, { ...client, name }, client.entry(launch, name));
    await machine.write(client, text);

    const removed = await machine.uninstall("--name", name);

    expect([client.title, removed.code]).toEqual([client.title, 0]);
    expect(await machine.read(client)).toBe(others);
  }
});

test("Claude Desktop as Windows packages it is told in the file that it is shown, once there is one", async () => {
  await using machine = await makeClientMachine({ platform: "win32" });
  const claude = clientTitled("Claude Desktop");
  const usual = await machine.write(claude, "{}");
  const packaged = join(
    machine.home,
    "AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude",
    "claude_desktop_config.json",
  );
  await mkdir(dirname(packaged), { recursive: true });

  await machine.install("claude-desktop");
  const before = await readFile(usual, "utf8");
  await machine.uninstall("claude-desktop");
  await writeFile(packaged, '{"preferences":{}}');
  const { out } = await machine.install("claude-desktop");

  expect(before).toContain("kaneo-mcp.cjs");
  expect(out).toContain(`"kaneo" was added to ${packaged}.`);
  expect(await readFile(packaged, "utf8")).toContain("kaneo-mcp.cjs");
  expect(await readFile(usual, "utf8")).toBe("{}");
});

test("the official server stays, also where it is given our client id", async () => {
  await using machine = await makeClientMachine();
  const official = { command: "npx", args: ["-y", "@kaneo/mcp"], env: { CLIENT_ID: "kaneo-mcp" } };
  const text = JSON.stringify({ mcpServers: { kaneo: official } });
  await machine.write(cursor, text);

  const { err } = await machine.uninstall("cursor");

  expect(err).toContain("stays: it starts something else");
  expect(await machine.read(cursor)).toBe(text);
});

test.each([
  ["a name in YAML that stands for nothing", "Goose", "a: *nothing\n"],
  ["JSON that is deeper than its parser goes", "Cursor", `{"a": ${"[".repeat(100_000)}`],
])("%s is a broken file, and the next client gets its entry", async (_what, title, text) => {
  await using machine = await makeClientMachine();
  const client = clientTitled(title);
  await machine.write(client, text);

  const { code, out, err } = await machine.install(title, "Zed");

  expect([code, err]).toEqual([1, expect.stringContaining("is unchanged: it is broken")]);
  expect(out).toContain('Zed: "kaneo" was added');
  expect(await machine.read(client)).toBe(text);
});

test("a file in another encoding is not touched", async () => {
  await using machine = await makeClientMachine();
  const path = await machine.write(cursor, Buffer.from("\uFEFF{}", "utf16le"));

  const { code, err } = await machine.install("cursor");

  expect(code).toBe(1);
  expect(err).toContain(`${path} is unchanged: it is not UTF-8 text.`);
});

test.each([
  ["pipe", (path: string) => execFileSync("mkfifo", [path])],
  ["device", (path: string) => symlink("/dev/zero", path)],
])("a %s in the place of a file is left alone", async (_what, make) => {
  await using machine = await makeClientMachine();
  const path = await machine.write(cursor, "");
  await rm(path);
  await make(path);

  const answers = [await machine.install("cursor"), await machine.uninstall()];

  const refused = expect.stringContaining(`${path} is unchanged: it is not a file.`);
  expect(answers.map(({ code, err }) => [code, err])).toEqual(Array(2).fill([1, refused]));
});

test("of ten at once, those that are told so write nothing, and the others lose nothing", async () => {
  await using machine = await makeClientMachine();
  await machine.write(cursor, '{ "mine": 1 }');
  const names = Array.from({ length: 10 }, (_, index) => `kaneo-${index}`);

  const told = await Promise.all(names.map((name) => machine.install("cursor", "--name", name)));

  const { mine, mcpServers } = JSON.parse((await machine.read(cursor)) ?? "");
  expect(mine).toBe(1);
  expect(Object.keys(mcpServers).sort()).toEqual(names.filter((_, at) => told[at]?.code === 0));
  expect(told.map(({ code }) => code)).toContain(0);
});

test("what another program writes at the same moment stays", async () => {
  await using folder = await makeTemporaryFolder();
  const path = join(folder.path, "settings.json");
  await writeFile(path, "before");
  const change = () => {
    writeFileSync(path, "of another program");
    return "ours";
  };

  const work = changeConfigFile(path, { change, leavesCopy: true });

  await expect(work).rejects.toThrow("another program changed it at the same moment");
  expect(await readFile(path, "utf8")).toBe("of another program");
});

test("the lock of a process that died is named, with what to do", async () => {
  await using machine = await makeClientMachine();
  const path = await machine.write(cursor, "{}");
  await mkdir(`${path}.kaneo-mcp.lock`);

  const { code, err } = await machine.install("cursor");

  expect(code).toBe(1);
  expect(err).toContain("another kaneo-mcp is changing it");
  expect(err).toContain(`remove ${path}.kaneo-mcp.lock and try again.`);
});
