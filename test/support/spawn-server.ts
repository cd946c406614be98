import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { CallToolResultSchema, LATEST_PROTOCOL_VERSION } from "@modelcontextprotocol/sdk/types.js";
import { makeTemporaryFolder, type TemporaryFolder } from "./temporary-folder.ts";

/** The file that is published. */
export const builtFile = fileURLToPath(new URL("../../dist/kaneo-mcp.cjs", import.meta.url));

/** The files of the last build, beside which those of earlier ones lie for a day. */
export async function builtFiles(): Promise<string[]> {
  const packed = await readFile(join(dirname(builtFile), ".npmignore"), "utf8");
  return [...packed.matchAll(/^!(.+)$/gm)].map(([, name = ""]) => name);
}

export interface SpawnOptions {
  /** Added to a bare environment: nothing of the machine's own Kaneo settings gets in. */
  env?: Record<string, string>;
  args?: string[];
  /** What is started, default {@link builtFile}. */
  file?: string;
  /** What starts it, default the Node that runs the tests. */
  node?: string;
  /** Whether anybody reads stderr, default true. */
  readsErrors?: boolean;
  /** A home that another process used before; default: an empty one that goes away with this process. */
  home?: string;
}

/** One JSON-RPC message from the server. */
interface ServerMessage {
  jsonrpc: string;
  id?: string | number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** A running server, seen line by line. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly home: string;
  /** Every line of stdout so far, as it came. */
  readonly lines: readonly string[];
  /** Everything on stderr so far. */
  stderr(): string;
  /** Sends one message; `jsonrpc` is added. */
  send(message: Record<string, unknown>): void;
  /** Writes to stdin as it stands. */
  write(bytes: string | Uint8Array): void;
  /** Closes stdin. */
  endInput(): void;
  /** Closes our end of stdout. */
  closeOutput(): void;
  kill(signal: NodeJS.Signals): void;
  /** The answer to the request with this id, as soon as it is there. */
  answerTo(id: string | number): Promise<ServerMessage>;
  /** Sends `initialize` as id "init" and the notification after it. */
  initialize(): Promise<ServerMessage>;
  /** Sends a request and gives the answer's result; the id is made up. An answer without one throws its message. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Sends `tools/call` and gives its text. */
  call(name: string, args?: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
  /** Resolves when the process is gone and its output read. */
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the built file with an empty home, and kills it at the end of the block. */
export async function spawnServer(options: SpawnOptions = {}): Promise<ServerProcess> {
  const folder = options.home ? kept(options.home) : await makeTemporaryFolder();
  const home = folder.path;
  const { node = process.execPath } = options;
  const child = spawn(node, [options.file ?? builtFile, ...(options.args ?? [])], {
    env: bareEnvironment(home, options.env),
    stdio: "pipe",
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  if (options.readsErrors === false) child.stderr.pause();
  // A test may write to a process that is already gone; what matters is then how it went.
  child.stdin.on("error", () => {});
  const exit = once(child, "close").then(([code, signal]) => ({ code, signal }));
  await once(child, "spawn");
  return {
    pid: child.pid ?? 0,
    home,
    stderr: () => errors,
    exit,
    ...speakLines(child),
    endInput: () => void child.stdin.end(),
    closeOutput: () => void child.stdout.destroy(),
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      child.stdout.destroy();
      child.stderr.resume();
      await exit;
      await folder[Symbol.asyncDispose]();
    },
  };
}

function kept(path: string): TemporaryFolder {
  return { path, async [Symbol.asyncDispose]() {} };
}

/** The variables of a process that must not see this machine's Kaneo settings or home. */
export function bareEnvironment(home: string, env: Record<string, string> = {}) {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    KANEO_MCP_DATA_DIR: join(home, "data"),
    ...env,
  };
}

type Conversation = Pick<
  ServerProcess,
  "lines" | "write" | "send" | "answerTo" | "initialize" | "request" | "call"
>;

function speakLines({ stdin, stdout }: ChildProcessWithoutNullStreams): Conversation {
  const { lines, answerTo } = readAnswers(stdout);
  const write = (bytes: string | Uint8Array): void => void stdin.write(bytes);
  const send = (message: Record<string, unknown>): void =>
    write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  let requests = 0;
  const request: ServerProcess["request"] = async (method, params) => {
    requests += 1;
    const id = `request-${requests}`;
    send({ id, method, params });
    const { result, error } = await answerTo(id);
    if (!result) throw new Error(error?.message ?? `${method} was answered without a result.`);
    return result;
  };
  return {
    lines,
    write,
    send,
    answerTo,
    initialize() {
      send({ id: "init", method: "initialize", params: initializeParams });
      send({ method: "notifications/initialized" });
      return answerTo("init");
    },
    request,
    async call(name, args = {}) {
      const result = await request("tools/call", { name, arguments: args });
      const { content, isError } = CallToolResultSchema.parse(result);
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
      return { text, isError: isError === true };
    },
  };
}

const initializeParams = {
  protocolVersion: LATEST_PROTOCOL_VERSION,
  capabilities: {},
  clientInfo: { name: "test", version: "1" },
};

function readAnswers(stdout: Readable): Pick<ServerProcess, "lines" | "answerTo"> {
  const lines: string[] = [];
  const messages: ServerMessage[] = [];
  const arrivals = new EventEmitter().setMaxListeners(0);
  const reader = createInterface({ input: stdout });
  reader.on("line", (line) => {
    lines.push(line);
    arrivals.emit("line");
  });
  const over = once(reader, "close").then(() => {
    throw new Error(`stdout ended after:\n${lines.join("\n")}`);
  });
  over.catch(() => {});
  return {
    lines,
    async answerTo(id) {
      for (;;) {
        messages.push(...lines.slice(messages.length).map(parseLine));
        const found = messages.find((message) => message.id === id && !message.method);
        if (found) return found;
        await Promise.race([once(arrivals, "line"), over]);
      }
    },
  };
}

function parseLine(line: string): ServerMessage {
  // Tests that care about the shape of each line parse it with the SDK's schema.
  return JSON.parse(line) as ServerMessage;
}
