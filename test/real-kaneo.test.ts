/**
 * The recordings against any running Kaneo, in a workspace of their own that goes away at the end: what differs there
 * would differ for the sandbox too. CONTRIBUTING.md says how to run it.
 */
import { expect, test } from "vitest";
import { type Recording, type Replay, readRecordings, replay } from "./sandbox/replay.ts";
import { LABELS, WEB_TASKS } from "./sandbox/seed-contract.ts";
import { type AskKaneo, makeWorkspace, realKaneo } from "./support/real-kaneo.ts";

const kaneo = realKaneo();

test.runIf(kaneo !== undefined)(
  "the Kaneo of KANEO_TEST_URL answers like the recordings: same status, same shape, same error text",
  async () => {
    const ask = kaneo as AskKaneo;
    await using workspace = await makeWorkspace(ask);
    const state = await startReplay(ask, workspace.id);

    const differences: string[] = [];
    let count = 0;
    for (const recording of readRecordings()) {
      if (!canBeSent(recording, state)) continue;
      differences.push(...(await replay(state, recording)));
      count += 1;
    }

    expect(differences).toEqual([]);
    expect(count).toBeGreaterThan(150);
  },
);

/** Makes what the recordings take for granted, as far as one account can, and knows it by their ids. */
async function startReplay(ask: AskKaneo, workspaceId: string): Promise<Replay> {
  const [me] = await ask<{ id: string }[]>("GET", `/workspace/${workspaceId}/members`);
  const project = (name: string, slug: string, icon: string) =>
    ask("POST", "/project", { name, slug, icon, workspaceId });
  const [web, ops] = [
    await project("Website", "WEB", "Globe"),
    await project("Operations", "OPS", "Server"),
  ];
  const addTask = async (projectId: string, task: object) =>
    (await ask("POST", `/task/${projectId}`, task)).id;
  const tasks: string[] = [];
  for (const task of WEB_TASKS) tasks.push(await addTask(web.id, task));
  for (const title of ["Ops task 1", "Ops task 2", "Ops task 3"]) {
    await addTask(ops.id, { title, description: "", status: "to-do", priority: "low" });
  }
  const labels: string[] = [];
  for (const [name, color] of LABELS) {
    labels.push((await ask("POST", "/label", { name, color, workspaceId })).id);
  }
  const [firstTask, sixthTask, bug] = [tasks[0], tasks[5], labels[0]];
  await ask("PUT", `/label/${bug}/task`, { taskId: firstTask });
  await ask("POST", `/comment/${firstTask}`, { content: "First comment" });
  const known: [string, string | undefined][] = [
    ["ziq3gp4NmZtcaEx8kSLPWVQjJaKphKzA", me?.id],
    ["ZCFdSIDx7OMeEEAVJaRsm0dQVCVx5WNo", workspaceId],
    ["it51i0md6o00515uhqnxg9lr", web.id],
    ["s6ognorrlrruv3n99rzn7m7x", ops.id],
    ["qtl4mn0senos7ve84m7bexp5", firstTask],
    ["lta4b678no7vktev5382ly8l", sixthTask],
    ["k89dlllymdmyvoi3oi23s3t9", bug],
  ];
  const ids = new Map(known.map(([recorded, own]) => [recorded, own ?? "none"]));
  const credentials = new Map([["alice", `Bearer ${ask.apiKey}`]]);
  return { url: ask.url, apiKey: ask.apiKey, ids, credentials, hidden: "", addTask };
}

/** What the one account can ask about its own workspace; nothing of signing in, and nothing of what others made. */
function canBeSent({ as, name, request }: Recording, { ids }: Replay): boolean {
  // With an API key Kaneo knows no e-mail address of the account, and refuses.
  if (name === "notification-preferences.put.email-no-smtp") return false;
  if (as !== "alice" || request.path.startsWith("/api/auth/")) return false;
  const sent = request.path + JSON.stringify(request.body ?? "");
  return (sent.match(RECORDED_ID) ?? []).every((id) => id !== BIG && ids.has(id));
}

/** A project of 5,000 tasks, which an account's own Kaneo is spared. */
const BIG = "d04su8gduktdhqupfyw9rxsc";

const RECORDED_ID = /\b(?:[a-z][a-z0-9]{23}|[A-Za-z0-9]{32})\b/g;
