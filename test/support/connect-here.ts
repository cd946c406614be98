import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { systemClock } from "../../src/clock.ts";
import { composeServer } from "../../src/compose.ts";
import { readConfig } from "../../src/config.ts";
import { createRedactor } from "../../src/http/redactor.ts";
import { createLog } from "../../src/log.ts";
import { type ConnectedClient, textOf } from "./connect-client.ts";
import { transportTo } from "./server-transport.ts";
import { bareEnvironment, type SpawnOptions } from "./spawn-server.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

interface Options extends Pick<SpawnOptions, "env" | "home"> {
  capabilities?: ClientCapabilities;
  /** Told of each setting that something reads. */
  onRead?: (setting: string) => void;
}

/** The SDK's client and the very server of main.ts, in this process: to start one takes five times as long as most tests. */
export async function connectHere(options: Options = {}): Promise<ConnectedClient> {
  const folder = await makeTemporaryFolder();
  const home = options.home ?? folder.path;
  const env = bareEnvironment(home, options.env);
  const reading = readConfig(env, []);
  if (reading.kind !== "serve") throw new Error("These are no settings of a server.");
  const config = new Proxy(reading.config, {
    get: (own, name) => {
      options.onRead?.(String(name));
      return Reflect.get(own, name);
    },
  });
  let errors = "";
  const redactor = createRedactor();
  const log = createLog({
    level: config.logLevel,
    redact: redactor.redact,
    write: (line) => (errors += line),
  });
  const { pid } = process;
  const server = composeServer(
    { ...reading, config },
    {
      version: "1.2.3",
      icon: "data:image/svg+xml;base64,PHN2Zy8+",
      clock: systemClock,
      log,
      redactor,
      pid,
      uid: process.getuid?.(),
      nodeVersion: process.version,
      env,
    },
  );
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: options.capabilities ?? {} },
  );
  await client.connect(transportTo(server));
  return {
    client,
    pid,
    home,
    stderr: () => errors,
    call: async (name, args = {}) => textOf(await client.callTool({ name, arguments: args })),
    async [Symbol.asyncDispose]() {
      await client.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
