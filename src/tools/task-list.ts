import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { endOf, readDate } from "../kaneo/dates.ts";
import { projectsOf } from "../kaneo/lists.ts";
import {
  currentUserId,
  findLabels,
  findMember,
  findProject,
  findWorkspace,
} from "../kaneo/references.ts";
import type { Project } from "../kaneo/schemas.ts";
import {
  type ListedTasks,
  listTasks as listMatching,
  TASK_STATES,
  type TaskFilter,
} from "../kaneo/task-list.ts";
import { TASK_SORTS, type TaskOrder, type TaskSort } from "../kaneo/task-order.ts";
import { PRIORITIES } from "../kaneo/tasks.ts";
import { renderTaskLine } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const input = z.object({
  project: fields.project
    .describe("Slug, name, id or URL; every project of the workspace if left out")
    .optional(),
  workspace: fields.workspace.optional(),
  state: z
    .enum(TASK_STATES)
    .default("active")
    .describe(
      "active: all but archived; open: active and not in a final column; done: in a final column",
    ),
  status: z.array(fields.status).min(1).describe("Any of these, instead of state").optional(),
  priority: z.array(z.enum(PRIORITIES)).min(1).describe("Any of these").optional(),
  assignee: fields.assignee.describe("me, none for unassigned, name, e-mail or id").optional(),
  labels: fields.labels.describe("All of these").optional(),
  due_before: fields.date.describe("YYYY-MM-DD (that day included) or RFC 3339").optional(),
  due_after: fields.date.describe("YYYY-MM-DD (that day included) or RFC 3339").optional(),
  text: fields.text.describe("Part of key, title or description").optional(),
  sort: z.enum(TASK_SORTS).default("board").describe("board: column, then place in it"),
  order: z
    .enum(["asc", "desc"])
    .describe("Default asc, but desc for priority (urgent first) and created (newest first)")
    .optional(),
  limit: fields.limit,
  cursor: z
    .string()
    .describe("From the last answer, with its other arguments unchanged")
    .optional(),
});

type Arguments = z.output<typeof input>;

interface Listing extends ListedTasks {
  scope: string;
  /** The filters as they were named, such as `state active, assignee bob`. */
  filters: string;
  /** Whether tasks of every status were looked at, or those of the named ones. */
  isAnyState: boolean;
}

const listTasks = defineTool({
  name: "list_tasks",
  toolset: "tasks",
  title: "List tasks",
  description:
    "Lists tasks of one project or of a whole workspace, filtered and sorted: one line each with key, status, priority, assignee, due date, labels and title, and how many match in all. To find one task by words use search; to read one use get_task.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input,
  example: { project: "WEB", labels: ["bug"], sort: "due" },
  run: async (args, { kaneo, timeZone }): Promise<Listing> => {
    const { projects, workspaceId, scope } = await scopeOf(kaneo, args);
    const filter = await filterOf(kaneo, args, { workspaceId, timeZone });
    const order = orderOf(args.sort, args.order);
    const { limit, cursor } = args;
    const listed = await listMatching(kaneo, { projects, filter, order, limit, cursor });
    const isAnyState = args.status !== undefined || args.state === "all";
    return { ...listed, scope, filters: namesOfFilters(args), isAnyState };
  },
  text: renderListing,
});

async function scopeOf(
  kaneo: Kaneo,
  { project, workspace }: Arguments,
): Promise<{ projects: Project[]; workspaceId: string; scope: string }> {
  const isWholeWorkspace =
    project === undefined && (workspace !== undefined || kaneo.defaults.project === undefined);
  if (!isWholeWorkspace) {
    const found = await findProject(kaneo, { project, workspace });
    const scope = `${inline(found.name, 60)} (${found.slug})`;
    return { projects: [found], workspaceId: found.workspaceId, scope };
  }
  const { id, name } = await findWorkspace(kaneo, workspace);
  // A project that was made a moment ago must not be missing from the total.
  const all = await kaneo.kept(projectsOf(id), kaneo.elapsed());
  const projects = all.filter(({ archivedAt }) => archivedAt === undefined);
  return {
    projects,
    workspaceId: id,
    scope: `${inline(name, 60)} (${count(projects.length, "project")})`,
  };
}

async function filterOf(
  kaneo: Kaneo,
  args: Arguments,
  { workspaceId, timeZone }: { workspaceId: string; timeZone: string },
): Promise<TaskFilter> {
  const { assignee, labels, due_before, due_after } = args;
  const [assigneeId, found] = await Promise.all([
    assignee && assigneeFilter(kaneo, workspaceId, assignee),
    labels && findLabels(kaneo, workspaceId, labels),
  ]);
  return {
    state: args.state,
    statuses: args.status,
    priorities: args.priority,
    assigneeId,
    labels: found?.map(({ name }) => name),
    dueBefore: due_before && endOf(due_before, timeZone),
    dueAfter: due_after && readDate(due_after, timeZone),
    text: args.text,
  };
}

async function assigneeFilter(
  kaneo: Kaneo,
  workspaceId: string,
  reference: string,
): Promise<string> {
  if (fields.isNone(reference)) return fields.NONE;
  if (reference.toLowerCase() === "me") return currentUserId(kaneo);
  return (await findMember(kaneo, workspaceId, reference)).id;
}

function orderOf(sort: TaskSort, order: "asc" | "desc" | undefined): TaskOrder {
  const isBestLast = sort === "priority" || sort === "created";
  return { sort, direction: order ?? (isBestLast ? "desc" : "asc") };
}

const FILTERS = [
  "state",
  "status",
  "priority",
  "assignee",
  "labels",
  "due_before",
  "due_after",
  "text",
] as const;

function namesOfFilters(args: Arguments): string {
  // Named statuses decide alone.
  const used = FILTERS.filter((name) => args[name] !== undefined).filter(
    (name) => name !== "state" || args.status === undefined,
  );
  return used
    .map((name) => `${name} ${[args[name]].flat().join(name === "labels" ? " and " : " or ")}`)
    .join(", ");
}

function renderListing(
  { scope, filters, isAnyState, tasks, total, before, nextCursor }: Listing,
  { timeZone }: ToolContext,
): string {
  if (total === 0) {
    const advice = isAnyState ? "" : " state all has tasks of every status.";
    return `${scope}: no task matches ${inline(filters, 400)}.${advice}`;
  }
  if (tasks.length === 0) return `${scope}: ${count(total, "task")}, none behind this cursor`;
  const range = tasks.length === total ? "" : `, ${before + 1}–${before + tasks.length} shown`;
  const lines = tasks.map((task) => renderTaskLine(task, timeZone));
  const next = nextCursor === undefined ? [] : [`More: repeat with cursor ${nextCursor}`];
  return [`${scope}: ${count(total, "task")}${range}`, ...lines, ...next].join("\n");
}

export const taskListTools = [listTasks];
