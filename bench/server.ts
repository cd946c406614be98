import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { SandboxProcess } from "./sandbox.ts";

/** Where a server looks for Kaneo and keeps its token. */
export interface Surroundings {
  url: string;
  home: string;
}

export interface ServerProcess extends AsyncDisposable {
  /** Sends a request and gives the answer's result. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Calls a tool and gives its text; a failed call throws. */
  call(name: string, args?: object): Promise<string>;
  /** MiB, now and at most so far. */
  memory(): Promise<{ now: number; peak: number }>;
  /** Milliseconds of processor time in all threads so far. */
  processorMs(): Promise<number>;
}

export interface StartOptions {
  /** Default: the published program. */
  file?: string;
  args?: readonly string[];
  env?: Record<string, string>;
  /** Which of MCP's eras the client is of, default the one that begins with `initialize`. */
  isModern?: boolean;
}

const program = fileURLToPath(new URL("../dist/kaneo-mcp.cjs", import.meta.url));

/** None of this machine's settings: what stands in them, such as a certificate to read, can cost more than our start. */
export function bareEnvironment({ url, home }: Surroundings): Record<string, string> {
  const { PATH = "" } = process.env;
  return { PATH, HOME: home, KANEO_MCP_DATA_DIR: join(home, "data"), KANEO_API_URL: url };
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
  place: Surroundings,
  { file = program, args = [], env = {}, isModern = false }: StartOptions = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...bareEnvironment(place), ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const { pid = 0 } = child;
  const ask = askOverLines(child);
  const request: typeof ask = (method, params) =>
    ask(method, isModern ? { ...params, ...MODERN } : params);
  const server = {
    request,
    call: async (name: string, params: object = {}) =>
      textOf(await request("tools/call", { name, arguments: params })),
    memory: () => memoryOf(pid),
    processorMs: () => processorMsOf(pid),
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.stdin.end();
      await gone;
    },
  };
  if (isModern) {
    await request("server/discover");
    return server;
  }
  await request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return server;
}

/** Walks through the sign-in once; every server that starts in this place afterwards is signed in. */
export async function signIn(sandbox: SandboxProcess, place: Surroundings): Promise<void> {
  await using server = await startServer(place);
  const { content } = await server.request("tools/call", { name: "sign_in", arguments: {} });
  const code = /user_code=([A-Za-z0-9-]+)/.exec(JSON.stringify(content))?.[1];
  if (code === undefined) throw new Error(`sign_in gave no link: ${JSON.stringify(content)}`);
  await sandbox.approve(code);
  await server.call("sign_in", { wait_seconds: 20 });
  await sandbox.takeRequests();
}

function askOverLines(
  child: ChildProcessByStdio<Writable, Readable, null>,
): ServerProcess["request"] {
  type Message = { id?: unknown; result?: Record<string, unknown>; error?: { message: string } };
  const waiting = new Map<unknown, (message: Message) => void>();
  let lastId = 0;
  const over = once(child, "exit").then(() => {
    throw new Error("It ended without an answer.");
  });
  over.catch(() => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    // What the protocol says a line is.
    const message = JSON.parse(line) as Message;
    waiting.get(message.id)?.(message);
  });
  return async (method, params = {}) => {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    const { result, error } = await Promise.race([answered, over]);
    waiting.delete(id);
    if (!result) throw new Error(error?.message ?? "It answered without a result.");
    return result;
  };
}

function textOf({ content, isError }: Record<string, unknown>): string {
  // The one kind of content that is measured.
  const text = (content as { text: string }[]).map((part) => part.text).join("\n");
  if (isError) throw new Error(text);
  return text;
}

/** As Linux tells it; elsewhere there are no such figures. */
async function memoryOf(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const mib = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { now: mib("VmRSS"), peak: mib("VmHWM") };
}

async function processorMsOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")),
  );
  return stats.reduce((sum, stat) => sum + Number(stat.split(" ")[0]), 0) / 1e6;
}
