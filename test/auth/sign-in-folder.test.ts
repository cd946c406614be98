import { execFile } from "node:child_process";
import { chmod, chown, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { codeIn, failureFrom, makeHome, settle, startWorld } from "../support/temp-home.ts";

const run = promisify(execFile);
const INSTANCE = "http://127.0.0.1:9";
const isRoot = process.getuid?.() === 0;

const record = (changes: object = {}) =>
  JSON.stringify({
    version: 1,
    base: INSTANCE,
    clientId: "kaneo-mcp",
    accessToken: "a-good-token",
    ...changes,
  });

test.concurrent("a token on disk is used, with what is known about it", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  const path = await home.write("7/token.json", record());

  const server = home.startServer();

  expect(await server.token()).toBe("a-good-token");
  expect(await server.session.state()).toEqual({
    kind: "signed_in",
    kept: path,
  });
  expect(home.warnings).toEqual([]);
});

test.concurrent.each<[string, Record<string, string>, string]>([
  [
    "the highest one",
    { "2/token.json": "two-two-two", "3/token.json": "three-three" },
    "three-three",
  ],
  [
    "the next below a sign-in that waits",
    { "2/token.json": "two-two-two", "3/code.json": "" },
    "two-two-two",
  ],
  [
    "the next below one that was revoked",
    { "2/token.json": "two-two-two", "3/token.json": "three-three", "3/revoked": "" },
    "two-two-two",
  ],
  [
    "one that came after an end",
    { "3/token.json": "three-three", "3/ended.json": "" },
    "three-three",
  ],
])("of several tokens %s is used", async (_name, files, token) => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  for (const [name, accessToken] of Object.entries(files)) {
    await home.write(name, accessToken === "" ? "" : record({ accessToken }));
  }

  expect(await home.startServer().token()).toBe(token);
});

test.concurrent("each call sees what other processes have written by then", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  await home.write("1/token.json", record());
  const server = home.startServer();

  const first = await server.token();
  await home.write("1/signed-out", "");
  const { kind } = await server.session.state();
  await home.write("2/token.json", record({ accessToken: "a-newer-token" }));
  const next = await server.token();

  expect([first, kind, next]).toEqual(["a-good-token", "signed_out", "a-newer-token"]);
});

test.concurrent("no token at or below a sign-out is used", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  await home.write("2/token.json", record());
  await home.write("3/token.json", record());
  await home.write("3/signed-out", "");

  expect(await home.startServer().session.state()).toEqual({ kind: "signed_out" });
});

test.concurrent.each<[string, string | Buffer, string]>([
  ["empty", "", "is damaged"],
  ["cut", record().slice(0, 60), "is damaged"],
  ["binary", Buffer.from([0, 255, 128, 7]), "is damaged"],
  ["null", "null", "is damaged"],
  ["an array", "[]", "is damaged"],
  ["without a token", record({ accessToken: undefined }), "is damaged"],
  ["with a token that is none", record({ accessToken: "two words" }), "is damaged"],
  ["of a newer version", record({ version: 2 }), "was written by a newer version"],
  ["of another instance", record({ base: "https://other.test" }), "belongs to another"],
  ["of another client", record({ clientId: "other" }), "belongs to another"],
  ["of 70 kB", record({ filler: "x".repeat(70_000) }), "is too large"],
])(
  "a token file that is %s is told once, left alone and not used",
  async (_name, content, reason) => {
    await using home = await makeHome({ baseUrl: INSTANCE });
    const path = await home.write("7/token.json", content);
    const server = home.startServer();

    const states = [await server.session.state(), await server.session.state()];

    expect(states).toEqual([{ kind: "signed_out" }, { kind: "signed_out" }]);
    expect(await readFile(path)).toEqual(Buffer.from(content));
    expect(home.warnings).toEqual([expect.stringContaining(`${path} ${reason}`)]);
  },
);

test.concurrent.each<[string, string, (path: string) => Promise<unknown>]>([
  ["a symbolic link", "is a symbolic link", (path) => symlink("/etc/hosts", path)],
  ["a FIFO", "is not a regular file", (path) => run("mkfifo", [path])],
  ["a folder", "is not a regular file", (path) => mkdir(path)],
])("%s in the place of the token is told, and nobody waits for it", async (_name, reason, make) => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  const path = await home.write("7/other", "");
  await make(path.replace(/other$/, "token.json"));

  const state = await home.startServer().session.state();

  expect(state).toEqual({ kind: "signed_out" });
  expect(home.warnings).toEqual([expect.stringContaining(reason)]);
});

test.runIf(isRoot).concurrent("a token file of another user is not used", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  await chown(await home.write("7/token.json", record()), 12_345, 12_345);

  const state = await home.startServer().session.state();

  expect(state).toEqual({ kind: "signed_out" });
  expect(home.warnings).toEqual([expect.stringContaining("belongs to another user")]);
});

test.concurrent("a token file that others can read is used and closed to them", async () => {
  await using home = await makeHome({ baseUrl: INSTANCE });
  const path = await home.write("7/token.json", record());
  await chmod(path, 0o644);

  const token = await home.startServer().token();

  expect(token).toBe("a-good-token");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(home.warnings).toEqual([expect.stringContaining("open to other users")]);
});

test.concurrent.each<[string, (path: string, base: string) => Promise<unknown>]>([
  ["a damaged code", (path) => writeFile(path, '{"version":1,')],
  [
    "a code with a link that must not be shown here",
    (path, base) => {
      const uri = "http://kaneo.example.org/device";
      const links = { verificationUri: uri, verificationUriComplete: uri };
      const seconds = { intervalSeconds: 1, expiresInSeconds: 1800 };
      const code = { deviceCode: "a-device-code", userCode: "ABCD1234", ...links, ...seconds };
      return writeFile(path, record({ base, ...code }));
    },
  ],
  [
    "a file in the place of the folder",
    (path) => rm(dirname(path), { recursive: true }).then(() => writeFile(dirname(path), "")),
  ],
])("%s leads to the next number, and is left alone", async (_name, spoil) => {
  await using world = await startWorld();
  await spoil(await world.home.write("1/code.json", ""), world.kaneo.url);

  const failure = await settle(world.clock, failureFrom(world.home.startServer().token()), 50);

  expect(codeIn(failure.message)).not.toBe("");
  expect(await world.home.read("2/code.json")).toContain(codeIn(failure.message));
  expect(await world.home.names("1")).not.toEqual([]);
});

test.concurrent("when there is no number left, the sign-in is kept in memory, and people are told so", async () => {
  await using world = await startWorld();
  await world.home.write("999999999/ended.json", "");

  const { message } = await failureFrom(world.home.startServer().token());

  expect(codeIn(message)).not.toBe("");
  expect(message).toContain("kept in memory only");
  expect(message).toContain("there is no number left for another sign-in");
});

test.concurrent.each([
  ["a token that this version cannot read", "1/token.json"],
  ["the newest sign-out", "1/signed-out"],
])("whoever begins a sign-in tidies up old ones, and keeps %s", async (_name, kept) => {
  await using world = await startWorld();
  await world.home.write(kept, record({ base: world.kaneo.url, version: 2 }));
  for (const n of [2, 3]) await world.home.write(`${n}/ended.json`, "");

  await failureFrom(world.home.startServer().token());

  const names = (await world.home.names()).filter((name) => !name.includes("draft"));
  expect(names).toEqual(["1", kept, "3", "3/ended.json", "4", "4/code.json"]);
});
