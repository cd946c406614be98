/** The server as a host of MCP Apps has it: with the extension declared, the view read, and show_board called. */
import { connectHere } from "../support/connect-here.ts";
import type { HostOptions } from "./host-page.ts";

export interface HostServer extends AsyncDisposable {
  /** What a host page needs to show the board of `project`. */
  show(
    project: string,
  ): Promise<Pick<HostOptions, "html" | "call" | "toolArguments" | "toolResult">>;
}

const UI = { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } };

export async function startHostServer(env: Record<string, string>): Promise<HostServer> {
  const server = await connectHere({ env, capabilities: { extensions: UI } });
  const { client } = server;
  const call = (name: string, args: Record<string, unknown>) =>
    client.callTool({ name, arguments: args });
  return {
    async show(project) {
      const { tools } = await client.listTools();
      // What is not so fails the test that needs it.
      const listed = tools as { name: string; _meta?: { ui?: { resourceUri?: string } } }[];
      const uri = listed.find(({ name }) => name === "show_board")?._meta?.ui?.resourceUri ?? "";
      const { contents } = await client.readResource({ uri });
      const [{ text: html = "" } = {}] = contents as { text?: string }[];
      const toolArguments = { project };
      return { html, call, toolArguments, toolResult: await call("show_board", toolArguments) };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
