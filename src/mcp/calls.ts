import type { Result } from "@modelcontextprotocol/sdk/types.js";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { isRecord } from "../json.ts";
import { renderFailure } from "../text/failure.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { ListNews } from "./menus.ts";
import type { McpServerOptions, MethodRequest } from "./protocol.ts";

/** Clients give up after a minute, or sooner; progress tells them that a call still runs. */
const CALL_SECONDS = { silent: 25, reported: 50 };
/** What is left of that for a call to say what it did not do. */
const LAST_WORDS_MS = 1_000;

/** What a request wants of Kaneo. */
export interface Work {
  /** What the log calls it. */
  name: string;
  /** Made once, or once more when the person had to approve first. */
  run(context: ToolContext): Promise<Result>;
  /** Answers for what `run` threw; `text` says all of it, without secrets. @throws ProtocolError for a failure in that form. */
  failed(text: string, error: unknown): Result;
}

/** Does the work of a request, within the time that clients grant, with what the person has to approve asked of them. */
export type Caller = (request: MethodRequest, work: Work) => Promise<Result>;

interface Shared extends McpServerOptions {
  news: ListNews;
  /** The codes that the client was asked to have approved: what one call asked, no other one asks again. */
  asked: Set<string>;
}

/** Makes the one caller of a process. */
export function createCaller(server: McpServerOptions, news: ListNews): Caller {
  const options: Shared = { ...server, news, asked: new Set() };
  return async (request, work) => {
    const token = progressToken(request.params);
    const call: Call = {
      request,
      work,
      context: undefined,
      outcome: "answered",
      began: options.clock.elapsed(),
      seconds: token === undefined ? CALL_SECONDS.silent : CALL_SECONDS.reported,
      end: abortedWith(request.signal),
      over: abortedWith(request.signal),
    };
    const reported = token === undefined ? undefined : reportProgress(token, call, options);
    try {
      return await Promise.race([runWork(call, options), endInTime(call, options)]);
    } finally {
      call.over.abort("answered");
      const tookMs = Math.round(options.clock.elapsed() - call.began);
      options.log.info(`${work.name}: ${call.outcome}, ${tookMs} ms`);
      await reported;
    }
  };
}

interface Call {
  request: MethodRequest;
  work: Work;
  context: ToolContext | undefined;
  /** What the log says came of it: the kind of a failure. */
  outcome: string;
  /** By the clock that only runs forward. */
  began: number;
  seconds: number;
  /** Aborted at the deadline, when the client cancels, and when it goes away. */
  end: AbortController;
  /** Aborted when nobody waits for the answer any more, since it is there or not wanted. */
  over: AbortController;
}

/** A controller that aborts with `outer`, too. What AbortSignal.any makes of the two takes many times as long. */
function abortedWith(outer: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort(outer.reason);
  if (outer.aborted) abort();
  else outer.addEventListener("abort", abort, { once: true });
  return controller;
}

/** The one place where failures become text: whatever is thrown below ends here. */
async function runWork(call: Call, options: Shared): Promise<Result> {
  const { opensLinks, params } = call.request;
  try {
    let context = await beginWork(call, options);
    if (opensLinks === "by_result" && params["inputResponses"] !== undefined) {
      const { afterAsking } = await import("./elicitation.ts");
      await afterAsking(params["inputResponses"], context);
      context = await beginWork(call, options);
    }
    const result = await withApproval(call, context, options);
    void options.news.look(context.session);
    return result;
  } catch (error) {
    return failureAnswer(error, call, options);
  }
}

/** What the work is done with. Made anew behind a wait for the person, whose time is none of the work's. */
async function beginWork(call: Call, { createContext }: McpServerOptions): Promise<ToolContext> {
  call.context = await createContext(call.end.signal);
  return call.context;
}

/** Runs, and runs once more when the person has approved meanwhile what was missing: where nothing was done yet. */
async function withApproval(call: Call, context: ToolContext, options: Shared): Promise<Result> {
  const { clock, news, asked } = options;
  const { request, work, began, seconds } = call;
  const { signal } = call.end;
  try {
    return await work.run(context);
  } catch (error) {
    if (!isFailure(error, "sign_in_required")) throw error;
    // Who signs in now may be somebody else, to whom other projects are shown.
    news.missed();
    if (request.opensLinks === undefined || hasWritten(call)) throw error;
    const endMs = began + seconds * 1000 - LAST_WORDS_MS;
    const secondsLeft = (endMs - clock.elapsed()) / 1000 - 1;
    const { askPerson } = await import("./elicitation.ts");
    return (
      (await askPerson(error, { request, context, signal, secondsLeft, asked })) ??
      work.run(await beginWork(call, options))
    );
  }
}

/** Tells a call that its time is over, and answers in its place when it does not react. */
async function endInTime(call: Call, options: McpServerOptions): Promise<Result> {
  const { seconds, end, over } = call;
  try {
    await options.clock.sleep(seconds * 1000 - LAST_WORDS_MS, over.signal);
    end.abort(new KaneoMcpError("out_of_time", `The ${seconds} seconds of a call are over.`));
    await options.clock.sleep(LAST_WORDS_MS, over.signal);
  } catch {
    return new Promise<never>(() => {});
  }
  if (!hasWritten(call)) return failureAnswer(end.signal.reason, call, options);
  const unsure = `What was to be changed may or may not have been saved: ${seconds} seconds went by without an answer.`;
  return failureAnswer(new KaneoMcpError("outcome_unknown", unsure), call, options);
}

function hasWritten({ context }: Call): boolean {
  return context?.kaneo.writesSent() === true;
}

function failureAnswer(error: unknown, call: Call, { log, hideSecrets }: McpServerOptions): Result {
  const isKnown = error instanceof KaneoMcpError;
  call.outcome = isKnown ? error.kind : "internal error";
  const isError = error instanceof Error;
  if (!isKnown) log.debug(`Unexpected: ${isError ? (error.stack ?? error.message) : error}`);
  const text = renderFailure(error, { wasWritten: hasWritten(call) });
  return call.work.failed(hideSecrets(text), error);
}

function progressToken({ _meta: meta }: MethodRequest["params"]): string | number | undefined {
  const token = isRecord(meta) ? meta["progressToken"] : undefined;
  return typeof token === "string" || typeof token === "number" ? token : undefined;
}

/** No part of the 20 seconds that a call waits for a person: the answer would come along with the fourth. */
const PROGRESS_MS = 6_000;
/** Long enough for a client to read the last notification on its own. */
const APART_MS = 20;

/**
 * Reports every six seconds that a call still runs. Clients lose a notification that arrives in the same chunk as the
 * result, hence the pause between the last one and the end.
 */
async function reportProgress(
  progressToken: string | number,
  { request, over, began }: Call,
  { clock, waitingFor }: McpServerOptions,
): Promise<void> {
  let lastSent = Number.NEGATIVE_INFINITY;
  const nextIsDue = () =>
    clock.sleep(PROGRESS_MS, over.signal).then(
      () => true,
      () => false,
    );
  while (await nextIsDue()) {
    lastSent = clock.elapsed();
    const progress = Math.round((lastSent - began) / 1000);
    const message = waitingFor() ?? "Waiting for Kaneo";
    request.notify("notifications/progress", { progressToken, progress, message });
  }
  const apart = lastSent + APART_MS - clock.elapsed();
  if (apart > 0) await clock.sleep(apart);
}
