import type { Implementation, InitializeResult, Result } from "@modelcontextprotocol/sdk/types.js";
import type { ListedTool } from "../tools/tool.ts";
import type { ToolCallOptions } from "./calls.ts";
import {
  ERROR_CODES,
  isMissingPart,
  LEGACY_VERSIONS,
  META_KEYS,
  type Method,
  type MethodRequest,
  MODERN_VERSIONS,
  ProtocolError,
  UPDATED,
} from "./protocol.ts";

export interface MethodOptions extends ToolCallOptions {
  version: string;
  /** A picture in SVG, as a data URI of at most 1.5 kB. */
  icon: string;
  /** What a model should know before its first call. */
  instructions: string;
  /** The answer to `tools/list`. */
  listTools(): Promise<readonly ListedTool[]>;
}

/** What is listed stays the same as long as the process runs. */
const FIXED = { ttlMs: 3_600_000 };

/** Every method of both eras. Clients take a list method that is missing for a failed connection. */
export function methodsOf(options: MethodOptions): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    ["initialize", { only: "legacy", run: ({ params }) => introduce(params, options) }],
    ["ping", { only: "legacy", run: () => ({}) }],
    ["server/discover", { only: "modern", ...FIXED, run: () => discover(options) }],
    ["subscriptions/listen", { only: "modern", run: listen }],
    ["tools/list", { ...FIXED, run: async () => ({ tools: await options.listTools() }) }],
    ["tools/call", { run: callTools(options) }],
    ["resources/list", { ...FIXED, run: () => ({ resources: [] }) }],
    ["resources/templates/list", { ...FIXED, run: () => ({ resourceTemplates: [] }) }],
    ["resources/read", { ttlMs: 0, run: noResource }],
    ["prompts/list", { ...FIXED, run: () => ({ prompts: [] }) }],
    ["prompts/get", { run: noPrompt }],
    ["completion/complete", { run: () => ({ completion: { values: [] } }) }],
  ]);
}

/** Loads what runs tools with the first call, since most processes that a client starts are never told to call anything. */
function callTools(options: MethodOptions): Method["run"] {
  let loaded: Promise<Method["run"]> | undefined;
  return async (request) => {
    loaded ??= import("./calls.ts").then(({ createToolCaller }) => createToolCaller(options));
    try {
      return await (await loaded)(request);
    } catch (error) {
      if (!isMissingPart(error)) throw error;
      return { content: [{ type: "text", text: UPDATED }], isError: true };
    }
  };
}

/** Who answers, as every result of 2026-07-28 says. */
export function identityOf(version: string): Implementation {
  return { name: "kaneo-mcp", title: "Kaneo", version };
}

/** The same with what a person is shown, at the beginning only: the icon is many times as long. */
function fullIdentityOf({ version, icon }: MethodOptions): Implementation {
  return {
    ...identityOf(version),
    websiteUrl: "https://kaneo.app",
    icons: [{ src: icon, mimeType: "image/svg+xml", sizes: ["any"] }],
  };
}

const CAPABILITIES = { tools: {} };

function introduce(
  { protocolVersion: asked }: MethodRequest["params"],
  options: MethodOptions,
): InitializeResult {
  const spoken = LEGACY_VERSIONS.find((known) => known === asked);
  return {
    protocolVersion: spoken ?? LEGACY_VERSIONS[0],
    capabilities: CAPABILITIES,
    serverInfo: fullIdentityOf(options),
    instructions: options.instructions,
  };
}

function discover(options: MethodOptions): Result {
  return {
    supportedVersions: MODERN_VERSIONS,
    capabilities: CAPABILITIES,
    instructions: options.instructions,
    _meta: { [META_KEYS.server]: fullIdentityOf(options) },
  };
}

/** Nothing that can be listened to changes, so nothing asked for is honoured; the stream is open all the same. */
async function listen({ id, notify, inputEnd }: MethodRequest): Promise<Result> {
  const _meta = { [META_KEYS.subscription]: id };
  notify("notifications/subscriptions/acknowledged", { _meta, notifications: {} });
  await new Promise((resolve) => {
    inputEnd.addEventListener("abort", resolve, { once: true });
  });
  return { _meta };
}

function noResource({ params: { uri } }: MethodRequest): never {
  const problem = typeof uri === "string" ? "There is no such resource." : 'needs "uri", a string.';
  // The two eras disagree about the code, and every client of either takes this one for a failure.
  throw new ProtocolError(ERROR_CODES.invalidParams, `resources/read: ${problem}`, { uri });
}

function noPrompt(): never {
  throw new ProtocolError(ERROR_CODES.invalidParams, "prompts/get: there is no such prompt.");
}
