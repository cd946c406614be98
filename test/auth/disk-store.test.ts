import { execFile } from "node:child_process";
import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { mountSmallDisk } from "../support/small-disk.ts";
import {
  codeIn,
  failureFrom,
  makeHome,
  settle,
  signInOn,
  startWorld,
} from "../support/temp-home.ts";

const run = promisify(execFile);
const INSTANCE = "http://127.0.0.1:9";
const isRoot = process.getuid?.() === 0;

const record = (changes: object = {}) =>
  JSON.stringify({
    version: 1,
    base: INSTANCE,
    clientId: "kaneo-mcp",
    accessToken: "a-good-token",
    obtainedAt: 1,
    expiresIn: 60,
    ...changes,
  });

test.concurrent("a token on disk is used, with what is known about it", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  const path = await home.write(".token", record());

  const server = home.startServer();

  expect(await server.token()).toBe("a-good-token");
  expect(await server.session.state()).toEqual({
    kind: "signed_in",
    expiresAt: 60_001,
    kept: path,
  });
  expect(home.warnings).toEqual([]);
});

test.concurrent.each<[string, string | Buffer, string]>([
  ["empty", "", "is damaged"],
  ["cut", record().slice(0, 60), "is damaged"],
  ["binary", Buffer.from([0, 255, 128, 7]), "is damaged"],
  ["null", "null", "is damaged"],
  ["an array", "[]", "is damaged"],
  ["without a token", record({ accessToken: undefined }), "is damaged"],
  ["with a token that is none", record({ accessToken: "two words" }), "is damaged"],
  ["of another instance", record({ base: "https://other.test" }), "belongs to another"],
  ["of another client", record({ clientId: "other" }), "belongs to another"],
  ["of 70 kB", record({ filler: "x".repeat(70_000) }), "is too large"],
])(
  "a token file that is %s is renamed aside with a message, and not used",
  async (_name, content, reason) => {
    await using home = await makeHome({ baseUrl: INSTANCE });
    const path = await home.write(".token", content);

    const state = await home.startServer().session.state();

    const aside = (await home.names()).find((name) => name.includes(".token.damaged-")) ?? "";
    expect(state).toEqual({ kind: "signed_out" });
    expect(await readFile(join(home.authFolder, aside))).toEqual(Buffer.from(content));
    expect(home.warnings).toEqual([expect.stringContaining(`${path} ${reason}`)]);
    expect(home.warnings[0]).toContain(aside);
  },
);

test.concurrent.each<[string, string, (path: string) => Promise<unknown>]>([
  ["a symbolic link", "is a symbolic link", (path) => symlink("/etc/hosts", path)],
  ["a FIFO", "is not a regular file", (path) => run("mkfifo", [path])],
  ["a folder", "is not a regular file", (path) => mkdir(path)],
])(
  "%s in the place of the token is renamed aside, and nobody waits for it",
  async (_name, reason, make) => {
    await using home = await makeHome({ baseUrl: INSTANCE });
    const path = await home.write(".other", "");
    await make(path.replace(/other$/, "token"));

    const state = await home.startServer().session.state();

    expect(state).toEqual({ kind: "signed_out" });
    expect(await home.names(".token")).toEqual([]);
    expect(home.warnings).toEqual([expect.stringContaining(reason)]);
  },
);

test.runIf(isRoot).concurrent("a token file of another user is not used", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  await chown(await home.write(".token", record()), 12_345, 12_345);

  const state = await home.startServer().session.state();

  expect(state).toEqual({ kind: "signed_out" });
  expect(home.warnings).toEqual([expect.stringContaining("belongs to another user")]);
});

test.concurrent("a token file that others can read is used and closed to them", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  const path = await home.write(".token", record());
  await chmod(path, 0o644);

  const token = await home.startServer().token();

  expect(token).toBe("a-good-token");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(home.warnings).toEqual([expect.stringContaining("open to other users")]);
});

test.concurrent("a token file of a newer version is left alone, and the sign-in kept in memory", async () => {
  await using world = await startWorld();
  const { home, kaneo } = world;
  const content = record({ version: 2, base: kaneo.url });
  await home.write(".token", content);
  const server = home.startServer();

  const token = await signInOn(world, server);

  expect(await server.token()).toBe(token);
  expect(await home.read(".token")).toBe(content);
  expect(await server.session.state()).toMatchObject({
    kept: expect.stringMatching(/^in memory only: .*newer version of kaneo-mcp/),
  });
});

