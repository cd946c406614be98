import type { Setup } from "./config.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import { KaneoMcpError } from "./errors.ts";
import type { McpServerOptions } from "./mcp/protocol.ts";
import { createMcpServer, type McpServer } from "./mcp/server.ts";
import { instructionsFor } from "./tools/instructions.ts";
import type { ListedTool, Tool } from "./tools/tool.ts";
import { choosesByName, selectTools, type ToolSelection } from "./tools/toolsets.ts";

interface Surroundings extends Omit<ConnectOptions, keyof Setup> {
  icon: string;
}

/** The server that a person has set up. What it does not need to be listed by is loaded when it is asked for. */
export function composeServer(setup: Setup, around: Surroundings): McpServer {
  const { version, icon, clock, log, redactor } = around;
  return createMcpServer({
    ...selectedTools(setup.config),
    ...connectOnce(setup, around),
    version,
    icon,
    clock,
    log,
    instructions: instructionsFor(setup.config),
    hideSecrets: redactor.hide,
  });
}

/** Most processes that a client starts list the tools and call none; some do neither. */
function selectedTools(
  selection: ToolSelection,
): Pick<McpServerOptions, "selection" | "listTools" | "loadTools"> {
  let listed: Promise<readonly ListedTool[]> | undefined;
  let loaded: Promise<readonly Tool[]> | undefined;
  return {
    selection,
    listTools: () => {
      listed ??= loadListing(selection);
      return listed;
    },
    loadTools: () => {
      loaded ??= import("./tools/index.ts").then(({ allTools, appTools }) =>
        selectTools([...allTools, ...appTools], selection),
      );
      return loaded;
    },
  };
}

async function loadListing(selection: ToolSelection): Promise<ListedTool[]> {
  const { listing } = await import("./tools/listing.ts");
  const byName = choosesByName(selection)
    ? (await import("./tools/listing-by-name.ts")).listing
    : [];
  return selectTools([...listing, ...byName], selection).map(({ toolset: _, ...tool }) => tool);
}

/** The way to Kaneo is built by the first call; no module of it is loaded before, and no file or lock touched. */
function connectOnce(
  { problems, ...setup }: Setup,
  around: Surroundings,
): Pick<McpServerOptions, "createContext" | "waitingFor" | "close"> {
  let opening: Promise<Connection> | undefined;
  let connection: Connection | undefined;
  return {
    async createContext(...asked) {
      if (problems.length > 0) {
        const { problemsText } = await import("./usage.ts");
        throw new KaneoMcpError("config", problemsText(problems).trim());
      }
      opening ??= import("./connect.ts").then(({ connect }) => connect({ ...setup, ...around }));
      try {
        connection = await opening;
      } catch (error) {
        // A key file that is missing now may be there at the next call.
        opening = undefined;
        throw error;
      }
      return connection.contextFor(...asked);
    },
    waitingFor: () => connection?.waitingFor(),
    close: async () => connection?.close(),
  };
}
