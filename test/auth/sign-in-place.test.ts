import { execFile } from "node:child_process";
import { chmod, chown, mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { mountSmallDisk } from "../support/small-disk.ts";
import {
  approvedToken,
  CODE_PATH,
  codeIn,
  failureFrom,
  makeHome,
  passUntil,
  settle,
  startWorld,
} from "../support/temp-home.ts";

const run = promisify(execFile);
const INSTANCE = "http://127.0.0.1:9";
const isRoot = process.getuid?.() === 0;

// One after the other: the umask is that of the process.
test.each([0, 0o777])(
  "with umask %i folders and files are their owner's, and only theirs",
  async (umask) => {
    await using world = await startWorld();
    const dataDir = join(world.home.path, "a", "b");
    const server = world.home.startServer({ dataDir });
    const before = process.umask(umask);
    try {
      await failureFrom(server.token());
    } finally {
      process.umask(before);
    }

    const wrong = ["-perm", "/077", "-o", "!", "-perm", "-600"];
    const { stdout } = await run("find", [join(dataDir, ".."), ...wrong]);
    expect(stdout).toBe("");
  },
);

test("without a umask the files of a question and of a sign_out are only their owner's, too", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const before = process.umask(0);
  try {
    await failureFrom(server.token());
    await passUntil(world.clock, async () => (await world.home.names("1/claim-")).length > 0);
    await settle(world.clock, server.session.signOut());
  } finally {
    process.umask(before);
  }

  expect(await world.home.names()).toEqual(expect.arrayContaining(["1/claim-1", "1/signed-out"]));
  const { stdout } = await run("find", [world.home.authFolder, "-perm", "/077"]);
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

test.concurrent("a folder that its owner made read-only stays so, and is not said to be open to others", async () => {
  await using world = await startWorld();
  await mkdir(world.home.authFolder);
  await chmod(world.home.authFolder, 0o500);

  await failureFrom(world.home.startServer().token());

  expect((await stat(world.home.authFolder)).mode & 0o777).toBe(0o500);
  expect(world.home.warnings.join("\n")).not.toContain("open to other users");
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
    const { home, kaneo } = world;
    await make(home.authFolder);
    const server = home.startServer();

    const failure = await failureFrom(server.token());
    await kaneo.approve(codeIn(failure.message));
    const token = await approvedToken(world, server);

    expect(failure.message).toMatch(/Caution: .*kept in memory only, until this server stops/);
    expect(failure.message).toMatch(reason);
    expect(await server.token()).toBe(token);
    expect(await server.session.state()).toMatchObject({
      kept: expect.stringMatching(/^in memory only: /),
      problems: [expect.stringMatching(reason)],
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

test.concurrent("a folder that is away for a moment ends no sign-in", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const code = codeIn((await failureFrom(server.token())).message);
  await rm(world.home.authFolder, { recursive: true });
  await world.kaneo.approve(code);

  const token = await approvedToken(world, server);
  await passUntil(world.clock, async () => (await world.home.read("2/token.json")) !== "");
  const next = await world.home.startServer().token();

  expect(next).toBe(token);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
});

test.concurrent("a disk that fills up after the link was shown does not lose the token", async (context) => {
  await using world = await startWorld();
  const { home, kaneo } = world;
  await using disk = await mountSmallDisk(home.path, context);
  const server = home.startServer({ dataDir: disk.path });
  await kaneo.approve(codeIn((await failureFrom(server.token())).message));
  await disk.fill();

  const token = await approvedToken(world, server);

  expect(await home.startServer({ dataDir: disk.path }).token()).toBe(token);
});

test.concurrent("with a full disk people sign in all the same, in memory, and are told so", async (context) => {
  await using world = await startWorld();
  await using disk = await mountSmallDisk(world.home.path, context);
  await disk.fill();

  const failure = await failureFrom(world.home.startServer({ dataDir: disk.path }).token());

  expect(codeIn(failure.message)).not.toBe("");
  expect(failure.message).toContain("the disk is full");
});

test.concurrent("a disk that becomes read-only after the link was shown costs the file, not the sign-in", async (context) => {
  await using world = await startWorld();
  const { home, kaneo } = world;
  await using disk = await mountSmallDisk(home.path, context);
  const server = home.startServer({ dataDir: disk.path });
  await kaneo.approve(codeIn((await failureFrom(server.token())).message));
  await disk.makeReadOnly();

  await approvedToken(world, server);

  expect(await server.session.state()).toMatchObject({
    kept: expect.stringMatching(/^in memory only: .*the disk is read-only$/),
  });
});

test.concurrent("a server that cannot write shows the code of the others, and asks only when they have not for twice the time", async (context) => {
  await using world = await startWorld();
  const { home, clock } = world;
  await using disk = await mountSmallDisk(home.path, context);
  const first = home.startServer({ dataDir: disk.path });
  const code = codeIn((await failureFrom(first.token())).message);
  await first.close();
  await disk.makeReadOnly();
  world.kaneo.clearRequests();
  const startedAt = clock.elapsed();

  const asking = failureFrom(home.startServer({ dataDir: disk.path }).token());
  await passUntil(clock, () => world.kaneo.requests.length > 0, 100);
  const tookMs = clock.elapsed() - startedAt;
  const failure = await settle(clock, asking);

  expect(codeIn(failure.message)).toBe(code);
  expect(failure.message).toContain("kept in memory only");
  expect(tookMs).toBeGreaterThanOrEqual(2_400);
});

test.concurrent.each<[string, (folder: string) => Promise<string>, RegExp]>([
  [
    "a symbolic link",
    async (folder) => {
      await mkdir(join(folder, "real"));
      await symlink(join(folder, "real"), join(folder, "link"));
      return join(folder, "link");
    },
    /link, above the folder of the sign-in, is a symbolic link/,
  ],
  [
    "a folder that every user may write to",
    async (folder) => {
      await mkdir(join(folder, "open"));
      await chmod(join(folder, "open"), 0o777);
      return join(folder, "open", "data");
    },
    /open, above the folder of the sign-in, can be written by every user/,
  ],
])("%s above the folder of the sign-in is a problem", async (_name, make, problem) => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  const dataDir = await make(home.path);

  const state = await home.startServer({ dataDir }).session.state();

  expect(state.problems).toEqual([expect.stringMatching(problem)]);
});

test.concurrent("a folder like /tmp above the folder of the sign-in is no problem", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });

  expect(await home.startServer().session.state()).toEqual({ kind: "signed_out" });
});
