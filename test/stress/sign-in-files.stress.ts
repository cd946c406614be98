import { execFile } from "node:child_process";
import { chmod, chown, lstat, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { linkIn } from "../support/scenario-sign-in.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { fileKey } from "../support/temp-home.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

interface FileCase {
  name: string;
  /** Puts it in the place of the token; `good` is what a server would have written. */
  make(path: string, good: Record<string, unknown>): Promise<unknown>;
  /** On stderr. */
  says?: RegExp;
  /** Default: not used, left alone, and a new sign-in. */
  outcome?: "used";
}

const put = (path: string, content: string | Buffer) => writeFile(path, content, { mode: 0o600 });
const json = (path: string, content: unknown) => put(path, JSON.stringify(content));

const fileCases: FileCase[] = [
  { name: "empty", make: (path) => put(path, ""), says: /is damaged/ },
  {
    name: "cut",
    make: (path, good) => put(path, JSON.stringify(good).slice(0, 50)),
    says: /is damaged/,
  },
  { name: "binary", make: (path) => put(path, Buffer.from([0, 255, 128])), says: /is damaged/ },
  { name: "null", make: (path) => put(path, "null"), says: /is damaged/ },
  { name: "array", make: (path) => put(path, "[]"), says: /is damaged/ },
  {
    name: "foreign",
    make: (path, good) => json(path, { ...good, base: "https://other.test" }),
    says: /belongs to another Kaneo/,
  },
  {
    name: "70 kB",
    make: (path, good) => json(path, { ...good, filler: "x".repeat(70_000) }),
    says: /is too large/,
  },
  { name: "symlink", make: (path) => symlink("/etc/hosts", path), says: /is a symbolic link/ },
  { name: "FIFO", make: (path) => run("mkfifo", [path]), says: /is not a regular file/ },
  { name: "directory", make: (path) => mkdir(path), says: /is not a regular file/ },
  {
    name: "newer version",
    make: (path, good) => json(path, { ...good, version: 2 }),
    says: /newer version/,
  },
  {
    name: "0644",
    make: (path, good) => json(path, good).then(() => chmod(path, 0o644)),
    says: /private again \(mode 0600\)/,
    outcome: "used",
  },
  { name: "good", make: json, outcome: "used" },
];
const foreignUser: FileCase = {
  name: "other uid",
  make: (path, good) => json(path, good).then(() => chown(path, 12_345, 12_345)),
  says: /belongs to another user/,
};

test("a server finds a token file of every bad kind", async ({ task }) => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  const cases = isRoot ? [...fileCases, foreignUser] : fileCases;
  const complaints: string[] = [];
  const remaining = cases.values();
  const lane = async () => {
    for (const fileCase of remaining) {
      await playFile(kaneo, fileCase).catch((error) =>
        complaints.push(`${fileCase.name}: ${error}`),
      );
    }
  };
  await Promise.all([lane(), lane(), lane()]);

  const skipped = isRoot ? "" : " (other uid: needs root)";
  task.meta.counts = `sign-in, token file ${cases.map(({ name }) => name).join(", ")}${skipped}: ${cases.length} cases, ${complaints.length} crashes, hangs or unclear messages`;
  expect(complaints).toEqual([]);
});

async function playFile(kaneo: Sandbox, { make, says, outcome }: FileCase): Promise<void> {
  await using home = await makeTemporaryFolder();
  const path = join(home.path, "data", "auth", `${fileKey(kaneo.url)}.v1`, "1", "token.json");
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const accessToken = await kaneo.signIn(kaneo.people.alice);
  const owner = { version: 1, base: kaneo.url, clientId: "kaneo-mcp" };
  await make(path, { ...owner, accessToken });
  await using server = await start(kaneo, home.path);

  const first = await server.call("list_notifications");
  const used = outcome === "used" ? path : path.replace("/1/token.json", "/2/token.json");
  if (outcome === undefined) expect(await signIn(kaneo, server, first.text)).toContain(used);
  expect(first.text.includes("user_code=")).toBe(outcome === undefined);
  await expectPrivate(used);
  expect(server.stderr()).toMatch(says ?? /^$/);
  await expectCleanEnd(server);
}

