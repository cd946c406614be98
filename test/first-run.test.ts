import { readdir, readFile, stat, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { type ConnectedClient, connectClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { codesGiven, linkIn } from "./support/scenario-sign-in.ts";
import { spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const WEB = { project: "WEB" };

function at({ url }: Sandbox, home?: string) {
  return { env: { KANEO_API_URL: url }, ...(home !== undefined && { home }) };
}

/** Asks for tasks, and approves the link that comes back. */
async function signIn(
  sandbox: Sandbox,
  { call }: ConnectedClient,
  person = sandbox.people.alice,
): Promise<void> {
  const { code } = linkIn((await call("list_tasks", WEB)).text);
  await sandbox.approve(code, person);
  const { text, isError } = await call("list_tasks", WEB);
  if (isError) throw new Error(text);
}

/** The one file of the sign-in with this name. */
async function fileIn(home: string, name: string): Promise<string | undefined> {
  const folder = join(home, "data", "auth");
  const found = (await readdir(folder, { recursive: true })).find((one) => basename(one) === name);
  return found && join(folder, found);
}

test.concurrent("the first call answers at once with the complete link and the code, and does nothing else", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectHere(at(sandbox));

  const { text } = await server.call("list_tasks", WEB);

  expect(sandbox.requests.map(({ path }) => path)).toEqual(["/api/auth/device/code"]);
  const { link, code } = linkIn(text);
  expect(link).toBe(`${sandbox.url}/device?user_code=${code}`);
  expect(code).toMatch(/^[A-Z0-9]{8}$/);
  expect(text).toContain(`Compare the code ${code} with the page.`);
  expect(text).toContain("Nothing was done yet");
  expect(sandbox.requests.map(({ path }) => path)).toEqual(["/api/auth/device/code"]);
});

test.concurrent("after the approval the same call lists tasks, a task can be created, and a new process needs no sign-in", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectClient(at(sandbox));
  const { code } = linkIn((await server.call("list_tasks", WEB)).text);

  await sandbox.approve(code);
  const listed = await server.call("list_tasks", WEB);
  const created = await server.call("create_task", {
    ...WEB,
    title: "Write the release notes 🎉",
    priority: "high",
    assignee: "me",
  });
  await using later = await connectClient(at(sandbox, server.home));
  const listedLater = await later.call("list_tasks", { ...WEB, text: "release notes" });

  expect(listed).toMatchObject({ isError: false });
  expect(listed.text).toContain("Fix login redirect loop");
  expect(created).toMatchObject({ isError: false });
  const task = [...sandbox.data.tasks.values()].at(-1);
  expect(task).toMatchObject({
    title: "Write the release notes 🎉",
    priority: "high",
    status: "to-do",
    userId: sandbox.people.alice.id,
  });
  expect(created.text).toContain(`WEB-${task?.number}`);
  expect(listedLater).toMatchObject({ isError: false });
  expect(listedLater.text).toContain(`WEB-${task?.number}`);
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("while the sign-in waits, tools/list and ping answer and sign_in gives the same link", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectHere(at(sandbox));
  const { link } = linkIn((await server.call("list_tasks", WEB)).text);

  const waiting = server.call("sign_in", { wait_seconds: 2 });
  const { tools } = await server.client.listTools();
  await server.client.ping();
  const hasAnswered = await Promise.race([waiting.then(() => true), Promise.resolve(false)]);

  expect(tools.length).toBeGreaterThan(0);
  expect(hasAnswered).toBe(false);
  expect(linkIn((await waiting).text).link).toBe(link);
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("a repeated call waits a while, tells the progress, and then gives the same link", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectHere(at(sandbox));
  const { link, code } = linkIn((await server.call("list_tasks", WEB)).text);
  const progress: (string | undefined)[] = [];

  const { content } = await server.client.callTool(
    { name: "list_tasks", arguments: WEB },
    undefined,
    { onprogress: ({ message }) => progress.push(message) },
  );

  expect(linkIn(JSON.stringify(content).replaceAll("\\n", "\n"))).toEqual({ link, code });
  expect(progress.length).toBeGreaterThanOrEqual(2);
  expect(new Set(progress)).toEqual(
    new Set([`Waiting for code ${code} to be approved in the browser`]),
  );
  expect(codesGiven(sandbox)).toBe(1);
}, 60_000);

test.concurrent("a call that waits goes on by itself when the person approves", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectHere(at(sandbox));
  const { code } = linkIn((await server.call("list_tasks", WEB)).text);

  const waiting = server.call("list_tasks", WEB);
  await sandbox.approve(code);

  expect(await waiting).toMatchObject({ isError: false });
  expect((await waiting).text).toContain("Website (WEB)");
});

test.concurrent("a process that is closed while the sign-in waits leaves without asking", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "5s" });
  await using server = await spawnServer(at(sandbox));
  await server.initialize();
  await server.call("list_tasks", WEB);

  server.endInput();
  const { code } = await server.exit;

  expect(code).toBe(0);
  for (const line of server.lines) JSONRPCMessageSchema.parse(JSON.parse(line));
  expect(sandbox.requests.filter(({ path }) => path === "/api/auth/device/token")).toEqual([]);
});

