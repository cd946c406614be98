import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What the embedded Kaneo holds: the seed "demo" or "contract", or a project BIG. */
export type Holding = "demo" | "contract" | BigProject;

export interface BigProject {
  tasks: number;
  /** Whether all are in the first column, and not spread over all of them. */
  isOneColumn: boolean;
}

/** "take requests", or a device code to approve. */
export type Question = { approve?: string };

export interface SandboxProcess extends AsyncDisposable {
  url: string;
  /** A session token of the owner. */
  token: string;
  /** Slug → id. */
  projectIds: Record<string, string>;
  /** Key → id. */
  taskIds: Record<string, string>;
  /** Such as `GET /api/project?workspaceId=…`, since the last time. */
  takeRequests(): Promise<string[]>;
  approve(code: string): Promise<void>;
}

/** Starts the embedded Kaneo beside us. */
export async function startSandboxProcess(holding: Holding): Promise<SandboxProcess> {
  const file = fileURLToPath(new URL("sandbox-process.ts", import.meta.url));
  const child = fork(file, [JSON.stringify(holding)], { execArgv: ["--import", "tsx"] });
  const [ready] = await once(child, "message");
  const ask = async (question: Question): Promise<string[]> => {
    const reply = once(child, "message");
    child.send(question);
    const [requests] = await reply;
    return requests;
  };
  return {
    ...ready,
    takeRequests: () => ask({}),
    approve: (code) => ask({ approve: code }).then(() => {}),
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
