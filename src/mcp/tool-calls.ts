import type { ImageContent } from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { mapTexts } from "../json.ts";
import { nearestNames } from "../text/nearest-names.ts";
import type { ShownImage, Tool, ToolContext } from "../tools/tool.ts";
import { selectTools, type ToolSelection } from "../tools/toolsets.ts";
import type { Caller } from "./calls.ts";
import {
  invalidParams,
  type McpServerOptions,
  type Method,
  type MethodRequest,
} from "./protocol.ts";
import { showsViews } from "./views.ts";

/** Makes the function that answers `tools/call`. */
export function answerCalls(caller: Caller, options: McpServerOptions): Method["run"] {
  const { loadTools, hideSecrets, selection, clock } = options;
  const callHeard = rememberCalls(clock);

  return async (request) => {
    const hasViews = showsViews(request);
    const known = (await loadTools()).filter(({ ui }) => hasViews || ui !== "app");
    const tool = await findTool(request.params, known, selection);
    return caller(request, {
      name: tool.name,
      run: async (context) => {
        const { answer, notice } = await callHeard(tool, request, context);
        const text = hideSecrets(answer.text) + notice;
        const content = [{ type: "text", text }, ...answer.images.map(imageContent)];
        return { content, ...(hasViews && mapTexts(answer.beside, hideSecrets)) };
      },
      failed: (text, error) => {
        const content = [{ type: "text", text }];
        if (!isFailure(error, "sign_in_required")) return { content, isError: true };
        // A link for the person is a question; clients hide the text of an error.
        const { signIn } = error;
        const page = signIn && { url: signIn.link, code: signIn.userCode };
        return { content, ...(hasViews && page && { _meta: { signIn: page } }) };
      },
    });
  };
}

const REMEMBERED_MS = 10 * 60_000;
/** Calls, and the characters of one: what is remembered takes little room. */
const MOST_REMEMBERED = 20;
const LONGEST_REMEMBERED = 100_000;

/**
 * Makes the function that calls a tool, and remembers the last calls that would do everything twice when they are made again
 * just so. Models do that with those that a client cancelled because it would not wait any longer, and with an answer in
 * which they do not see what they look for. `notice` is what to add to the answer of one that was done a while ago as well.
 */
function rememberCalls(clock: Clock) {
  const calls = new Map<string, { fate: "done" | "cancelled"; at: number }>();
  const note = (call: string, fate: "done" | "cancelled"): void => {
    calls.set(call, { fate, at: clock.elapsed() });
    const [oldest = call] = calls.keys();
    if (calls.size > MOST_REMEMBERED) calls.delete(oldest);
  };

  /** @throws KaneoMcpError "conflict" where it was cancelled, and not where it is made again after that. */
  const recall = (call: string): string => {
    const { fate = "done", at = Number.NEGATIVE_INFINITY } = calls.get(call) ?? {};
    const ago = clock.elapsed() - at;
    calls.delete(call);
    if (ago > REMEMBERED_MS) return "";
    const when = `${Math.round(ago / 1000)} s ago`;
    if (fate === "done")
      return `\nThis very call was done ${when} as well: what it adds or moves was done twice.`;
    const why = `This very call was cancelled ${when}, when part of it had been sent: it may have been done, in whole or in part. Nothing was sent now.`;
    throw new KaneoMcpError("conflict", why, {
      hint: "Look at what is there, and do only what is missing; to do all of it once more, make the same call again.",
    });
  };

  return async (tool: Tool, { params, signal }: MethodRequest, context: ToolContext) => {
    const args = params["arguments"];
    const call = doublesWhenRepeated(tool) ? wordingOf(params) : undefined;
    if (call === undefined) return { answer: await tool.call(args, context), notice: "" };
    let notice = "";
    const assertHeard = () => {
      notice = recall(call);
    };
    const hasWritten = context.kaneo.writesSent;
    const cancelled = () => hasWritten() && note(call, "cancelled");
    signal.addEventListener("abort", cancelled);
    const answer = await tool
      .call(args, { ...context, assertHeard })
      .finally(() => signal.removeEventListener("abort", cancelled));
    if (hasWritten() && !signal.aborted) note(call, "done");
    return { answer, notice: hasWritten() ? notice : "" };
  };
}

/** The board's own tools are called by its view, which looks again at what it has. */
function doublesWhenRepeated({ annotations, ui }: Tool): boolean {
  return !annotations.readOnlyHint && !annotations.idempotentHint && ui !== "app";
}

/** Undefined for what is too long, or nested deeper than JSON can be written, which no tool takes. */
function wordingOf(params: MethodRequest["params"]): string | undefined {
  try {
    const wording = JSON.stringify([params["name"], params["arguments"]]);
    return wording.length > LONGEST_REMEMBERED ? undefined : wording;
  } catch {
    return undefined;
  }
}

function imageContent({ bytes, contentType: mimeType }: ShownImage): ImageContent {
  return { type: "image", data: bytes.toString("base64"), mimeType };
}

/**
 * MCP 2025-11-25, "Tools", "Error handling": an unknown tool and a request without a name are protocol errors; what a
 * tool makes of its arguments is a result.
 */
async function findTool(
  { name }: MethodRequest["params"],
  tools: readonly Tool[],
  selection: ToolSelection,
): Promise<Tool> {
  if (typeof name !== "string" || name === "") {
    throw invalidParams('tools/call needs "name", the name of a tool.');
  }
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const absence = await absenceOf(name, selection);
  if (absence !== undefined) throw invalidParams(`Unknown tool: ${absence}`);
  // Nobody is led to a tool that deletes who did not ask for one.
  const names = tools
    .map((tool) => tool.name)
    .filter((one) => DELETING.test(name) || !DELETING.test(one));
  const near = nearestNames(name, names).join(", ");
  const guess = near && `Did you mean ${near}? `;
  throw invalidParams(`Unknown tool "${name.slice(0, 64)}". ${guess}tools/list names all.`);
}

const DELETING = /delete|remove/;

/** Says of a tool that is not there, but in the program, what switches it on. */
async function absenceOf(
  name: string,
  { toolsets, isReadOnly }: ToolSelection,
): Promise<string | undefined> {
  const { allTools } = await import("../tools/index.ts");
  const tool = allTools.find((one) => one.name === name);
  if (!tool) return undefined;
  const isChosen = selectTools([tool], { toolsets, isReadOnly: false }).length > 0;
  const isHeldBack = isReadOnly && !tool.annotations.readOnlyHint;
  return [
    `${name} is switched off here.`,
    ...(isChosen ? [] : [`KANEO_TOOLSETS=${[...toolsets, tool.toolset]} would have it.`]),
    ...(isHeldBack ? ["KANEO_READ_ONLY leaves out what changes something."] : []),
    "That is set where the client starts this server; restart the client then.",
  ].join(" ");
}
