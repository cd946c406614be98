import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SandboxOptions } from "../test/sandbox/start-sandbox.ts";

export type Seeding = NonNullable<SandboxOptions["seed"]>;
export type Question = { kind: "take requests" } | { kind: "approve"; code: string };
export interface Reply {
  /** Such as `GET /api/project?workspaceId=…`, since the last question. */
  requests: string[];
}

export interface SandboxProcess extends AsyncDisposable {
  url: string;
  /** A session token of the owner. */
  token: string;
  /** Slug → id. */
  projectIds: Record<string, string>;
  /** Key → id. */
  taskIds: Record<string, string>;
  /** The requests since the last time. */
  takeRequests(): Promise<string[]>;
  approve(code: string): Promise<void>;
}

/** Starts the embedded Kaneo beside us. */
export async function startSandboxProcess(seed: Seeding): Promise<SandboxProcess> {
  const file = fileURLToPath(new URL("sandbox-process.ts", import.meta.url));
  const child = fork(file, [JSON.stringify(seed)], { execArgv: ["--import", "tsx"] });
  const [ready] = await once(child, "message");
  const ask = async (question: Question): Promise<Reply> => {
    const reply = once(child, "message");
    child.send(question);
    const [message] = await reply;
    return message;
  };
  return {
    ...ready,
    takeRequests: async () => (await ask({ kind: "take requests" })).requests,
    approve: async (code) => {
      await ask({ kind: "approve", code });
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.disconnect();
  await gone;
}
