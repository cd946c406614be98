import { z } from "zod";
import { findProject } from "../../kaneo/projects/find.ts";
import { boardOf, columnsWithTasks } from "../../kaneo/tasks/project-tasks.ts";
import { ARCHIVED, PLANNED, statusName } from "../../kaneo/tasks/task.ts";
import { finalMark, renderTaskLine } from "../../text/task-line.ts";
import { count } from "../../text/text.ts";
import { renderPlace } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";

/** As many as fit well into one answer; of a larger board each column shows its first ones. */
const MOST_SHOWN = 100;

export const showBoard = defineTool({
  name: "show_board",
  toolset: "projects",
  description:
    "Shows a project's board, column by column. Clients with MCP Apps show it to the person, to drag cards on.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  ui: "view",
  foundBy: "kanban, drag cards, see the columns",
  input: z.object(fields.inProject),
  example: { project: "WEB" },
  run: async (reference, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    const board = await kaneo.fresh(boardOf(project.id));
    const columns = columnsWithTasks(board, project);
    const counted = (slug: string) => board.rows.filter(({ status }) => status === slug).length;
    const offBoard = `${counted(PLANNED.slug)} planned, ${counted(ARCHIVED.slug)} archived`;
    return { project, columns, total: columns.flatMap(({ tasks }) => tasks).length, offBoard };
  },
  beside: ({ project, total }) => ({
    _meta: { projectId: project.id, name: project.name, tasks: total },
  }),
  page: ({ project }) => ({ project }),
  text: ({ project, columns, total, offBoard }, { timeZone }) => {
    const share = total <= MOST_SHOWN ? MOST_SHOWN : Math.ceil(MOST_SHOWN / columns.length);
    const lines = columns.flatMap(({ column, tasks }) => {
      const rest = tasks.length - share;
      return [
        `${statusName(column)}${finalMark(column)}: ${tasks.length}`,
        ...tasks.slice(0, share).map((task) => renderTaskLine(task, timeZone, BELOW_STATUS)),
        ...(rest > 0
          ? [`… ${rest} more: list_tasks of the same project with status ${column.slug}`]
          : []),
      ];
    });
    const head = `${renderPlace(project)}: ${count(total, "task")}`;
    return [head, ...lines, `Not on the board: ${offBoard}`].join("\n");
  },
});

const BELOW_STATUS = { sort: "board" } as const;
