import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import { connect } from "../../src/connect.ts";
import { createRedactor } from "../../src/http/redactor.ts";
import { createLog } from "../../src/log.ts";
import { allTools, appTools } from "../../src/tools/index.ts";
import { instructionsFor } from "../../src/tools/instructions.ts";
import { selectTools } from "../../src/tools/toolsets.ts";
import { type ConnectedClient, textOf } from "./connect-client.ts";
import { serve } from "./serve-tools.ts";
import { bareEnvironment, type SpawnOptions } from "./spawn-server.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** The SDK's client and all that main.ts connects, in this process: to start one takes five times as long as most tests. */
export async function connectHere(
  options: Pick<SpawnOptions, "env" | "home"> & { capabilities?: ClientCapabilities } = {},
): Promise<ConnectedClient> {
  const folder = await makeTemporaryFolder();
  const home = options.home ?? folder.path;
  const env = bareEnvironment(home, options.env);
  const reading = readConfig(env, []);
  if (reading.kind !== "serve") throw new Error("These are no settings of a server.");
  const { config } = reading;
  let errors = "";
  const redactor = createRedactor();
  const clock = systemClock;
  const log = createLog({
    level: config.logLevel,
    redact: redactor.redact,
    write: (line) => (errors += line),
  });
  const { pid } = process;
  const around = { version: "1.2.3", clock, log, redactor, pid, uid: process.getuid?.(), env };
  const connection = await connect({ ...reading, ...around });
  const { transport } = serve(selectTools([...allTools, ...appTools], config), {
    ...{ clock, log, selection: config, hideSecrets: redactor.hide },
    instructions: instructionsFor(config),
    createContext: connection.contextFor,
    waitingFor: connection.waitingFor,
  });
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: options.capabilities ?? {} },
  );
  await client.connect(transport);
  return {
    client,
    pid,
    home,
    stderr: () => errors,
    call: async (name, args = {}) => textOf(await client.callTool({ name, arguments: args })),
    async [Symbol.asyncDispose]() {
      await client.close();
      await connection.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
