/** The built server as a host of MCP Apps has it: with the extension declared, the view read, and show_board called. */
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
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
  const ask = asking(server);
  await ask("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: { extensions: UI },
    clientInfo: { name: "host", version: "1" },
  });
  server.send({ method: "notifications/initialized" });
  const call = (name: string, args: object) => ask("tools/call", { name, arguments: args });
  return {
    async show(project) {
      const { tools } = await ask("tools/list", {});
      // What is not so fails the test that needs it.
      const listed = tools as { name: string; _meta?: { ui?: { resourceUri?: string } } }[];
      const uri = listed.find(({ name }) => name === "show_board")?._meta?.ui?.resourceUri;
      const { contents } = await ask("resources/read", { uri });
      const [{ text: html = "" } = {}] = contents as { text?: string }[];
      const toolArguments = { project };
      return { html, call, toolArguments, toolResult: await call("show_board", toolArguments) };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function asking(server: ServerProcess) {
  let last = 0;
  return async (method: string, params: object): Promise<Record<string, unknown>> => {
    last += 1;
    server.send({ id: last, method, params });
    const { result, error } = await server.answerTo(last);
    if (!result) throw new Error(error?.message ?? "no answer");
    return result;
  };
}
