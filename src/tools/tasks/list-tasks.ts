import { z } from "zod";
import { allKept, type Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp } from "../../kaneo/api/outcomes.ts";
import { membersOf } from "../../kaneo/api/schemas.ts";
import { startOf } from "../../kaneo/dates/read-dates.ts";
import { labelChoices, sayLabels } from "../../kaneo/labels.ts";
import { currentUserId, findPerson } from "../../kaneo/members.ts";
import { withoutMarks } from "../../kaneo/names/matching.ts";
import { tellApart } from "../../kaneo/names/twins.ts";
import { projectsIn, type Scope, scopeOf } from "../../kaneo/projects/find.ts";
import { leftOutOf, TASK_STATES, type TaskFilter } from "../../kaneo/tasks/list/filter.ts";
import { type ListedTasks, listTasks as listMatching } from "../../kaneo/tasks/list/list.ts";
import { TASK_SORTS, type TaskOrder, type TaskSort } from "../../kaneo/tasks/list/order.ts";
import { PRIORITIES } from "../../kaneo/tasks/task.ts";
import { plainDays, renderDate } from "../../text/dates.ts";
import {
  renderBlockers,
  renderEither,
  renderTaskCounts,
  renderTasks,
  renderWhoLeft,
  TASKS_COUNTED_BY,
} from "../../text/task-list.ts";
import { count, stacked } from "../../text/text.ts";
import { inline } from "../../untrusted.ts";
import { type Period, readPeriod, renderEnd } from "../activity/report-scope.ts";
import * as fields from "../fields.ts";
import { defineTool, type ToolContext } from "../tool.ts";

const DUE = ["overdue", "today", "this_week", "none"] as const;

const input = z.object({
  project: fields.project.describe("Default: every project").optional(),
  workspace: fields.workspaceOrAll,
  state: z
    .enum(TASK_STATES)
    .describe(
      "active: all but archived; open: neither planned nor done. Default: active; open with due, blocked, untouched_since",
    )
    .optional(),
  status: fields.listOf(fields.status).describe("Any of; instead of state").optional(),
  priority: z.array(z.enum(PRIORITIES)).min(1).describe("Any of").optional(),
  assignee: fields.assignee.optional(),
  labels: fields.names.describe("All of; sev1 or sev2: either; none: without labels").optional(),
  due: z.enum(DUE).describe("For other days, due_from and due_until").optional(),
  due_from: fields.date.describe("A day, or words such as next week").optional(),
  due_until: fields.until,
  blocked: z.boolean().describe("Waiting for an open task, or not").optional(),
  untouched_since: fields.date
    .describe("A day such as -2w; neither changed nor commented on since")
    .optional(),
  text: fields.text.describe("All words, in key, title, description or issue URL").optional(),
  sort: z.enum(TASK_SORTS).default("board"),
  order: z
    .enum(["asc", "desc"])
    .describe("Default: desc for priority, created, updated")
    .optional(),
  count_by: z.enum(TASKS_COUNTED_BY).describe("Counts only").optional(),
  limit: fields.limit,
  cursor: fields.cursor.optional(),
});

type Arguments = z.output<typeof input> & { state: TaskFilter["state"] };

export const listTasks = defineTool({
  name: "list_tasks",
  toolset: "tasks",
  description:
    "Lists or counts tasks, a line each, and how many match in all. With due or blocked also what a task is blocked by and blocks.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  isAlwaysLoaded: true,
  input,
  alsoRead: {
    due_after: "due_from",
    due_before: "due_until",
    person: "assignee",
    label: "labels",
    query: "text",
    search: "text",
    updated_before: "untouched_since",
  },
  example: { project: "WEB", labels: ["bug"], sort: "due", blocked: false },
  run: findListed,
  text: renderListing,
});

