import type { BoardData } from "../../src/board/contract.ts";
import { boardReadingTools } from "../../src/tools/board/view-reads.ts";
import type { Tool } from "../../src/tools/tool.ts";
import type { SmallBoard } from "./small-board.ts";
import { toolNamed } from "./tool-named.ts";

/** Calls a tool as the board's view does, and gives its data. */
export async function askAsView<T>(
  board: SmallBoard,
  tool: Tool,
  args: Record<string, unknown>,
): Promise<T> {
  const { structuredContent } = await board.callView(tool, args);
  // The contract's type, which the tools promise.
  return structuredContent as T;
}

const boardData = toolNamed(boardReadingTools, "board_data");

/** What the view is shown. */
export function dataOf(board: SmallBoard, since?: string): Promise<BoardData> {
  return askAsView(board, boardData, { project_id: board.projectId, ...(since && { since }) });
}

/** The keys of a column from top to bottom. */
export function keysIn({ cards = [] }: BoardData, column: string): string[] {
  return cards
    .filter((card) => card.column === column)
    .sort((one, other) => one.position - other.position || one.number - other.number)
    .map(({ key }) => key);
}