test("a server finds the folder open to all, and runs without a umask", async ({ task }) => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  await using home = await makeTemporaryFolder();
  const auth = join(home.path, "data", "auth");
  await mkdir(auth, { recursive: true });
  await chmod(auth, 0o777);
  const umask = process.umask(0);
  await using server = await start(kaneo, home.path).finally(() => process.umask(umask));

  await signIn(kaneo, server, (await server.call("list_notifications")).text);

  await expectPrivate(join(auth, `${fileKey(kaneo.url)}.v1`, "1", "token.json"));
  const { stdout: open } = await run("find", [auth, "-perm", "/077"]);
  expect(open).toBe("");
  expect(server.stderr()).toMatch(/private again \(mode 0700\)/);
  await expectCleanEnd(server);
  task.meta.counts =
    "sign-in, folder 0777 and umask 0: 1 process, 0 files or folders open to others";
});

test("a server finds a disk that keeps nothing, or stops to", async (context) => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  const play = async (name: string, kept: RegExp, hinder?: "fill" | "makeReadOnly") => {
    await using home = await makeTemporaryFolder();
    await using disk = await mountSmallDisk(home.path, context);
    const isLate = name.includes("after");
    if (hinder && !isLate) await disk[hinder]();
    const dataDir = hinder ? join(disk.path, "data") : "/proc/kaneo-mcp-test/data";
    await using server = await start(kaneo, home.path, dataDir);
    const first = await server.call("list_notifications");
    if (hinder && isLate) await disk[hinder]();
    else expect(first.text, name).toMatch(kept);

    expect(await signIn(kaneo, server, first.text), name).toMatch(kept);
    expect((await server.call("list_notifications")).text, name).not.toContain("user_code=");
    await expectCleanEnd(server);
    await using next = await start(kaneo, home.path, dataDir);
    const { text } = await next.call("list_notifications");
    expect(text.includes("user_code="), name).toBe(!isLate);
  };

  await Promise.all([
    play("full before", /kept in memory only.*the disk is full/, "fill"),
    play("full after the link was shown", /kept in \/.*token\.json\./, "fill"),
    play("read-only", /kept in memory only.*the disk is read-only/, "makeReadOnly"),
    play("not creatable", /kept in memory only.*(does not exist|no permission)/),
  ]);

  context.task.meta.counts =
    "sign-in, disk full before, full after the link was shown, read-only, not creatable: 4 cases, signed in each time, kept where promised and said so where not";
});

async function start(kaneo: Sandbox, home: string, dataDir?: string): Promise<ServerProcess> {
  const env = { KANEO_API_URL: kaneo.url, ...(dataDir && { KANEO_MCP_DATA_DIR: dataDir }) };
  const server = await spawnServer({ home, env });
  await server.initialize();
  return server;
}

/** Approves the link in `text`; gives what the server says then. */
async function signIn(kaneo: Sandbox, server: ServerProcess, text: string): Promise<string> {
  await kaneo.approve(linkIn(text).code);
  const answer = await server.call("sign_in", { wait_seconds: 20 });
  expect(answer).toMatchObject({ isError: false, text: expect.stringMatching(/^Signed in\./) });
  return answer.text;
}

async function expectPrivate(path: string): Promise<void> {
  const found = await lstat(path);
  expect({ isFile: found.isFile(), mode: found.mode & 0o777 }).toEqual({
    isFile: true,
    mode: 0o600,
  });
}

async function expectCleanEnd(server: ServerProcess): Promise<void> {
  server.endInput();
  expect(await server.exit).toEqual({ code: 0, signal: null });
  expect(server.stderr()).not.toMatch(/^\s+at /m);
}