async function findListed(given: z.output<typeof input>, context: ToolContext) {
  const { kaneo } = context;
  const isOpen = (given.due ?? given.blocked ?? given.untouched_since) !== undefined;
  const { state = isOpen ? "open" : "active", ...others } = given;
  const args = { state, ...others };
  const days = daysIn(args, context);
  const scope = await scopeOf(kaneo, args);
  const isByPerson = args.count_by === "assignee" && !args.assignee;
  const blockers = blockersOf(args);
  const membersNow = () => allKept(kaneo.asOf("now"), scope.workspaceIds, membersOf);
  const [{ projects, archived }, filter, members = []] = await Promise.all([
    activeIn(kaneo, scope),
    filterOf(args, { scope, days }, context),
    isByPerson ? membersNow() : blockers && asHelp(membersNow()),
  ]);
  const order = orderOf(args.sort, args.order);
  const page =
    args.count_by === undefined
      ? { limit: args.limit, cursor: args.cursor }
      : { limit: Number.POSITIVE_INFINITY };
  const said = [args.due, args.due_from, args.due_until, args.untouched_since];
  const wanted = { projects, filter, said, order, blockers, ...page };
  const listed = await listMatching(kaneo, wanted);
  // Of a label that somebody has just renamed it would be false that nothing has it.
  if (listed.total === 0 && args.labels)
    await labelChoices(kaneo.asOf(kaneo.startedAt), scope.workspaceIds, args.labels);
  const among = `${count(projects.length, "project")}${archived === 0 ? "" : `, without ${archived} archived`}`;
  const all = scope.project === undefined ? ` (${among})` : "";
  const read = { ...args, ...renderDays(days, context.timeZone) };
  const labels = filter.labels && sayLabels(filter.labels);
  const filters = namesOfFilters({ ...read, labels });
  const told = await withKeysApart(kaneo, listed);
  const other = leftOutOf(filter)?.slug;
  const choices = filter.labels;
  return {
    ...told,
    other,
    args: read,
    scope: `${scope.name}${all}`,
    filters,
    choices,
    order,
    people: isByPerson ? members : [],
    members,
  };
}

type TaskListAnswer = Awaited<ReturnType<typeof findListed>>;

/** The same, with what tells keys and slugs apart that projects of the list share. */
async function withKeysApart(kaneo: Kaneo, listed: ListedTasks): Promise<ListedTasks> {
  const tell = await tellApart(kaneo, listed.boards);
  const tasks = listed.tasks.map((task) => ({ ...task, key: tell(task.projectId, task.key) }));
  const boards = listed.boards.map(({ project, ...board }) => {
    return { ...board, project: { ...project, slug: tell(project.id, project.slug) } };
  });
  return { ...listed, tasks, boards };
}

function blockersOf(args: Arguments): "shown" | "blocked" | "free" | undefined {
  if (args.blocked !== undefined) return args.blocked ? "blocked" : "free";
  return args.due !== undefined && args.count_by === undefined ? "shown" : undefined;
}

async function activeIn(kaneo: Kaneo, scope: Scope) {
  const all = await projectsIn(kaneo, scope);
  const projects = all.filter((one) => one === scope.project || one.archivedAt === undefined);
  return { projects, archived: all.length - projects.length };
}

function daysIn(args: z.output<typeof input>, context: ToolContext) {
  const { due_from: since, due_until: until, untouched_since: untouched } = args;
  return {
    // Some of what is due is over: of a day without its year the nearest one is meant.
    due: readPeriod({ since, until }, { ...context, looking: "around" }),
    untouchedSince: untouched && startOf(untouched, { ...context, looking: "back" }),
  };
}

type Days = ReturnType<typeof daysIn>;

/** In words a day may be another than was meant. */
function renderDays({ due: { since, until }, untouchedSince }: Days, timeZone: string) {
  return {
    due_from: since && renderDate(since, timeZone),
    due_until: until && renderEnd(until, timeZone),
    untouched_since: untouchedSince && renderDate(untouchedSince, timeZone),
  };
}

async function filterOf(
  args: Arguments,
  { scope, days }: { scope: Scope; days: Days },
  context: ToolContext,
): Promise<TaskFilter> {
  const { kaneo } = context;
  const { assignee, labels, due } = args;
  const [assigneeId, choices] = await Promise.all([
    assignee && assigneeFilter(kaneo, scope, assignee),
    labels && labelChoices(kaneo, scope.workspaceIds, labels),
  ]);
  return {
    state: args.state,
    statuses: args.status,
    priorities: args.priority,
    assigneeId,
    labels: choices,
    ...narrower(readPeriod(due === undefined ? {} : SPANS[due], context), days.due),
    unfinishedDays: due === "overdue" ? plainDays(startOf("today", context), context) : undefined,
    isUndated: due === "none",
    untouchedSince: days.untouchedSince,
    text: args.text && withoutMarks(args.text),
  };
}

const SPANS: Record<(typeof DUE)[number], Parameters<typeof readPeriod>[0]> = {
  overdue: { until: "now" },
  today: { since: "today", until: "today" },
  this_week: { since: "this week", until: "this week" },
  none: {},
};

function narrower(one: Period, other: Period): Pick<TaskFilter, "dueAfter" | "dueBefore"> {
  const since = [one.since, other.since].filter((moment) => moment !== undefined);
  // Undefined comes last in a sort.
  return { dueAfter: since.sort().at(-1), dueBefore: [one.until, other.until].sort()[0] };
}

