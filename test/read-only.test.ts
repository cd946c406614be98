import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../src/tools/index.ts";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";
import { addWhatExamplesNeed, everyTool, examplesFor } from "./support/example-ids.ts";
import { linkIn } from "./support/scenario-sign-in.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";
import { startToolHarness, type ToolHarness } from "./support/tool-harness.ts";

const sessionTools = ["sign_in", "sign_out"];
const writingTools = everyTool.filter(
  ({ name, annotations }) => !annotations.readOnlyHint && !sessionTools.includes(name),
);

/** Everything that a call could have changed. */
function snapshot({ sandbox }: Pick<ToolHarness, "sandbox">): string {
  const { data } = sandbox;
  const maps = Object.values(data).filter((rows) => rows instanceof Map);
  const { organization, member, invitation } = data.auth;
  return JSON.stringify([
    ...maps.map((rows) => [...rows.values()]),
    organization,
    member,
    invitation,
  ]);
}

/** The requests that are more than a look. */
function writes(requests: readonly { method: string; path: string }[]): string[] {
  return requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path}`);
}

test("every writing tool would write if it were let: its call sends more than reads, or makes a file", async () => {
  await using folder = await makeTemporaryFolder();
  await using harness = await startToolHarness({ seed: "demo", filesDir: folder.path });
  addWhatExamplesNeed(harness.sandbox.data);
  const calls = new Map(Object.entries(examplesFor(harness.sandbox)));
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
    harness.sandbox.fail({ method, times: Number.POSITIVE_INFINITY }, refusal);
  }

  const quiet: string[] = [];
  for (const tool of writingTools) {
    harness.sandbox.clearRequests();
    await harness.call(tool, calls.get(tool.name)).catch(() => undefined);
    const files = await readdir(folder.path);
    for (const name of files) await rm(join(folder.path, name));
    if (writes(harness.sandbox.requests).length + files.length === 0) quiet.push(tool.name);
  }

  expect(writingTools.length).toBeGreaterThan(20);
  expect(quiet).toEqual([]);
});

test("with KANEO_READ_ONLY no writing tool is listed, and whatever is called, only reads reach Kaneo", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  addWhatExamplesNeed(sandbox.data);
  // Nothing works after sign_out.
  const { sign_out: last = {}, ...others } = examplesFor(sandbox);
  const calls = Object.entries({ ...others, sign_out: last });
  const before = snapshot({ sandbox });
  await using server = await connectClient({
    env: { KANEO_API_URL: sandbox.url, KANEO_READ_ONLY: "1", KANEO_TOOLSETS: "all" },
  });
  await sandbox.approve(linkIn((await server.call("list_projects")).text).code);

  const { tools } = await server.client.listTools();
  const instructions = server.client.getInstructions();
  const outcomes = new Map<string, string>();
  for (const [name, args] of calls) {
    const told = await server.call(name, args).then(
      ({ text, isError }) => (isError ? `failed: ${text}` : "answered"),
      (error: Error) => error.message,
    );
    outcomes.set(name, told);
  }

  const writing = writingTools.map(({ name }) => name);
  const listed = tools.map(({ name }) => name);
  // The board's own tools are listed to those who can show it.
  const reading = allTools.map(({ name }) => name).filter((name) => !writing.includes(name));
  expect(listed.toSorted()).toEqual(reading.toSorted());
  for (const { name, annotations } of tools) {
    if (!sessionTools.includes(name)) expect(annotations?.readOnlyHint).toBe(true);
  }
  expect(instructions).toContain("Here nothing can be changed, only read: KANEO_READ_ONLY is set");
  for (const name of writing) expect(outcomes.get(name), name).toContain("Unknown tool");
  for (const name of listed) expect(outcomes.get(name), name).toBe("answered");
  expect(new Set(writes(sandbox.requests))).toEqual(
    new Set([
      "POST /api/auth/device/code",
      "POST /api/auth/device/token",
      "POST /api/auth/sign-out",
    ]),
  );
  expect(snapshot({ sandbox })).toBe(before);
});

test("the second lock: were a writing tool called all the same, nothing would leave this machine or be written on it", async () => {
  await using folder = await makeTemporaryFolder();
  const locked = { person: "alice", readOnly: true, filesDir: folder.path } as const;
  await using harness = await startToolHarness({ seed: "demo", ...locked });
  addWhatExamplesNeed(harness.sandbox.data);
  const calls = new Map(Object.entries(examplesFor(harness.sandbox)));
  const before = snapshot(harness);

  const outcomes = new Map<string, string>();
  for (const tool of writingTools) {
    const told = await harness
      .call(tool, calls.get(tool.name))
      .catch(({ message }: Error) => message);
    outcomes.set(tool.name, told);
  }

  for (const [name, told] of outcomes) expect(told, name).toContain("KANEO_READ_ONLY is set");
  expect(writes(harness.sandbox.requests)).toEqual([]);
  expect(await readdir(folder.path)).toEqual([]);
  expect(snapshot(harness)).toBe(before);
});
