/** The board's view (MCP Apps 2026-01-26): a document that hosts show beside the answer of show_board. */
import type { ReadResourceResult } from "@modelcontextprotocol/sdk/types.js";
import { hash } from "../board/page-hash.ts";
import { isRecord } from "../json.ts";
import { selectTools } from "../tools/toolsets.ts";
import type { McpServerOptions, MethodRequest } from "./protocol.ts";

const EXTENSION = "io.modelcontextprotocol/ui";
const VIEW_TYPE = "text/html;profile=mcp-app";

/** Whether a client says that it shows views. */
export function showsViews({ extensions }: Pick<MethodRequest, "extensions">): boolean {
  const apps = isRecord(extensions) ? extensions[EXTENSION] : undefined;
  const types = isRecord(apps) ? apps["mimeTypes"] : undefined;
  return Array.isArray(types) && types.includes(VIEW_TYPE);
}

/** Names the version, since hosts keep what they have read. */
const ADDRESS = `ui://kaneo/board-${hash}.html`;

/** Whether an address is that of the view, of whatever version: a host may still have the one before an update. */
export function isView(uri: unknown): uri is string {
  return typeof uri === "string" && /^ui:\/\/kaneo\/board(?:-\w{1,64})?\.html$/.test(uri);
}

/** It has no network of its own, and nothing of anybody's: it can be read without a sign-in. */
export async function readView(uri: string): Promise<ReadResourceResult> {
  const { html: text } = await import("../board/page.ts");
  const csp = { connectDomains: [], resourceDomains: [] };
  const _meta = { ui: { csp, prefersBorder: true } };
  return { contents: [{ uri, mimeType: VIEW_TYPE, text, _meta }] };
}

/** The tools as they are listed for a client with extensions. Only one that shows views is told of what only views call. */
export async function listToolsAndViews(
  { listTools, selection }: McpServerOptions,
  extensions: unknown,
): Promise<{ tools: object[] }> {
  const tools = await listTools();
  if (!showsViews({ extensions })) return { tools: [...tools] };
  const { listing } = await import("../tools/listing-for-views.ts");
  const ofViews = selectTools(listing, selection).map(({ toolset: _, ...tool }) => tool);
  const has = ofViews.filter(({ ui }) => ui === "view").map(({ name }) => name);
  // The flat key is what hosts looked for before.
  const view = { ui: { resourceUri: ADDRESS }, "ui/resourceUri": ADDRESS };
  const shown = tools.map((tool) =>
    has.includes(tool.name) ? { ...tool, _meta: { ...tool._meta, ...view } } : tool,
  );
  const apps = ofViews.filter(({ ui }) => ui === "app");
  const hidden = { _meta: { ui: { visibility: ["app"] } } };
  return { tools: [...shown, ...apps.map(({ ui: _, ...tool }) => ({ ...tool, ...hidden }))] };
}
