/** The sandbox against recordings of the real Kaneo 2.22: where they differ, the sandbox is wrong. */
import { expect, test } from "vitest";
import { type Replay, readRecordings, replay } from "./sandbox/replay.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";

test("answers like the real Kaneo: same status, same shape, same error text", async () => {
  await using sandbox = await startSandbox({ seed: "contract", deviceInterval: "1s" });
  const state = await startReplay(sandbox);
  const recordings = readRecordings();

  const differences: string[] = [];
  for (const recording of recordings) {
    await PREPARATIONS[recording.name]?.(state);
    differences.push(...(await replay(state, recording)));
  }

  expect(differences).toEqual([]);
});

interface SandboxReplay extends Replay {
  sandbox: Sandbox;
}

/** Knows by name what the recordings take for granted. */
async function startReplay(sandbox: Sandbox): Promise<SandboxReplay> {
  const { people } = sandbox;
  const workspace = (slug: string) => sandbox.data.workspaces.find((row) => row.slug === slug)?.id;
  const label = [...sandbox.data.labels.values()].find(({ name }) => name === "bug")?.id;
  const known: [string, string | undefined][] = [
    ["ziq3gp4NmZtcaEx8kSLPWVQjJaKphKzA", people.alice.id],
    ["XeMBlGPNGdGkXT3sVjJjddwae30Q5lL6", people.bob.id],
    ["zTTElfV9BKpmDQmrxhrS78yE3Yj9GPPi", people.carol.id],
    ["ZCFdSIDx7OMeEEAVJaRsm0dQVCVx5WNo", workspace("acme")],
    ["0xq2Onr2CucCbj1gdfVfvUqjNcqyEISE", workspace("private")],
    ["it51i0md6o00515uhqnxg9lr", projectId(sandbox, "WEB")],
    ["s6ognorrlrruv3n99rzn7m7x", projectId(sandbox, "OPS")],
    ["d04su8gduktdhqupfyw9rxsc", projectId(sandbox, "BIG")],
    ["spzh2ugo7haye1k8enkjto8u", projectId(sandbox, "SEC")],
    ["qtl4mn0senos7ve84m7bexp5", taskId(sandbox, "WEB", 1)],
    ["lta4b678no7vktev5382ly8l", taskId(sandbox, "WEB", 6)],
    ["fyfa52cp1kfpbdhaxk7csh8u", taskId(sandbox, "SEC", 1)],
    ["k89dlllymdmyvoi3oi23s3t9", label],
  ];
  const bearer = async (name: "alice" | "bob" | "carol" | "root") =>
    [name, `Bearer ${await sandbox.signIn(people[name])}`] as const;
  const credentials = new Map<string, string>([
    await bearer("alice"),
    await bearer("bob"),
    await bearer("carol"),
    await bearer("root"),
    ["aliceKey", `Bearer ${people.alice.apiKey}`],
    ["bobKey", `Bearer ${people.bob.apiKey}`],
    ["invalid", "Bearer this-was-never-valid"],
  ]);
  credentials.set("carol(viewer)", credentials.get("carol") ?? "");
  const ids = new Map(known.map(([recorded, own]) => [recorded, own ?? "not in the seed"]));
  const { url, data } = sandbox;
  const addRecordedTask: Replay["addTask"] = (project, task) => addTask(data, project, task).id;
  const { apiKey } = people.alice;
  return { sandbox, url, apiKey, ids, credentials, hidden: "", addTask: addRecordedTask };
}

function projectId({ data }: Sandbox, slug: string): string | undefined {
  return [...data.projects.values()].find((project) => project.slug === slug)?.id;
}

function taskId(sandbox: Sandbox, slug: string, number: number): string | undefined {
  const project = projectId(sandbox, slug);
  const tasks = [...sandbox.data.tasks.values()];
  return tasks.find((task) => task.projectId === project && task.number === number)?.id;
}

/** What happened between two recorded requests without being recorded. */
const PREPARATIONS: Readonly<Record<string, (state: SandboxReplay) => unknown>> = {
  "viewer.get": ({ sandbox: { data, people }, ids }) => {
    const organizationId = ids.get("0xq2Onr2CucCbj1gdfVfvUqjNcqyEISE") ?? "";
    data.members.push({ id: "viewer", organizationId, userId: people.carol.id, role: "viewer" });
  },
  "device.token.pending": async (state) => {
    state.hidden = (await requestCode(state)).deviceCode;
  },
  "device.token.unknown-code": (state) => {
    state.hidden = "nobody-has-this-code";
  },
  "device.verify.get": async (state) => {
    const { deviceCode, userCode } = await requestCode(state);
    state.ids.set("PQJTBULP", userCode);
    state.hidden = deviceCode;
  },
  "session.get-session": async (state) => {
    const { alice } = state.sandbox.people;
    state.credentials.set("device-token", `Bearer ${await state.sandbox.signIn(alice)}`);
  },
  "device.token.denied": async (state) => {
    const { deviceCode, userCode } = await requestCode(state);
    await state.sandbox.deny(userCode);
    state.hidden = deviceCode;
  },
  "device.token.expired": async (state) => {
    state.hidden = (await requestCode(state)).deviceCode;
    for (const row of state.sandbox.data.auth["deviceCode"] ?? []) {
      Object.assign(row ?? {}, { expiresAt: new Date(0) });
    }
  },
};

async function requestCode({ sandbox }: SandboxReplay) {
  const response = await fetch(`${sandbox.url}/api/auth/device/code`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: "kaneo-mcp" }),
  });
  // The shape of this answer is what "device.code.ok" has just compared.
  const code = (await response.json()) as { device_code: string; user_code: string };
  return { deviceCode: code.device_code, userCode: code.user_code };
}
