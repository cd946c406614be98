import { readdir, readFile } from "node:fs/promises";
import { spawnServer } from "../test/support/spawn-server.ts";

/** Where a server looks for Kaneo and keeps its token. */
export interface Surroundings {
  url: string;
  home: string;
}

export interface BenchServer extends AsyncDisposable {
  pid: number;
  /** Sends a request and gives the answer's result. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Calls a tool and gives its text; a failed call throws. */
  call(name: string, args?: Record<string, unknown>): Promise<string>;
}

export interface StartOptions {
  /** Default: the published program. */
  file?: string;
  args?: string[];
  env?: Record<string, string>;
  /** Which of MCP's eras the client is of, default the one that begins with `initialize`. */
  isModern?: boolean;
}

/** What every request of MCP 2026-07-28 says about itself. */
const MODERN = {
  _meta: {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  },
};

/** Starts a server with the Node that runs this, and waits for the answer to `initialize` or `server/discover`. */
export async function startServer(
  { url, home }: Surroundings,
  { env, isModern = false, ...options }: StartOptions = {},
): Promise<BenchServer> {
  const server = await spawnServer({ ...options, home, env: { KANEO_API_URL: url, ...env } });
  let last = 0;
  const request: BenchServer["request"] = async (method, params) => {
    last += 1;
    server.send({ id: last, method, params: { ...params, ...(isModern && MODERN) } });
    const { result, error } = await server.answerTo(last);
    if (!result) throw new Error(error?.message ?? "It answered without a result.");
    return result;
  };
  await (isModern ? request("server/discover") : server.initialize());
  return {
    pid: server.pid,
    request,
    async call(name, args) {
      const { text, isError } = await server.call(name, args);
      if (isError) throw new Error(text);
      return text;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** MiB, now or at most so far, as Linux tells it; elsewhere there is no such figure. */
export async function memoryOf({ pid }: BenchServer, which: "now" | "peak"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const field = { now: "VmRSS", peak: "VmHWM" }[which];
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
}

/** Milliseconds of processor time in all threads so far. */
export async function processorMsOf({ pid }: BenchServer): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")),
  );
  return stats.reduce((sum, stat) => sum + Number(stat.split(" ")[0]), 0) / 1e6;
}