test.concurrent("a process that is told to end while its question is under way keeps the token that it brings", async () => {
  await using home = await makeTemporaryFolder();
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  for (const end of ["SIGTERM", "stdin"] as const) {
    await using server = await spawnServer(at(sandbox, join(home.path, end)));
    await server.initialize();
    sandbox.clearRequests();
    const { code } = linkIn((await server.call("list_tasks", WEB)).text);
    sandbox.fail({ path: "/api/auth/device/token" }, { kind: "delay", ms: 700 });
    await sandbox.approve(code);
    while (!sandbox.requests.some(({ path }) => path === "/api/auth/device/token")) await delay(20);

    if (end === "SIGTERM") server.kill("SIGTERM");
    else server.endInput();
    await server.exit;

    expect(await fileIn(join(home.path, end), "token.json")).toBeDefined();
  }
});

test.concurrent.each([
  ["a second", 0],
  ["twenty minutes", 20 * 60_000],
])(
  "the link is shown, the process ends, the person approves: the first call of a process %s later lists tasks",
  async (_name, ms) => {
    await using home = await makeTemporaryFolder();
    await using sandbox = await startSandbox({ deviceInterval: "1s" });
    const first = await connectClient(at(sandbox, home.path));
    const shown = linkIn((await first.call("list_tasks", WEB)).text);
    await first[Symbol.asyncDispose]();
    await sandbox.approve(shown.code);
    const file = (await fileIn(home.path, "code.json")) ?? "";
    const then = new Date(Date.now() - ms);
    if (ms > 0) await utimes(file, then, then);
    sandbox.clearRequests();
    await using second = await connectClient(at(sandbox, home.path));

    const listed = await second.call("list_tasks", WEB);

    expect(listed).toMatchObject({ isError: false });
    expect(listed.text).toContain("Website (WEB)");
    expect(sandbox.requests.filter(({ path }) => path.startsWith("/api/auth/device"))).toHaveLength(
      1,
    );
  },
);

test.concurrent("a restart while the sign-in waits goes on with the same code", async () => {
  await using home = await makeTemporaryFolder();
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  const first = await connectClient(at(sandbox, home.path));
  const shown = linkIn((await first.call("list_tasks", WEB)).text);
  await first[Symbol.asyncDispose]();
  await using second = await connectClient(at(sandbox, home.path));

  const again = await second.call("list_tasks", WEB);
  await sandbox.approve(shown.code);
  const listed = await second.call("list_tasks", WEB);

  expect(linkIn(again.text)).toEqual(shown);
  expect(listed).toMatchObject({ isError: false });
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("the token is kept for this user's eyes only and shows up nowhere else", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectClient({
    env: { ...at(sandbox).env, KANEO_LOG_LEVEL: "debug" },
  });
  await signIn(sandbox, server);

  const file = (await fileIn(server.home, "token.json")) ?? "";
  const { accessToken } = JSON.parse(await readFile(file, "utf8"));
  const { text } = await server.call("whoami");

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(file, ".."))).mode & 0o777).toBe(0o700);
  expect(text).toContain(sandbox.people.alice.email);
  expect(text).toContain(file);
  expect(`${text}${server.stderr()}`).not.toContain(accessToken);
});

test.concurrent("sign_out revokes the token at Kaneo, removes its file, and the next call asks again", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectHere(at(sandbox));
  await signIn(sandbox, server);
  const file = (await fileIn(server.home, "token.json")) ?? "";
  const { accessToken } = JSON.parse(await readFile(file, "utf8"));

  const { text, isError } = await server.call("sign_out");

  const response = await fetch(`${sandbox.url}/api/auth/get-session`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(isError).toBe(false);
  expect(text).toMatch(/^Signed out/);
  expect(await response.json()).toBeNull();
  expect(await fileIn(server.home, "token.json")).toBeUndefined();
  expect((await server.call("whoami")).text).toContain("Not signed in");
  linkIn((await server.call("list_tasks", WEB)).text);
  expect(codesGiven(sandbox)).toBe(2);
});

test.concurrent("another person who signs in when the session has ended sees their own workspaces at once", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectHere(at(sandbox));
  await signIn(sandbox, server);
  await server.call("list_projects");
  sandbox.data.auth["session"]?.splice(0);

  await signIn(sandbox, server, sandbox.people.bob);
  const { text } = await server.call("whoami");

  expect(text).toContain(sandbox.people.bob.email);
  expect(text).not.toContain("cabin");
});
