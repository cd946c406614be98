import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export interface McpProcess extends AsyncDisposable {
  readonly pid: number;
  /** Milliseconds from before the start to the answer to `initialize`. */
  readonly startMs: number;
  /** Sends a request and gives the answer's result. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  /** Calls a tool and gives its text; a failed call throws. */
  call(name: string, args?: object): Promise<string>;
}

export interface McpCommand {
  command: string;
  args: readonly string[];
  env: Record<string, string | undefined>;
  /** How long an answer may take, default a minute: a server that hangs must not hang us. */
  timeoutMs?: number;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Starts any MCP server over stdio and initializes it. Its whole process group ends with the block. */
export async function startMcp(command: McpCommand): Promise<McpProcess> {
  const start = performance.now();
  const child = spawn(command.command, command.args, {
    env: command.env,
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  child.stdin.on("error", () => {});
  try {
    const request = askOverLines(child, command.timeoutMs ?? 60_000);
    await request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    });
    const startMs = performance.now() - start;
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    const { pid = 0 } = child;
    const call = async (name: string, args: object = {}) =>
      textOf(await request("tools/call", { name, arguments: args }));
    return { pid, startMs, request, call, [Symbol.asyncDispose]: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function askOverLines(child: Child, timeoutMs: number): McpProcess["request"] {
  type Message = { id?: unknown; result?: Record<string, unknown>; error?: { message: string } };
  const waiting = new Map<number, (message: Message) => void>();
  let lastId = 0;
  const over = once(child, "exit").then(() => {
    throw new Error("It ended without an answer.");
  });
  over.catch(() => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    // A server that prints anything else is measured all the same.
    if (!line.startsWith("{")) return;
    // What the protocol says a line is.
    const message = JSON.parse(line) as Message;
    waiting.get(Number(message.id))?.(message);
  });
  return async (method, params = {}) => {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    const { result, error } = await Promise.race([answered, over, lateness(method, timeoutMs)]);
    waiting.delete(id);
    if (!result) throw new Error(error?.message ?? "It answered without a result.");
    return result;
  };
}

function lateness(method: string, timeoutMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`No answer to ${method} in ${timeoutMs / 1000} s.`));
    setTimeout(late, timeoutMs).unref();
  });
}

function textOf({ content, isError }: Record<string, unknown>): string {
  // The one kind of content that is measured.
  const text = (content as { text: string }[]).map((part) => part.text).join("\n");
  if (isError) throw new Error(text);
  return text;
}

/** How long a server may take to leave by itself: it may want to keep what it compiled. */
const LEAVE_MS = 500;

async function end(child: Child): Promise<void> {
  const { pid } = child;
  if (child.exitCode !== null || child.signalCode !== null || pid === undefined) return;
  const gone = once(child, "exit");
  child.stdin.end();
  const late = setTimeout(() => process.kill(-pid, "SIGKILL"), LEAVE_MS);
  await gone;
  clearTimeout(late);
}
