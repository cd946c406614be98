/** Where figures are taken: a Kaneo, somebody who has signed in to it, and their servers. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Seed } from "../test/sandbox/seed.ts";
import {
  type ServerProcess,
  type SpawnOptions,
  spawnServer,
} from "../test/support/spawn-server.ts";
import { makeTemporaryFolder } from "../test/support/temporary-folder.ts";

/** The embedded Kaneo in a process of its own, or a real one. */
export interface Kaneo extends AsyncDisposable {
  url: string;
  /** Signs its owner in: of a session, or an API key. */
  token: string;
  /** Slug → id. */
  projectIds: Record<string, string>;
  /** Key → id. */
  taskIds: Record<string, string>;
  /** Such as `GET /api/project?workspaceId=…`, since the last time. */
  takeRequests(): Promise<string[]>;
}

/** A POST where there is a body. */
export interface BareRequest {
  path: string;
  body?: object;
}

export interface Scene {
  kaneo: Kaneo;
  /** Starts one more signed-in server, or another `file` in its place; nothing is said to it yet. */
  start(options?: SpawnOptions): Promise<ServerProcess>;
  /** Has answered `initialize`. */
  server: ServerProcess;
  /** Sends requests from a process like the server's that does nothing else, by default all at once. */
  bare(requests: readonly BareRequest[], atOnce?: number): Promise<unknown>;
}

export type Work = (scene: Scene) => Promise<void>;

/** Does `work` beside a Kaneo of its own. */
export async function beside(seed: Seed, work: Work): Promise<void> {
  await using folder = await makeTemporaryFolder();
  await using kaneo = await startKaneo(folder.path, seed);
  await workAt(kaneo, { home: folder.path, env: {} }, work);
}

/** Does `work` beside a Kaneo, with servers of what has signed in at `home` or by `env`. */
export async function workAt(
  kaneo: Kaneo,
  { home, env: given }: Required<Pick<SpawnOptions, "home" | "env">>,
  work: Work,
): Promise<void> {
  const { url, token } = kaneo;
  const start: Scene["start"] = ({ env, ...options } = {}) =>
    spawnServer({ ...options, home, env: { KANEO_API_URL: url, ...given, ...env } });
  await using server = await start();
  await server.initialize();
  const file = fileURLToPath(new URL("bare-client.cjs", import.meta.url));
  await using client = await start({ file, args: [url], env: { BENCH_TOKEN: token } });
  const bare: Scene["bare"] = (requests, atOnce = requests.length) =>
    client.request("send", { requests, atOnce });
  await work({ kaneo, start, server, bare });
}

async function startKaneo(home: string, seed: Seed): Promise<Kaneo> {
  const file = fileURLToPath(new URL("sandbox-process.ts", import.meta.url));
  const args = [home, JSON.stringify(seed)];
  const child = fork(file, args, { execArgv: ["--import", "tsx"] });
  const [ready] = await once(child, "message");
  return {
    ...ready,
    async takeRequests() {
      child.send("take");
      const [requests] = await once(child, "message");
      return requests;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
