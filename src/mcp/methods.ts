import type { Implementation, InitializeResult, Result } from "@modelcontextprotocol/sdk/types.js";
import { isMissingPart, UPDATED } from "../errors.ts";
import type { Parts } from "./parts.ts";
import {
  LEGACY_VERSIONS,
  type McpServerOptions,
  META_KEYS,
  type Method,
  type MethodRequest,
  MODERN_VERSIONS,
} from "./protocol.ts";

/** What is listed stays the same as long as the process runs. */
const FIXED = { ttlMs: 3_600_000 };
/** The list of projects is Kaneo's; a client that asks twice at its start need not have it twice. */
const PROJECTS = { ttlMs: 5_000 };

/** Every method of both eras. Clients take a list method that is missing for a failed connection. */
export function methodsOf(options: McpServerOptions): ReadonlyMap<string, Method> {
  const later = createLoader(options);
  const callTool = later((parts) => parts.callTool);
  return new Map<string, Method>([
    ["initialize", { only: "legacy", run: ({ params }) => introduce(params, options) }],
    ["ping", { only: "legacy", run: () => ({}) }],
    ["server/discover", { only: "modern", ...FIXED, run: () => discover(options) }],
    ["tools/list", { ...FIXED, run: listTools(options) }],
    ["tools/call", { run: (request) => callTool(request).catch(tellUpdate) }],
    ["resources/list", { ...PROJECTS, run: later(({ resources }) => resources.list) }],
    ["resources/templates/list", { ...FIXED, run: later(({ resources }) => resources.templates) }],
    ["resources/read", { ttlMs: 0, run: later(({ resources }) => resources.read) }],
    [
      "resources/subscribe",
      { only: "legacy", run: later((parts) => parts.subscriptions.subscribe) },
    ],
    [
      "resources/unsubscribe",
      { only: "legacy", run: later((parts) => parts.subscriptions.unsubscribe) },
    ],
    ["subscriptions/listen", { only: "modern", run: later((parts) => parts.subscriptions.listen) }],
    ["prompts/list", { ...FIXED, run: later(({ prompts }) => prompts.list) }],
    ["prompts/get", { run: later(({ prompts }) => prompts.get) }],
    ["completion/complete", { run: later(({ prompts }) => prompts.complete) }],
    ["logging/setLevel", { only: "legacy", run: setLogLevel(options) }],
  ]);
}

function listTools(options: McpServerOptions): Method["run"] {
  return async ({ extensions }) =>
    extensions
      ? (await import("./views.ts")).listToolsAndViews(options, extensions)
      : { tools: await options.listTools() };
}

/** Some clients ask this at their start, which has no need of the other parts. */
function setLogLevel({ log }: McpServerOptions): Method["run"] {
  return async (request) => (await import("./logging.ts")).setLevel(request, log);
}

/** Makes what runs a method that the start does without: it is loaded when one is asked. */
function createLoader(options: McpServerOptions) {
  let parts: Promise<Parts> | undefined;
  return (method: (parts: Parts) => Method["run"]) => async (request: MethodRequest) => {
    parts ??= import("./parts.ts").then(({ createParts }) => createParts(options));
    return method(await parts)(request);
  };
}

/** A model reads results, and people read what it makes of them; of an error a client may show nothing. */
function tellUpdate(error: unknown): Result {
  if (!isMissingPart(error)) throw error;
  return { content: [{ type: "text", text: UPDATED }], isError: true };
}

/** Who answers, as every result of 2026-07-28 says. */
export function identityOf(version: string): Implementation {
  return { name: "kaneo-mcp", title: "Kaneo", version };
}

/** The same with what a person is shown, at the beginning only: the icon is many times as long. */
function fullIdentityOf({ version, icon }: McpServerOptions): Implementation {
  return {
    ...identityOf(version),
    websiteUrl: "https://kaneo.app",
    icons: [{ src: icon, mimeType: "image/svg+xml", sizes: ["any"] }],
  };
}

const CAPABILITIES = {
  tools: {},
  resources: { listChanged: true, subscribe: true },
  prompts: {},
  completions: {},
};

function introduce(
  { protocolVersion: asked }: MethodRequest["params"],
  options: McpServerOptions,
): InitializeResult {
  const spoken = LEGACY_VERSIONS.find((known) => known === asked);
  return {
    protocolVersion: spoken ?? LEGACY_VERSIONS[0],
    capabilities: { ...CAPABILITIES, logging: {} },
    serverInfo: fullIdentityOf(options),
    instructions: options.instructions,
  };
}

function discover(options: McpServerOptions): Result {
  return {
    supportedVersions: MODERN_VERSIONS,
    capabilities: CAPABILITIES,
    instructions: options.instructions,
    _meta: { [META_KEYS.server]: fullIdentityOf(options) },
  };
}
