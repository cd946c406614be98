import { fileURLToPath } from "node:url";
import { startMcp } from "./mcp-process.ts";
import type { SandboxProcess } from "./sandbox.ts";

export interface BareRequest {
  method: "GET" | "POST";
  path: string;
  body?: object;
}

/** The same requests without us, from a process like ours: what Kaneo, the wire and the pipe cost by themselves. */
export interface BareClient extends AsyncDisposable {
  /** Sends the requests and resolves when all are answered. Default: all at once. */
  send(requests: readonly BareRequest[], atOnce?: number): Promise<unknown>;
}

const file = fileURLToPath(new URL("bare-client.cjs", import.meta.url));

export async function startBareClient({ url, token }: SandboxProcess): Promise<BareClient> {
  const client = await startMcp({
    command: process.execPath,
    args: [file, url],
    env: { BENCH_TOKEN: token },
  });
  return {
    send: (requests, atOnce = requests.length) => client.request("send", { requests, atOnce }),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
