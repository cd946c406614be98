import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { settings } from "../src/settings.ts";
import type { Sandbox } from "./sandbox/start-sandbox.ts";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { type ConnectedClient, connectClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { projectOf } from "./support/scenario-state.ts";
import { bareEnvironment, builtFile } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);

/** Alice has two workspaces: acme with WEB and OPS, and cabin with CABIN. */
function connectAlice(
  { url, people }: Sandbox,
  env: Record<string, string> = {},
  connect = connectHere,
): Promise<ConnectedClient> {
  const account = { KANEO_API_URL: url, KANEO_API_KEY: people.alice.apiKey };
  return connect({ env: { ...account, ...env } });
}

async function namesOf({ client }: ConnectedClient): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

test.each<[string, string[], string[]]>([
  ["time", ["log_time", "update_time_entry"], ["list_tasks", "create_column"]],
  ["default", ["list_tasks", "create_project", "log_time"], ["create_column", "delete_project"]],
  ["default,board", ["list_tasks", "create_column", "delete_project"], []],
  ["all", ["list_tasks", "create_column", "delete_project"], []],
])("KANEO_TOOLSETS=%s decides which tools exist", async (toolsets, there, absent) => {
  await using server = await connectHere({ env: { KANEO_TOOLSETS: toolsets } });

  const names = await namesOf(server);

  expect(names.slice(0, 3)).toEqual(["whoami", "sign_in", "sign_out"]);
  expect(names).toEqual(expect.arrayContaining(there));
  for (const name of absent) expect(names).not.toContain(name);
  for (const name of absent) {
    await expect(server.call(name)).rejects.toThrow(`Unknown tool: ${name} is switched off`);
  }
});

test("whatever can be set is read by something", async () => {
  const seen = new Set<string>();
  await using server = await connectHere({ onRead: (setting) => seen.add(setting) });

  await server.call("whoami");

  const why = "What uses the setting reads it from Config by the end of the first call";
  expect([...seen].sort(), why).toEqual(Object.keys(settings).sort());
});

test("flags do the same as their variables, and win over them", async () => {
  await using server = await connectClient({
    env: { KANEO_TOOLSETS: "all" },
    args: ["--toolsets", "labels,comments", "--read-only"],
  });

  expect(await namesOf(server)).toEqual(["whoami", "sign_in", "sign_out"]);
});

test("with two workspaces and none named, what needs one says which there are", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox);

  const { text, isError } = await server.call("create_label", { name: "ios" });

  expect(isError).toBe(true);
  expect(text).toContain("acme");
  expect(text).toContain("cabin");
  expect([...sandbox.data.labels.values()].map(({ name }) => name)).not.toContain("ios");
});

test("KANEO_WORKSPACE stands in for the argument, which wins when it is given", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { KANEO_WORKSPACE: "cabin" });

  const byDefault = await server.call("list_tasks");
  const named = await server.call("list_tasks", { workspace: "acme" });
  const everywhere = await server.call("list_tasks", { workspace: "all", limit: 100 });
  await server.call("create_label", { name: "garden" });

  expect(byDefault.text).toContain("CABIN-1");
  expect(byDefault.text).not.toContain("WEB-");
  expect(server.client.getInstructions()).toContain("everything give workspace all");
  expect(everywhere.text).toContain("WEB-");
  expect(named.text).toContain("WEB-1");
  expect(named.text).not.toContain("CABIN-");
  expect([...sandbox.data.labels.values()].at(-1)).toMatchObject({
    name: "garden",
    workspaceId: projectOf(sandbox, "CABIN").workspaceId,
  });
});

test("KANEO_PROJECT stands in for the argument, which wins when it is given", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { KANEO_PROJECT: "ops" });

  const byDefault = await server.call("list_tasks");
  const named = await server.call("list_tasks", { project: "WEB" });
  const everywhere = await server.call("list_tasks", { workspace: "all" });
  const created = await server.call("create_task", { title: "Test the pager" });

  expect(byDefault.text).toContain("Operations (OPS)");
  expect(byDefault.text).not.toContain("WEB-");
  expect(server.client.getInstructions()).toContain("everything give workspace all");
  expect(everywhere.text).toContain("WEB-");
  expect(named.text).toContain("Website (WEB)");
  expect(created).toMatchObject({ isError: false });
  expect([...sandbox.data.tasks.values()].at(-1)).toMatchObject({
    title: "Test the pager",
    projectId: projectOf(sandbox, "OPS").id,
  });
});

test.each([
  ["Pacific/Auckland", "2026-02-28T11:00:00.000Z", "2026-02-28 20:00 +09:00"],
  ["America/New_York", "2026-03-01T05:00:00.000Z", "2026-03-01 14:00 +09:00"],
])(
  "in KANEO_TIMEZONE=%s a day is that day's midnight there, and elsewhere a time of the day that it is there",
  async (timeZone, stored, inTokyo) => {
    await using sandbox = await startSandbox();
    await using server = await connectAlice(sandbox, { KANEO_TIMEZONE: timeZone });
    await using elsewhere = await connectAlice(sandbox, { KANEO_TIMEZONE: "Asia/Tokyo" });
    const task = { project: "CABIN", title: "Pay the rent", due: "2026-03-01" };

    const created = await server.call("create_task", task);
    const query = { project: "CABIN", text: "rent" };
    const [, key = ""] = /(CABIN-\d+)/.exec(created.text) ?? [];
    const [here, there, whole] = await Promise.all([
      server.call("list_tasks", { ...query, due_before: "2026-03-01", due_after: "2026-03-01" }),
      elsewhere.call("list_tasks", query),
      elsewhere.call("get_task", { task: key }),
    ]);

    expect(created.text).toContain("due 2026-03-01  ");
    expect([...sandbox.data.tasks.values()].at(-1)?.dueDate).toBe(stored);
    expect(here.text).toContain("due 2026-03-01  ");
    expect(there.text).toContain(`due ${inTokyo.slice(0, 16)}  `);
    expect(whole.text).toContain(`Due: ${inTokyo}`);
  },
);

