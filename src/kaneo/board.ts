/** A project's board as it is shown: its columns and the tasks in them, without what only an open task shows. */
import { createHash } from "node:crypto";
import type { KeptList } from "./client.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { boardSchema, type Project } from "./schemas.ts";
import { byPlace, type Status, type Task, taskOf, tasksOf } from "./tasks.ts";

export interface KeptBoard {
  columns: Status[];
  /** In no particular order; planned and archived ones too, which stand on no board. */
  rows: ReturnType<typeof tasksOf>;
  /** Another one when anything here is another. */
  print: string;
}

const keptBoardSchema = boardSchema.transform((board): KeptBoard => {
  const columns = board.data.columns.map(({ tasks: _, ...column }) => column);
  const rows = tasksOf(board).map(({ description: _, ...row }) => ({ ...row, description: "" }));
  const hash = createHash("sha256").update(JSON.stringify([columns, rows]));
  return { columns, rows, print: hash.digest("base64url").slice(0, 16) };
});

/** The board of a project; every answer of the same route that is kept has to be made by this. */
export function boardOf(projectId: string): KeptList<KeptBoard> {
  const path = endpoint`/api/task/tasks/${projectId}`;
  return { endpoint: withQuery(path, { sortBy: "position" }), schema: keptBoardSchema };
}

/** The tasks in each column, from top to bottom. */
export function columnsWithTasks(
  { columns, rows }: KeptBoard,
  project: Project,
): { column: Status; tasks: Task[] }[] {
  const tasks = rows.map((row) => taskOf(row, project));
  return columns.map((column) => ({
    column,
    tasks: tasks.filter(({ status }) => status === column.slug).sort(byPlace),
  }));
}
