import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { allTools } from "../../src/tools/index.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { toolNamed } from "../support/tool-named.ts";

const importTasks = toolNamed(allTools, "import_tasks");

/** The tool in front of the small board, and a folder of files. */
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
  const board = await startSmallBoard({ filesDir: folder.path });
  return {
    board,
    folder: folder.path,
    take: (file) => copyFile(file, join(folder.path, basename(file.pathname))),
    importTasks: (args) => board.call(importTasks, { project: "WEB", ...args }),
    [Symbol.asyncDispose]: async () => {
      await board[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
