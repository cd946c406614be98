/** The built server as a host of MCP Apps has it: with the extension declared, the view read, and show_board called. */
import { spawnServer } from "../support/spawn-server.ts";
import type { HostOptions } from "./host-page.ts";

export interface HostServer extends AsyncDisposable {
  /** What a host page needs to show the board of `project`. */
  show(
    project: string,
  ): Promise<Pick<HostOptions, "html" | "call" | "toolArguments" | "toolResult">>;
}

const UI = { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } };

export async function startHostServer(env: Record<string, string>): Promise<HostServer> {
  const server = await spawnServer({ env });
  await server.request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: { extensions: UI },
    clientInfo: { name: "host", version: "1" },
  });
  server.send({ method: "notifications/initialized" });
  const call = (name: string, args: object) =>
    server.request("tools/call", { name, arguments: args });
  return {
    async show(project) {
      const { tools } = await server.request("tools/list");
      // What is not so fails the test that needs it.
      const listed = tools as { name: string; _meta?: { ui?: { resourceUri?: string } } }[];
      const uri = listed.find(({ name }) => name === "show_board")?._meta?.ui?.resourceUri;
      const { contents } = await server.request("resources/read", { uri });
      const [{ text: html = "" } = {}] = contents as { text?: string }[];
      const toolArguments = { project };
      return { html, call, toolArguments, toolResult: await call("show_board", toolArguments) };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
