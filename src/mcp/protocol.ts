/** What both eras of MCP have in common here: up to 2025-11-25, which begins with `initialize`, and 2026-07-28, which has no beginning. */
import type { JSONRPCRequest, RequestId, Result } from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import { isRecord } from "../json.ts";
import type { Log } from "../log.ts";
import type { ListedTool, Tool, ToolContext } from "../tools/tool.ts";
import type { ToolSelection } from "../tools/toolsets.ts";

/** What a server is made of. */
export interface McpServerOptions {
  version: string;
  /** A picture in SVG, as a data URI of at most 1.5 kB. */
  icon: string;
  /** What a model should know before its first call. */
  instructions: string;
  /** What decides which tools there are. */
  selection: ToolSelection;
  listTools(): Promise<readonly ListedTool[]>;
  /** Those that can be called; asked for when one is. */
  loadTools(): Promise<readonly Tool[]>;
  /**
   * Makes what one call works with; `signal` aborts when the call is over, whoever ends it. Unattended, it is for what clients
   * ask by themselves: nobody is asked to sign in for that.
   */
  createContext(
    signal: AbortSignal,
    how?: { isUnattended: boolean },
  ): ToolContext | Promise<ToolContext>;
  /** What a call that takes long is waiting for; undefined when that is Kaneo's answer. */
  waitingFor(): string | undefined;
  /** Takes the credentials in use out of a text: Kaneo, or what stands before it, may have repeated them. */
  hideSecrets(text: string): string;
  clock: Clock;
  log: Log;
  /** Ends what the calls work with. */
  close(): Promise<void>;
}

/** The versions that `initialize` can agree on, the latest first. */
export const LEGACY_VERSIONS = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;

/** The versions that a request can name in `_meta`. */
export const MODERN_VERSIONS = ["2026-07-28"] as const;

/** Of `_meta`, in requests and in what is answered. */
export const META_KEYS = {
  version: "io.modelcontextprotocol/protocolVersion",
  capabilities: "io.modelcontextprotocol/clientCapabilities",
  server: "io.modelcontextprotocol/serverInfo",
  subscription: "io.modelcontextprotocol/subscriptionId",
} as const;

/** JSON-RPC 2.0 §5.1, and what MCP adds. */
export const ERROR_CODES = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** Up to 2025-11-25; in 2026-07-28 such params are invalid. */
  legacyResourceNotFound: -32002,
  unsupportedVersion: -32022,
} as const;

/** A failure that is answered as a JSON-RPC error, not as a result. */
export class ProtocolError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The failure of a request whose params are not to be acted on. */
export function invalidParams(message: string, data?: unknown): ProtocolError {
  return new ProtocolError(ERROR_CODES.invalidParams, message, data);
}

/** A request as a method sees it. */
export interface MethodRequest extends Pick<Era, "isModern" | "extensions"> {
  id: RequestId;
  params: Record<string, unknown>;
  /** Aborted when the client cancels the request or goes away. */
  signal: AbortSignal;
  /** Aborted when the client will say nothing more. */
  inputEnd: AbortSignal;
  notify(method: string, params: Record<string, unknown>): void;
  /**
   * How this client has its person open a link: by a request of ours during the call, or, in 2026-07-28, by a result after
   * which it sends the call again. Undefined when it opens none.
   */
  opensLinks: Ask | "by_result" | undefined;
}

/** Sends a request to the client. Gives its result, or undefined for an error; an abort takes the request back. */
export type Ask = (
  method: string,
  params: Record<string, unknown>,
  signal: AbortSignal,
) => Promise<Result | undefined>;

export interface Method {
  /** The one era that has it; undefined: both. */
  only?: "legacy" | "modern";
  /** For how long a client of 2026-07-28 may keep the answer; undefined: that is not for clients to keep. */
  ttlMs?: number;
  run(request: MethodRequest): Result | Promise<Result>;
}

/** What applies to one request. */
export interface Era {
  /** Whether the request is one of 2026-07-28. */
  isModern: boolean;
  /** Whether the client says that it can have a person open a link. */
  canOpenLinks: boolean;
  /** What the client says of MCP's extensions; undefined when it says nothing. */
  extensions: unknown;
}

/**
 * Makes the function that tells the eras apart: by each message alone, since clients try one era in a process of its own and
 * go on in another, or talk both to one.
 *
 * @throws ProtocolError (the function) when a request of 2026-07-28 lacks what it must say, or names another version.
 */
export function createEraReader(): (request: JSONRPCRequest) => Era {
  const seen = { isModern: false, isLegacy: false };
  let capabilities: unknown;
  return ({ method, params = {} }) => {
    const meta = params._meta ?? {};
    if (Object.hasOwn(meta, META_KEYS.version)) {
      seen.isModern = true;
      return readModern(meta);
    }
    const isForAll = method === "initialize" || method === "ping";
    if (seen.isModern && !seen.isLegacy && !isForAll) throw missingKey(META_KEYS.version);
    if (method === "initialize") capabilities = params["capabilities"];
    if (method !== "ping") seen.isLegacy = true;
    return eraWith(capabilities, false);
  };
}

function readModern(meta: Record<string, unknown>): Era {
  const version = meta[META_KEYS.version];
  const capabilities = meta[META_KEYS.capabilities];
  if (typeof version !== "string") throw missingKey(META_KEYS.version);
  if (!isRecord(capabilities)) throw missingKey(META_KEYS.capabilities);
  if (!MODERN_VERSIONS.some((known) => known === version)) {
    const data = { supported: MODERN_VERSIONS, requested: version.slice(0, 64) };
    throw new ProtocolError(ERROR_CODES.unsupportedVersion, "Unsupported protocol version", data);
  }
  return eraWith(capabilities, true);
}

/** The failure of a request without something that MCP 2026-07-28 requires of each. */
export function missingKey(key: string): ProtocolError {
  const what = key === META_KEYS.version ? "a string" : "an object";
  return invalidParams(`params._meta needs "${key}", ${what} (MCP 2026-07-28).`);
}

function eraWith(capabilities: unknown, isModern: boolean): Era {
  const { elicitation, extensions } = isRecord(capabilities) ? capabilities : {};
  // `elicitation: {}` means forms only.
  const canOpenLinks = isRecord(elicitation) && isRecord(elicitation["url"]);
  return { isModern, canOpenLinks, extensions };
}
