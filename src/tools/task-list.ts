import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { endOf, readDate } from "../kaneo/dates.ts";
import { labelNames } from "../kaneo/label-finder.ts";
import { projectsOf } from "../kaneo/lists.ts";
import { currentUserId, findPerson, type Scope, scopeOf } from "../kaneo/references.ts";
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
  project: fields.project.describe("Slug, name, id or URL; every project if left out").optional(),
  workspace: fields.workspace.describe("Slug, name or id; all if left out").optional(),
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
  due_before: fields.date.describe("That day included").optional(),
  due_after: fields.date.describe("That day included").optional(),
  text: fields.text.describe("Part of key, title or description").optional(),
  sort: z.enum(TASK_SORTS).default("board").describe("board: column, then place in it"),
  order: z
    .enum(["asc", "desc"])
    .describe("Default asc, but desc for priority (urgent first) and created (newest first)")
    .optional(),
  limit: fields.limit,
  cursor: fields.cursor.optional(),
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
    "Lists tasks of a project, a workspace or all workspaces, filtered and sorted: one line each with key, status, priority, assignee, due date, labels and title, and how many match in all. To find one task by words use search; to read one use get_task.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input,
  example: { project: "WEB", labels: ["bug"], sort: "due" },
  run: async (args, context): Promise<Listing> => {
    const { kaneo } = context;
    const scope = await scopeOf(kaneo, args);
    const [projects, filter] = await Promise.all([
      projectsIn(kaneo, scope),
      filterOf(args, scope.workspaceIds, context),
    ]);
    const order = orderOf(args.sort, args.order);
    const { limit, cursor } = args;
    const listed = await listMatching(kaneo, { projects, filter, order, limit, cursor });
    const isAnyState = args.status !== undefined || args.state === "all";
    const all = scope.project === undefined ? ` (${count(projects.length, "project")})` : "";
    return { ...listed, scope: `${scope.name}${all}`, filters: namesOfFilters(args), isAnyState };
  },
  text: renderListing,
});

async function projectsIn(kaneo: Kaneo, { project, workspaceIds }: Scope): Promise<Project[]> {
  if (project !== undefined) return [project];
  // A project that was made a moment ago must not be missing from the total.
  const since = kaneo.elapsed();
  const lists = await Promise.all(workspaceIds.map((id) => kaneo.kept(projectsOf(id), since)));
  return lists.flat().filter(({ archivedAt }) => archivedAt === undefined);
}

async function filterOf(
  args: Arguments,
  workspaceIds: readonly string[],
  context: ToolContext,
): Promise<TaskFilter> {
  const { kaneo } = context;
  const { assignee, labels, due_before, due_after } = args;
  const [assigneeId, names] = await Promise.all([
    assignee && assigneeFilter(kaneo, workspaceIds, assignee),
    labels && labelNames(kaneo, workspaceIds, labels),
  ]);
  return {
    state: args.state,
    statuses: args.status,
    priorities: args.priority,
    assigneeId,
    labels: names,
    dueBefore: due_before && endOf(due_before, context),
    dueAfter: due_after && readDate(due_after, context),
    text: args.text,
  };
}

async function assigneeFilter(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  reference: string,
): Promise<string> {
  if (fields.isNobody(reference)) return fields.NONE;
  if (reference.toLowerCase() === "me") return currentUserId(kaneo);
  return (await findPerson(kaneo, workspaceIds, reference)).id;
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
