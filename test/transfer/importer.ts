import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { connectClient } from "../support/connect-client.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

/** The built server, over stdio, with the toolset transfer in front of the small board. */
export interface Importer extends AsyncDisposable {
  board: SmallBoard;
  /** The folder of KANEO_FILES_DIR. */
  folder: string;
  /** Puts a file into the folder. */
  take(file: URL): Promise<void>;
  /** Calls import_tasks on WEB; a failure is thrown. */
  importTasks(args: Record<string, unknown>): Promise<string>;
}

export async function startImporter(): Promise<Importer> {
  const folder = await makeTemporaryFolder();
  const board = await startSmallBoard();
  const server = await connectClient({
    env: {
      KANEO_API_URL: board.sandbox.url,
      KANEO_API_KEY: board.sandbox.people.alice.apiKey,
      KANEO_TOOLSETS: "default,transfer",
      KANEO_FILES_DIR: folder.path,
      KANEO_TIMEZONE: "Europe/Berlin",
    },
  });
  return {
    board,
    folder: folder.path,
    take: (file) => copyFile(file, join(folder.path, basename(file.pathname))),
    importTasks: async (args) => {
      const { text, isError } = await server.call("import_tasks", { project: "WEB", ...args });
      if (isError) throw new Error(text);
      return text;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await board[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
