import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Log } from "../log.ts";
import { nearestNames } from "../text/text.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { MethodRequest } from "./server.ts";

export interface ToolCallOptions {
  /** Those that can be called; asked for when one is. */
  loadTools(): Promise<readonly Tool[]>;
  /** Makes what one call works with; `signal` aborts when the call is over, whoever ends it. */
  createContext(signal: AbortSignal): ToolContext | Promise<ToolContext>;
  /** What a call that takes long is waiting for; undefined when that is Kaneo's answer. */
  waitingFor(): string | undefined;
  /** Takes the credentials in use out of a text: Kaneo, or what stands before it, may have repeated them. */
  hideSecrets(text: string): string;
  clock: Clock;
  log: Log;
}

/** A failure that is answered as a JSON-RPC error, not as a result. */
export class ProtocolError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** JSON-RPC 2.0 §5.1. */
const INVALID_PARAMS = -32602;

/** Clients give up after a minute, or sooner; progress tells them that a call still runs. */
const CALL_SECONDS = { silent: 25, reported: 50 };
/** What is left of that for a call to say what it did not do. */
const LAST_WORDS_MS = 1_000;

/** Makes the function that answers `tools/call`. */
export function createToolCaller(
  options: ToolCallOptions,
): (request: MethodRequest) => Promise<CallToolResult> {
  return async (request) => {
    const token = progressToken(request.params);
    const over = new AbortController();
    const progress = token === undefined ? undefined : startProgress(token, request, options);
    const seconds = token === undefined ? CALL_SECONDS.silent : CALL_SECONDS.reported;
    const deadline = new AbortController();
    const call = {
      params: request.params,
      signal: AbortSignal.any([request.signal, deadline.signal]),
      context: undefined,
    };
    try {
      return await Promise.race([
        runTool(call, options),
        endInTime(call, { seconds, deadline, over: over.signal }, options),
      ]);
    } finally {
      over.abort();
      await progress?.stop();
    }
  };
}

interface CallTime {
  seconds: number;
  /** Aborted when it is over; what the tool waits for ends with it. */
  deadline: AbortController;
  /** Aborted when the call has its answer. */
  over: AbortSignal;
}

interface Call {
  params: MethodRequest["params"];
  signal: AbortSignal;
  /** What the tool works with, as soon as it is there. */
  context: ToolContext | undefined;
}

/** Runs a tool. The one place where failures become text: whatever is thrown below ends here. */
async function runTool(call: Call, options: ToolCallOptions): Promise<CallToolResult> {
  const { params, signal } = call;
  try {
    const tool = findTool(params, await options.loadTools());
    call.context = await options.createContext(signal);
    const text = await tool.call(params["arguments"], call.context);
    return { content: [{ type: "text", text: options.hideSecrets(text) }] };
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    return failed(error, call, options);
  }
}

/** Tells a call that its time is over, and answers in its place when it does not react. */
async function endInTime(call: Call, time: CallTime, options: ToolCallOptions) {
  const { seconds, deadline, over } = time;
  const { clock } = options;
  const why = `A call may take ${seconds} seconds, and they are over.`;
  try {
    await clock.sleep(seconds * 1000 - LAST_WORDS_MS, over);
    deadline.abort(new KaneoMcpError("out_of_time", why));
    await clock.sleep(LAST_WORDS_MS, over);
  } catch {
    // Answered in time, and nobody waits for this any more.
    return new Promise<never>(() => {});
  }
  const unsure = `What was to be changed may or may not have been saved: a${why.slice(1)}`;
  const failure = hasWritten(call)
    ? new KaneoMcpError("outcome_unknown", unsure)
    : new KaneoMcpError("out_of_time", why);
  return failed(failure, call, options);
}

function hasWritten({ context }: Call): boolean {
  return context?.writesSent?.() === true;
}

async function failed(
  error: unknown,
  call: Call,
  { log, hideSecrets }: ToolCallOptions,
): Promise<CallToolResult> {
  if (!(error instanceof KaneoMcpError)) log.debug(`Unexpected: ${describe(error)}`);
  const text = hideSecrets(await failureText(error, hasWritten(call)));
  const content = [{ type: "text" as const, text }];
  // A link for the person is a question; clients hide the text of an error.
  return isFailure(error, "sign_in_required") ? { content } : { content, isError: true };
}

async function failureText(error: unknown, wasWritten: boolean): Promise<string> {
  try {
    if (isMissingPart(error)) throw error;
    // Loaded here, since most processes that a client starts are never told to call anything.
    const { renderFailure } = await import("../text/failure.ts");
    return renderFailure(error, { wasWritten });
  } catch (missing) {
    if (!isMissingPart(missing)) throw missing;
    const first = wasWritten ? "What was to be changed may or may not have been saved.\n" : "";
    return `${first}kaneo-mcp was updated while it ran: restart the client.`;
  }
}

/** Whether a part of the program could not be loaded: an update has replaced the files behind a process that runs. */
export function isMissingPart(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND";
}

/**
 * MCP 2025-11-25, "Tools", "Error handling": an unknown tool and a request without a name are protocol errors; what a
 * tool makes of its arguments is a result.
 */
function findTool(params: Call["params"], tools: readonly Tool[]): Tool {
  const { name } = params;
  if (typeof name !== "string" || name === "") {
    throw new ProtocolError(INVALID_PARAMS, 'tools/call needs "name", the name of a tool.');
  }
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const names = tools.map((tool) => tool.name);
  const nearest = nearestNames(name, names).join(", ");
  throw new ProtocolError(
    INVALID_PARAMS,
    `Unknown tool "${name.slice(0, 64)}". The nearest names are ${nearest}; tools/list names all.`,
  );
}

function progressToken({ _meta: meta }: Call["params"]): string | number | undefined {
  const isObject = typeof meta === "object" && meta !== null && "progressToken" in meta;
  const token = isObject ? meta.progressToken : undefined;
  return typeof token === "string" || typeof token === "number" ? token : undefined;
}

const PROGRESS_MS = 5_000;
/** Long enough for a client to read the last notification on its own. */
const APART_MS = 20;

/**
 * Reports every five seconds that a call still runs. Clients lose a notification that arrives in the same chunk as
 * the result, hence the pause between the last one and `stop`'s end.
 */
function startProgress(
  progressToken: string | number,
  { notify, signal }: MethodRequest,
  { clock, waitingFor }: ToolCallOptions,
): { stop(): Promise<void> } {
  const over = new AbortController();
  const began = clock.elapsed();
  let lastSent: number | undefined;

  const report = async (): Promise<void> => {
    const ended = AbortSignal.any([over.signal, signal]);
    for (;;) {
      await clock.sleep(PROGRESS_MS, ended);
      lastSent = clock.elapsed();
      const progress = Math.round((lastSent - began) / 1000);
      const message = waitingFor() ?? "Waiting for Kaneo";
      notify("notifications/progress", { progressToken, progress, message });
    }
  };
  // Ends by the abort.
  report().catch(() => {});

  return {
    async stop() {
      over.abort();
      if (lastSent === undefined) return;
      const apart = lastSent + APART_MS - clock.elapsed();
      if (apart > 0) await clock.sleep(apart);
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