test.concurrent("a damaged pending file is renamed aside and a new sign-in starts", async () => {
  await using world = await startWorld();
  await world.home.write(".pending", '{"version":1,');

  const failure = await failureFrom(world.home.startServer().token());

  expect(codeIn(failure.message)).not.toBe("");
  expect(world.home.warnings).toEqual([expect.stringContaining(".pending is damaged")]);
});

test.concurrent("folders and files are for their owner only, whatever the umask", async () => {
  await using world = await startWorld();
  const dataDir = join(world.home.path, "a", "b");
  const server = world.home.startServer({ dataDir });
  const before = process.umask(0);
  try {
    await failureFrom(server.token());
  } finally {
    process.umask(before);
  }

  const mode = async (...path: string[]) => (await stat(join(dataDir, ...path))).mode & 0o777;
  expect(await mode("..")).toBe(0o700);
  expect(await mode("auth")).toBe(0o700);
  const { stdout } = await run("find", [dataDir, "-type", "f", "-perm", "/077"]);
  expect(stdout).toBe("");
});

test.concurrent("a folder that is open to others is closed to them before anything is written", async () => {
  await using world = await startWorld();
  await mkdir(world.home.authFolder);
  await chmod(world.home.authFolder, 0o777);

  await failureFrom(world.home.startServer().token());

  expect((await stat(world.home.authFolder)).mode & 0o777).toBe(0o700);
  expect(world.home.warnings).toEqual([expect.stringContaining("open to other users")]);
});

test.concurrent.each<[string, (authFolder: string) => Promise<unknown>, RegExp]>([
  ["is a file", (path) => writeFile(path, ""), /is not a folder|part of the path is a file/],
  ["is a symbolic link", (path) => symlink("/tmp", path), /is not a folder/],
  ...(isRoot
    ? ([
        [
          "belongs to another user",
          async (path) => {
            await mkdir(path);
            await chown(path, 12_345, 12_345);
          },
          /belongs to another user/,
        ],
      ] satisfies [string, (authFolder: string) => Promise<unknown>, RegExp][])
    : []),
])(
  "where the folder %s, people sign in all the same, in memory, and are told so",
  async (_name, make, reason) => {
    await using world = await startWorld();
    const { home, clock, kaneo } = world;
    await make(home.authFolder);
    const server = home.startServer();

    const failure = await failureFrom(server.token());
    await kaneo.approve(codeIn(failure.message));
    const token = await settle(clock, server.token());

    expect(failure.message).toMatch(/Caution: .*kept in memory only, until this server stops/);
    expect(failure.message).toMatch(reason);
    expect(await server.token()).toBe(token);
    expect(await server.session.state()).toMatchObject({
      kept: expect.stringMatching(/^in memory only: /),
    });
  },
);

test.concurrent("a folder that cannot be made, as below /proc, is told and does not hang", async () => {
  await using world = await startWorld();

  const server = world.home.startServer({ dataDir: "/proc/kaneo-mcp-test/data" });
  const failure = await failureFrom(server.token());

  expect(failure.message).toContain("kept in memory only");
});

test.concurrent("a denial holds for a minute in memory too", async () => {
  await using world = await startWorld();
  await writeFile(world.home.authFolder, "");
  const server = world.home.startServer();
  await world.kaneo.deny(codeIn((await failureFrom(server.token())).message));

  const first = await settle(world.clock, failureFrom(server.token()));
  const second = await failureFrom(server.token());

  expect(first.message).toContain("was denied");
  expect(second.message).toContain("was denied");
});

test.concurrent("a disk that fills up after the link was shown does not lose the token", async (context) => {
  await using world = await startWorld();
  const { home, clock, kaneo } = world;
  await using disk = await mountSmallDisk(home.path, context);
  const server = home.startServer({ dataDir: disk.path });
  await kaneo.approve(codeIn((await failureFrom(server.token())).message));
  await disk.fill();

  const token = await settle(clock, server.token());

  expect(await home.startServer({ dataDir: disk.path }).token()).toBe(token);
  expect(home.warnings).toEqual([]);
});

test.concurrent("with a full disk people sign in all the same, in memory, and are told so", async (context) => {
  await using world = await startWorld();
  await using disk = await mountSmallDisk(world.home.path, context);
  await disk.fill();

  const failure = await failureFrom(world.home.startServer({ dataDir: disk.path }).token());

  expect(codeIn(failure.message)).not.toBe("");
  expect(failure.message).toContain("the disk is full");
});
