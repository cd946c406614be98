import { z } from "zod";
import { endpoint } from "../kaneo/endpoint.ts";
import { columnsOf, labelsOf, membersOf } from "../kaneo/lists.ts";
import { findProject } from "../kaneo/references.ts";
import {
  boardSchema,
  type Column,
  type Label,
  type ListedTask,
  type Member,
  type Project,
  type ProjectRow,
} from "../kaneo/schemas.ts";
import { tasksOf } from "../kaneo/tasks.ts";
import { renderColumns } from "../text/task-line.ts";
import { fence, inline, quoted } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, foundBy } from "./tool.ts";
import { renderWorkflowRule, type WorkflowRule, workflowRulesOf } from "./workflow-rules.ts";

interface ProjectDetails {
  project: Project;
  columns: Column[];
  /** All of the project. */
  tasks: ListedTask[];
  labels: Label[];
  members: Member[];
  rules: WorkflowRule[];
}

export const getProject = defineTool({
  name: "get_project",
  toolset: "projects",
  title: "Get project",
  description:
    "Shows a project's description, columns (the statuses of its tasks) with counts, labels, members with open tasks, workflow rules.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  _meta: foundBy("board, columns, statuses, members, labels, who is there"),
  input: z.object({
    ...fields.inProject,
  }),
  example: { project: "WEB" },
  run: async (reference, { kaneo }): Promise<ProjectDetails> => {
    const project = await findProject(kaneo, reference);
    const startedAt = kaneo.elapsed();
    const [board, columns, labels, members, rules] = await Promise.all([
      kaneo.get(endpoint`/api/task/tasks/${project.id}`, boardSchema),
      kaneo.kept(columnsOf(project.id), startedAt),
      kaneo.kept(labelsOf(project.workspaceId), startedAt),
      kaneo.kept(membersOf(project.workspaceId), startedAt),
      workflowRulesOf(kaneo, project.id),
    ]);
    return { project, columns, tasks: tasksOf(board), labels, members, rules };
  },
  page: ({ project }) => ({ project }),
  text: renderDetails,
});

function renderDetails(details: ProjectDetails): string {
  const { project, columns, tasks, labels, members, rules } = details;
  const names = labels.map(({ name }) => inline(name, 40));
  const counted = (slug: string, shown = slug) =>
    `${shown} ${tasks.filter(({ status }) => status === slug).length}`;
  const shown = columns.map((column) => counted(column.slug, renderColumns([column])));
  const openTasks = openTasksByPerson(details);
  return [
    renderHead(project),
    `Columns, with their tasks: ${shown.join(", ") || "none"}; also ${counted("planned")}, ${counted("archived")}`,
    `Labels: ${names.length === 0 ? "none" : names.join(", ")}`,
    "Members:",
    ...members.map(
      ({ id, name, email, role }) =>
        `- ${inline(name, 60)} <${email}>: ${role}, ${openTasks.get(id) ?? 0} open`,
    ),
    `Rules: ${rules.length === 0 ? "none" : rules.map(renderWorkflowRule).join(", ")}`,
    ...(project.description === undefined || project.description.trim() === ""
      ? ["No description."]
      : ["Description:", fence(project.description)]),
  ].join("\n");
}

/** How many open tasks each person has in the project, by id; what is planned is not open yet. */
function openTasksByPerson({ columns, tasks }: ProjectDetails): Map<string, number> {
  const open = columns.filter(({ isFinal }) => !isFinal).map(({ slug }) => slug);
  const counts = new Map<string, number>();
  for (const { status, userId } of tasks) {
    if (userId === undefined || !open.includes(status)) continue;
    counts.set(userId, (counts.get(userId) ?? 0) + 1);
  }
  return counts;
}

export function renderHead({ slug, name, archivedAt, isPublic }: ProjectRow): string {
  const notes = [archivedAt && "archived", isPublic && "public"].filter(Boolean);
  const shown = notes.length === 0 ? "" : `  (${notes.join(", ")})`;
  return `${inline(slug, 40)}  ${quoted(name)}${shown}`;
}
