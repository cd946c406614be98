import { z } from "zod";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp, resolveAll } from "../../kaneo/api/outcomes.ts";
import { columnsOf, type Project } from "../../kaneo/api/schemas.ts";
import type { Calendar } from "../../kaneo/dates/read-dates.ts";
import { findLabels } from "../../kaneo/labels.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { assertCanBeRelated } from "../../kaneo/relations/relations.ts";
import { similarTasks } from "../../kaneo/search.ts";
import { complete, createBareTask, type NewTask } from "../../kaneo/tasks/create.ts";
import { PLANNED } from "../../kaneo/tasks/task.ts";
import { renderCreated, renderPastDue } from "../../text/task-line.ts";
import { stacked } from "../../text/text.ts";
import { quoted, renderPlace } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { findNamed, linksIn, relationFields } from "../relations.ts";
import { defineTool } from "../tool.ts";
import { assertDatesInOrder, resolveArguments } from "./task-arguments.ts";

const newTaskFields = {
  title: fields.text,
  description: fields.description.optional(),
  ...fields.ofTask,
  status: fields.status.describe("Column, or planned; the first column if left out").optional(),
  assignee: fields.assignee.optional(),
  due: fields.date.optional(),
  labels: fields.names.optional(),
  ...relationFields,
};

/** Resolves the words of a new task in its project. */
export async function resolveNewTask(
  kaneo: Kaneo,
  args: z.output<z.ZodObject<typeof newTaskFields>>,
  { project, calendar }: { project: Project; calendar: Calendar },
): Promise<NewTask> {
  const [resolved, labels, columns] = await resolveAll([
    resolveArguments(kaneo, args, { project, calendar }),
    findLabels(kaneo, project.workspaceId, args.labels),
    args.status === undefined ? kaneo.kept(columnsOf(project.id)) : Promise.resolve([]),
  ]);
  const status = resolved.status ?? columns[0]?.slug ?? PLANNED.slug;
  assertDatesInOrder(resolved, calendar.timeZone);
  return {
    project,
    title: args.title,
    description: fields.textToStore(args.description) ?? "",
    status,
    priority: args.priority ?? "no-priority",
    assignee: resolved.assignee ?? undefined,
    start: resolved.start ?? undefined,
    due: resolved.due ?? undefined,
    labels,
  };
}

/** What is said of a project where nobody looks for a new task. */
export function renderArchived(project: Project): string {
  return project.archivedAt === undefined ? "" : `${renderPlace(project)} is left out of lists.`;
}

export const createTask = defineTool({
  name: "create_task",
  toolset: "tasks",
  description:
    "Creates one task and gives its key; for several use create_tasks. Labels must exist: create_label makes them.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  isAlwaysLoaded: true,
  input: z.object({
    ...fields.inProject,
    ...newTaskFields,
  }),
  alsoRead: { name: "title", due_date: "due", start_date: "start" },
  example: {
    project: "WEB",
    title: "Fresh task",
    status: "in-progress",
    assignee: "me",
    due: "2026-10-01",
    labels: ["bug", "search"],
    parent: "WEB-1",
    blocks: ["WEB-2"],
    blocked_by: ["WEB-3"],
    related_to: ["OPS-1"],
  },
  run: async ({ project: reference, workspace, ...args }, context) => {
    const { kaneo } = context;
    const named = linksIn(args);
    const [project, linkTo] = await Promise.all([
      findProject(kaneo, { project: reference, workspace }),
      findNamed(kaneo, named),
    ]);
    const links = named.map(linkTo);
    const newTask = await resolveNewTask(kaneo, args, { project, calendar: context });
    for (const { other } of links) assertCanBeRelated(other, project);
    // It is only a help.
    const similar = (await asHelp(similarTasks(kaneo, newTask))) ?? [];
    const created = await createBareTask(kaneo, newTask);
    return { similar, created: await complete(kaneo, created, { labels: newTask.labels, links }) };
  },
  page: ({ created }) => created,
  text: ({ created, similar }, calendar) => {
    const alike = similar.map(({ key, title }) => `${key} ${quoted(title, 80)}`);
    return stacked([
      `Created ${renderCreated(created, calendar.timeZone).join("\n")}`,
      renderPastDue([created.task], calendar),
      renderArchived(created.project),
      alike.length > 0 && `Similar: ${alike.join(", ")}`,
    ]);
  },
});
