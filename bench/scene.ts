import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { makeTemporaryFolder } from "../test/support/temporary-folder.ts";
import { type BenchServer, type Surroundings, startServer } from "./server.ts";

/** How often each kind of thing is measured, and the sizes of the projects that show growth. */
export interface Rounds {
  start: number;
  calls: number;
  lists: number;
  board: number;
  memory: number;
  sizes: readonly number[];
}

/** What the embedded Kaneo holds: the seed "demo" or "contract", or a project BIG. */
export type Holding = "demo" | "contract" | BigProject;

export interface BigProject {
  tasks: number;
  /** Whether all are in the first column, and not spread over all of them. */
  isOneColumn: boolean;
}

/** "take requests", or a device code to approve. */
export type Question = { approve?: string };

/** The embedded Kaneo beside us. */
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

export interface BareRequest {
  method: "GET" | "POST";
  path: string;
  body?: object;
}

/** A Kaneo, a server that is signed in to it, and a process like it that only sends the requests it is told. */
export interface Scene {
  sandbox: SandboxProcess;
  place: Surroundings;
  server: BenchServer;
  bare(requests: readonly BareRequest[], atOnce?: number): Promise<unknown>;
}

export async function beside<Result>(
  holding: Holding,
  work: (scene: Scene) => Promise<Result>,
): Promise<Result> {
  await using folder = await makeTemporaryFolder();
  await using sandbox = await startSandboxProcess(holding);
  const place = { url: sandbox.url, home: folder.path };
  await using server = await startServer(place);
  await signIn(sandbox, server);
  const file = fileURLToPath(new URL("bare-client.cjs", import.meta.url));
  const options = { file, args: [sandbox.url], env: { BENCH_TOKEN: sandbox.token } };
  await using client = await startServer(place, options);
  const bare: Scene["bare"] = (requests, atOnce = requests.length) =>
    client.request("send", { requests, atOnce });
  return await work({ sandbox, place, server, bare });
}

async function startSandboxProcess(holding: Holding): Promise<SandboxProcess> {
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

/** Every server that starts in the same place afterwards is signed in, too. */
async function signIn(sandbox: SandboxProcess, server: BenchServer): Promise<void> {
  const { content } = await server.request("tools/call", { name: "sign_in", arguments: {} });
  const code = /user_code=([A-Za-z0-9-]+)/.exec(JSON.stringify(content))?.[1];
  if (code === undefined) throw new Error(`sign_in gave no link: ${JSON.stringify(content)}`);
  await sandbox.approve(code);
  await server.call("sign_in", { wait_seconds: 20 });
}
