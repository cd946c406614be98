import type {
  JSONRPCErrorResponse,
  JSONRPCMessage,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";

/** What one line from the client holds. */
export interface LineContent {
  /** Messages to act on, in their order. */
  messages: JSONRPCMessage[];
  /** Answers to what has no acceptable shape but a usable id. */
  refusals: JSONRPCErrorResponse[];
  /** Why something on the line gets no answer at all; undefined when nothing is lost. */
  lost: string | undefined;
}

/**
 * Reads a line: one message or a batch of them (JSON-RPC 2.0 §6, MCP 2025-03-26). What is not JSON has no id and gets
 * no answer: MCP knows no `id: null`, and clients report such a message as an error of its own.
 */
export function readLine(line: string): LineContent {
  const content: LineContent = { messages: [], refusals: [], lost: undefined };
  if (line.trim() === "") return content;
  let parsed: unknown;
  try {
    // trim also takes a byte order mark away, which some shells put in front of what they pipe.
    parsed = JSON.parse(line.trim());
  } catch {
    content.lost = "a line that is not JSON";
    return content;
  }
  const members: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (members.length === 0) content.lost = "an empty batch";
  for (const member of members) sort(member, content);
  return content;
}

/** JSON-RPC 2.0 §5.1. */
const INVALID_REQUEST = -32600;

/** The answer to a message that cannot be acted on. */
export function refusal(id: RequestId, message: string): JSONRPCErrorResponse {
  return { jsonrpc: "2.0", id, error: { code: INVALID_REQUEST, message } };
}

/**
 * The id of a request of which only both ends are known; undefined when it stands at neither. Both patterns match at
 * the root of the message only: the head from its first brace on, the tail because just one brace follows the id.
 */
export function findRequestId(head: string, tail: string): RequestId | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(-?\d{1,15}|"[^"\\]{0,200}")\s*,/.exec(
      head,
    ) ??
    /,\s*"id"\s*:\s*(-?\d{1,15}|"[^"\\]{0,200}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(
      tail,
    );
  const id: unknown = found?.[1] && JSON.parse(found[1]);
  return isRequestId(id) ? id : undefined;
}

function sort(member: unknown, content: LineContent): void {
  if (!isRecord(member)) {
    content.lost = "a message that is not an object";
    return;
  }
  const message = withoutExtras(member);
  const isAnswer = !("method" in member) && ("result" in member || "error" in member);
  if (isMessage(message)) content.messages.push(message);
  else if (isRequestId(member["id"]) && !isAnswer) {
    content.refusals.push(refusal(member["id"], complaint(member)));
  } else content.lost = "a message of no known shape";
}

/** The SDK refuses members that JSON-RPC does not define, and `params: null`; neither does harm. */
function withoutExtras(member: Record<string, unknown>): Record<string, unknown> {
  const { jsonrpc, id, method, params, result, error } = member;
  if (method === undefined)
    return { jsonrpc, id, ...(error === undefined ? { result } : { error }) };
  return {
    jsonrpc,
    ...("id" in member && { id }),
    method,
    ...(params !== undefined && params !== null && { params }),
  };
}

/**
 * Whether the SDK would take `value`, which drops without a word what it would not. Asking its schemas would check
 * every message twice, and make them before the first one can be answered.
 */
function isMessage(value: Record<string, unknown>): value is JSONRPCMessage {
  const { jsonrpc, id, method, params, result, error } = value;
  if (jsonrpc !== "2.0") return false;
  if (method !== undefined) {
    const isAddressed = !("id" in value) || isRequestId(id);
    return typeof method === "string" && isAddressed && (params === undefined || hasMeta(params));
  }
  if (error === undefined) return isRequestId(id) && hasMeta(result);
  const isKnown = id === undefined || isRequestId(id);
  return isKnown && isRecord(error) && isErrorText(error);
}

function isErrorText({ code, message }: Record<string, unknown>): boolean {
  return Number.isSafeInteger(code) && typeof message === "string";
}

const RELATED_TASK = "io.modelcontextprotocol/related-task";

/** Whether `value` is an object whose `_meta` is absent or as MCP defines it. */
function hasMeta(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { _meta: meta } = value;
  if (meta === undefined) return true;
  if (!isRecord(meta)) return false;
  const { progressToken, [RELATED_TASK]: task } = meta;
  const isTask = task === undefined || (isRecord(task) && typeof task["taskId"] === "string");
  return isTask && (progressToken === undefined || isRequestId(progressToken));
}

function complaint(member: Record<string, unknown>): string {
  if (member["jsonrpc"] !== "2.0") return 'Invalid request: "jsonrpc" must be "2.0".';
  if (typeof member["method"] !== "string") return 'Invalid request: "method" must be a string.';
  return 'Invalid request: "params" must be an object, and "_meta" in it too.';
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
