import { z } from "zod";
import type { Project } from "../../kaneo/api/schemas.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { boardOf, columnsWithTasks } from "../../kaneo/tasks/project-tasks.ts";
import { ARCHIVED, type Status, statusName, type Task } from "../../kaneo/tasks/task.ts";
import { renderTaskLine } from "../../text/task-line.ts";
import { count } from "../../text/text.ts";
import { inline, renderPlace } from "../../text/untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool, foundBy, type ToolContext } from "../tool.ts";

interface ShownBoard {
  project: Project;
  columns: { column: Status; tasks: Task[] }[];
  planned: number;
  archived: number;
}

/** As many as fit well into one answer; of a larger board each column shows its first ones. */
const MOST_SHOWN = 100;

export const showBoard = defineTool({
  name: "show_board",
  toolset: "projects",
  description:
    "Shows a project's board, column by column. Clients with MCP Apps show it to the person, to drag cards on.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  ui: "view",
  _meta: foundBy("kanban, drag cards, see the columns"),
  input: z.object(fields.inProject),
  example: { project: "WEB" },
  run: async (reference, { kaneo }): Promise<ShownBoard> => {
    const project = await findProject(kaneo, reference);
    const board = await kaneo.fresh(boardOf(project.id));
    const counted = (slug: string) => board.rows.filter(({ status }) => status === slug).length;
    const columns = columnsWithTasks(board, project);
    return { project, columns, planned: counted("planned"), archived: counted(ARCHIVED.slug) };
  },
  beside: ({ project, columns }) => ({
    _meta: { projectId: project.id, name: project.name, tasks: inAll(columns) },
  }),
  page: ({ project }) => ({ project }),
  text: renderShown,
});

function inAll(columns: ShownBoard["columns"]): number {
  return columns.reduce((sum, { tasks }) => sum + tasks.length, 0);
}

function renderShown({ project, columns, ...others }: ShownBoard, context: ToolContext) {
  const line = { isBelowStatus: true };
  const slug = inline(project.slug, 40);
  const share = inAll(columns) <= MOST_SHOWN ? MOST_SHOWN : Math.ceil(MOST_SHOWN / columns.length);
  const lines = columns.flatMap(({ column, tasks }) => {
    const rest = tasks.length - share;
    return [
      `${statusName(column)}: ${tasks.length}`,
      ...tasks.slice(0, share).map((task) => renderTaskLine(task, context.timeZone, line)),
      ...(rest > 0
        ? [`… ${rest} more: list_tasks with project ${slug}, status ${column.slug}`]
        : []),
    ];
  });
  const beside = `Not on the board: ${others.planned} planned, ${others.archived} archived`;
  const head = `${renderPlace(project)}: ${count(inAll(columns), "task")}`;
  return [head, ...lines, beside].join("\n");
}