async function assigneeFilter(kaneo: Kaneo, scope: Scope, reference: string): Promise<string> {
  if (fields.isNobody(reference)) return fields.NONE;
  if (reference.toLowerCase() === "me") return currentUserId(kaneo);
  return (await findPerson(kaneo, scope, reference)).id;
}

function orderOf(sort: TaskSort, order: "asc" | "desc" | undefined): TaskOrder {
  const isBestLast = sort === "priority" || sort === "created" || sort === "updated";
  return { sort, direction: order ?? (isBestLast ? "desc" : "asc") };
}

/** The arguments that leave out no task, but on other pages. */
const NO_FILTERS = ["project", "workspace", "sort", "order", "count_by", "limit", "cursor"];

function namesOfFilters(args: Omit<Arguments, "labels"> & { labels: string | undefined }): string {
  // Named statuses decide alone.
  const ignored = args.status === undefined ? NO_FILTERS : [...NO_FILTERS, "state"];
  return Object.entries(args)
    .filter(([name, value]) => value !== undefined && !ignored.includes(name))
    .map(([name, value]) => `${name} ${[value].flat().join(" or ")}`)
    .join(", ");
}

function renderListing(listing: TaskListAnswer, context: ToolContext): string {
  const { args, scope, filters, people, tasks, total, before, nextCursor, ageMs } = listing;
  const isPart = listing.notLookedAt > 0;
  const limits = renderLimits(listing);
  if (total === 0 && people.length === 0) {
    const isAnyState = args.status !== undefined || args.state === "all";
    const advice = isAnyState ? "" : " state all has tasks of every status.";
    const nothing = `${scope}: no task ${isPart ? "was found that " : ""}matches ${inline(filters, 400)}.${advice}`;
    return stacked([nothing, renderEither(listing.choices), limits]);
  }
  // Where comments took all the time, no blockers were looked up.
  const bound = isPart ? "at least " : listing.commentGap ? "at most " : "";
  const head = `${scope}: ${bound}${count(total, "task")}${renderDone(listing)}`;
  if (args.count_by !== undefined) {
    const counts = renderTaskCounts(listing, args.count_by, people);
    return stacked([`${head} (${inline(filters, 400)}), by ${args.count_by}`, ...counts, limits]);
  }
  const from = args.due_from && `, due from ${args.due_from}`;
  const to = args.due_until && `${from ? "" : ", due"} until ${args.due_until}`;
  if (tasks.length === 0) return `${head}, none after this cursor`;
  const range = tasks.length === total ? "" : `, ${before + 1}–${before + tasks.length} shown`;
  const seconds = Math.round(ageMs / 1_000);
  const age = seconds === 0 ? "" : `, as of ${count(seconds, "second")} ago`;
  return stacked([
    `${head}${range}${age}${from ?? ""}${to ?? ""}`,
    ...renderTasks(listing, listing.order, context),
    ...(args.blocked ? renderBlockers(listing, context.timeZone) : []),
    renderWhoLeft(listing),
    limits,
    nextCursor !== undefined && `More: repeat with cursor ${nextCursor}`,
  ]);
}

/** Who asks how much somebody has, or what is due until a day, means what is left to do, and active has more. */
function renderDone({ args, boards, total }: TaskListAnswer): string {
  const { count_by, due_from, due_until, sort, state, status } = args;
  const isOfWork = (count_by ?? due_from ?? due_until) !== undefined;
  const isByColumn = count_by === undefined ? sort === "board" : count_by === "status";
  const final = boards.flatMap(({ statuses }) => statuses.filter(({ isFinal }) => isFinal));
  const done = final.reduce((sum, status) => sum + (status.total ?? 0), 0);
  if (!isOfWork || isByColumn || done === 0) return "";
  if (done < total) return `, ${done} of them done`;
  // Who asked for what is done knows it.
  return state === "done" || status !== undefined ? "" : ", all of them done";
}

function renderLimits(listing: TaskListAnswer): string {
  const { args, notLookedAt, leftOut, other, commentGap } = listing;
  const { blocked, untouched_since: since } = args;
  const filters = blocked === undefined ? "the same filters" : "the same filters without blocked";
  return stacked([
    notLookedAt > 0 &&
      `The blockers of ${count(notLookedAt, "more task")} by these filters were not looked up; narrow them for those.`,
    leftOut > 0 &&
      `Not among them: ${count(leftOut, `${other} task`)} by ${filters}; status ${other} lists those.`,
    since &&
      `Untouched since ${since} by changes and comments; labels, relations and logged time do not count, as Kaneo does not date them.`,
    commentGap &&
      `Newer comments on ${commentGap.tasksInAll - commentGap.tasksRead} of the tasks may have been overlooked; narrow the filters for those.`,
  ]);
}
