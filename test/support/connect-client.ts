import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { bareEnvironment, builtFile, type SpawnOptions } from "./spawn-server.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** The SDK's client, connected to a process of the built file. */
export interface ConnectedClient extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  readonly home: string;
  /** Everything on stderr so far. */
  stderr(): string;
  /** Calls a tool and gives its text. */
  call(name: string, args?: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
}

/**
 * Starts the built file as a client does, with an empty home unless `home` says otherwise. The end of the block fails
 * when stdout ever held a line that is not JSON-RPC, or an answer that nobody had asked for.
 */
export async function connectClient(options: SpawnOptions = {}): Promise<ConnectedClient> {
  const folder = await makeTemporaryFolder();
  const home = options.home ?? folder.path;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [builtFile, ...(options.args ?? [])],
    env: bareEnvironment(home, options.env),
    stderr: "pipe",
  });
  let errors = "";
  transport.stderr?.on("data", (bytes: Buffer) => {
    errors += bytes.toString();
  });
  const client = new Client({ name: "test", version: "1" });
  const strayLines: Error[] = [];
  // The SDK gives every line that it cannot read to `onerror`, and goes on.
  client.onerror = (error) => strayLines.push(error);
  await client.connect(transport);
  return {
    client,
    pid: transport.pid ?? 0,
    home,
    stderr: () => errors,
    call: async (name, args = {}) => textOf(await client.callTool({ name, arguments: args })),
    async [Symbol.asyncDispose]() {
      await client.close();
      await folder[Symbol.asyncDispose]();
      if (strayLines.length > 0)
        throw new AggregateError(strayLines, "stdout was not all JSON-RPC");
    },
  };
}

export function textOf({ content, isError }: Awaited<ReturnType<Client["callTool"]>>) {
  // The SDK's type also allows for answers of protocol versions that had no content.
  const parts = content as { type: string; text?: string }[];
  return { text: parts.map(({ text }) => text ?? "").join("\n"), isError: isError === true };
}