const wrong = { KANEO_API_URL: "127.0.0.1:1337", KANEO_READONLY: "1", KANEO_TOOLSETS: "tsks" };
const complaints =
  /--colour is no flag.*KANEO_READONLY is not read.*KANEO_API_URL lacks https.*KANEO_TOOLSETS must be/s;

test("under a client, starts with a wrong configuration and answers every call with all that is wrong", async () => {
  await using session = await connectClient({ env: wrong, args: ["--colour"] });

  const { tools } = await session.client.listTools();
  const first = await session.call("list_projects");
  const second = await session.call("whoami");

  expect(tools.map(({ name }) => name)).toContain("list_projects");
  expect(first.isError).toBe(true);
  expect(first.text).toMatch(complaints);
  expect(first.text).toMatch(/restart the client\.$/);
  expect(second).toEqual(first);
  expect(session.stderr()).toMatch(complaints);
  expect(await readdir(session.home)).toEqual([]);
});

test.skipIf(!existsSync("/usr/bin/script"))(
  "in a terminal, ends with code 2 and all that is wrong",
  async () => {
    await using folder = await makeTemporaryFolder();
    const line = `"${process.execPath}" "${builtFile}" --colour`;
    const command = ["-q", "-e", "-c", line, "/dev/null"];

    const ended = run("/usr/bin/script", command, { env: bareEnvironment(folder.path, wrong) });

    // A terminal shows stdout and stderr as one.
    await expect(ended).rejects.toMatchObject({
      code: 2,
      stdout: expect.stringMatching(complaints),
    });
  },
);

test.skipIf(!existsSync("/usr/bin/script"))(
  "in a terminal, without more, explains itself in a few lines and ends",
  async () => {
    await using folder = await makeTemporaryFolder();
    const command = ["-q", "-e", "-c", `"${process.execPath}" "${builtFile}"`, "/dev/null"];

    const { stdout } = await run("/usr/bin/script", command, {
      env: bareEnvironment(folder.path),
    });

    expect(stdout).toContain(`node "${builtFile}" install`);
  },
);

test("keeps the warnings of a configuration on stderr, and works", async () => {
  await using sandbox = await startSandbox();
  await using session = await connectAlice(sandbox, { KANEO_TZ: "Europe/Berlin" }, connectClient);

  const { isError } = await session.call("list_projects");

  expect(isError).toBe(false);
  expect(session.stderr()).toContain(
    "KANEO_TZ is not read by kaneo-mcp: it is called KANEO_TIMEZONE.",
  );
});

test.for([
  ["Europe/Berlin", "Europe/Berlin"],
  ["", "UTC"],
  ["MSK-3", "Etc/GMT-3"],
  ["GMT+3", "Etc/GMT+3"],
] as const)("without KANEO_TIMEZONE days are meant where TZ %j is: in %s", async ([TZ, zone]) => {
  await using sandbox = await startSandbox();
  await using session = await connectAlice(sandbox, { TZ }, connectClient);

  const { text } = await session.call("whoami");

  expect(text).toMatch(/Today is \w+, \d{4}-\d\d-\d\d, \d\d:\d\d; days are meant in /);
  expect(text).toContain(`days are meant in ${zone}, this machine's zone`);
});

test("KANEO_PROFILE keeps a sign-in of its own", async () => {
  await using sandbox = await startSandbox();
  const env = { KANEO_API_URL: sandbox.url };
  await using work = await connectHere({ env: { ...env, KANEO_PROFILE: "work" } });
  await using home = await connectHere({ env, home: work.home });

  const forWork = await work.call("list_projects");
  const forHome = await home.call("list_projects");

  const link = /https?:\S+user_code=\S+/;
  expect(forWork.text).toMatch(link);
  expect(link.exec(forHome.text)?.[0]).not.toBe(link.exec(forWork.text)?.[0]);
  expect((await readdir(join(work.home, "data"))).sort()).toEqual(["auth", "profiles"]);
  expect(await readdir(join(work.home, "data", "profiles"))).toEqual(["work"]);
});

test("sends the headers of KANEO_HEADERS along, and shows them nowhere", async () => {
  await using sandbox = await startSandbox();
  const env = { KANEO_HEADERS: "X-Front: s3cret-of-the-front", KANEO_LOG_LEVEL: "debug" };
  await using session = await connectAlice(sandbox, env, connectClient);
  sandbox.fail(
    { times: 1 },
    { kind: "answer", status: 418, body: { message: "s3cret-of-the-front" } },
  );

  const refused = await session.call("list_projects");
  const { isError } = await session.call("list_projects");

  expect(isError).toBe(false);
  expect(sandbox.requests.at(-1)?.headers).toMatchObject({ "x-front": "s3cret-of-the-front" });
  expect(refused.text + session.stderr()).not.toContain("s3cret-of-the-front");
});
