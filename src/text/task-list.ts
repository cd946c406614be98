/** The answer of list_tasks below its first line: rows, by column where the board is meant, or counts. */
import type { Member } from "../kaneo/api/schemas.ts";
import { sayLabels } from "../kaneo/labels.ts";
import type { CountedStatus } from "../kaneo/tasks/list/first-page.ts";
import type { ListedBoard, ListedTasks } from "../kaneo/tasks/list/list.ts";
import type { TaskOrder } from "../kaneo/tasks/list/order.ts";
import { type LabelChoice, OFF_BOARD, statusName, type Task } from "../kaneo/tasks/task.ts";
import { inline, renderPerson } from "../untrusted.ts";
import { finalMark, renderRelated, renderTaskLine } from "./task-line.ts";
import { namedApart, renderProject } from "./text.ts";

/** The tasks of the page: below their columns where the order is that of the board, else a line for each. */
export function renderTasks(
  listed: ListedTasks,
  { sort, direction }: TaskOrder,
  { timeZone }: { timeZone: string },
): string[] {
  const row = (task: Task) => {
    const blocking = listed.blocking.get(task.id);
    const shown = { ...task, status: statusOf(task, listed.boards) };
    return renderTaskLine(shown, timeZone, { blocking, sort });
  };
  if (sort !== "board") return listed.tasks.map(row);
  return renderBoard(listed, { row, isReversed: direction === "desc" });
}

/** Who has tasks of the page and is no member; nothing where `members` were not read. */
export function renderWhoLeft({
  tasks,
  members,
}: Pick<ListedTasks, "tasks"> & { members: readonly Member[] }): string {
  const present = new Set(members.map(({ id }) => id));
  const gone = tasks.flatMap(({ assignee }) =>
    assignee && !present.has(assignee.id) ? [assignee] : [],
  );
  const names = new Set(gone.map(({ id, name = id }) => renderPerson(name)));
  if (members.length === 0 || names.size === 0) return "";
  return `No longer in the workspace: ${[...names].join(", ")}.`;
}

/** What the tasks of the page wait for, but for those of the page itself, a line each below a heading. */
export function renderBlockers(
  { tasks, blocking }: Pick<ListedTasks, "tasks" | "blocking">,
  timeZone: string,
): string[] {
  const blockers = tasks.flatMap(({ id }) => blocking.get(id)?.blockedBy ?? []);
  const others = new Map(blockers.map((one) => [one.id, one]));
  for (const { id } of tasks) others.delete(id);
  const lines = [...others.values()].map((one) => renderRelated(one, timeZone));
  const rest = lines.length - MOST_BLOCKERS;
  return [
    ...(lines.length > 0 ? ["Blockers:"] : []),
    ...lines.slice(0, MOST_BLOCKERS),
    ...(rest > 0 ? [`${rest} more blockers; get_task shows those of a task.`] : []),
  ];
}

const MOST_BLOCKERS = 25;

/**
 * The tasks of the page below the name and count of their column, in board order. Of one project also columns without tasks
 * are named, as far as the page goes.
 */
function renderBoard(
  listed: ListedTasks,
  { row, isReversed }: { row: (task: Task) => string; isReversed: boolean },
): string[] {
  const { tasks, boards, before, nextCursor } = listed;
  const columns = boards.flatMap(({ project, statuses }) =>
    statuses.map((status) => {
      const isHere = (task: Task) => task.projectId === project.id && task.status === status.slug;
      return { project, status, shown: tasks.filter(isHere) };
    }),
  );
  if (isReversed) columns.reverse();
  const first = firstColumn(columns, before);
  const lastShown = columns.findLastIndex(({ shown }) => shown.length > 0);
  const last = nextCursor === undefined ? columns.length : lastShown;
  return columns.slice(first, last + 1).flatMap(({ project, status, shown }) => {
    const isBoard = boards.length === 1 && !OFF_BOARD.includes(status.slug);
    if (shown.length === 0 && (status.total !== 0 || !isBoard)) return [];
    const where = boards.length === 1 ? "" : `${inline(project.slug, 60)} `;
    return [
      `${where}${statusName(status)}${finalMark(status)}: ${status.total}`,
      ...shown.map(row),
    ];
  });
}

/** The column of the page's first task, or what is empty between the last task of the page before and that one. */
function firstColumn(columns: readonly { status: CountedStatus }[], before: number): number {
  let passed = 0;
  return columns.findIndex(({ status: { total = 0 } }) => {
    const isHere = passed >= before || passed + total > before;
    passed += total;
    return isHere;
  });
}

/** What tasks can be counted by. */
export const TASKS_COUNTED_BY = ["assignee", "status", "priority", "label", "project"] as const;
export type TasksCountedBy = (typeof TASKS_COUNTED_BY)[number];

/** How many tasks each has, a line each, the most first. `people` are there even with none, unless these are many. */
export function renderTaskCounts(
  { tasks, boards }: ListedTasks,
  by: TasksCountedBy,
  people: readonly Member[],
): string[] {
  const counts = new Map(
    people.map(({ id, name }) => [id, { name: renderPerson(name), count: 0 }]),
  );
  for (const [key, name] of tasks.flatMap((task) => groupsOf(task, by, boards))) {
    const left = key === "" || people.length === 0 ? "" : ", who left";
    const group = counts.get(key) ?? { name: `${name}${left}`, count: 0 };
    counts.set(key, { ...group, count: group.count + 1 });
  }
  const groups = [...counts].map(([key, group]) => ({ key, ...group }));
  // Other names are told apart already.
  const told = by === "assignee" ? namedApart(groups, ({ key }) => key) : groups;
  const ordered = told.sort((one, other) => other.count - one.count);
  const free = ordered.filter(({ count }) => count === 0).length;
  const lines = ordered.map(({ name, count }) => `${name}  ${count}`);
  if (free > MOST_FREE) lines.splice(-free, free, `${free} more people  0`);
  const isShared = by === "label" && tasks.some(({ labels }) => labels.length > 1);
  return isShared ? [...lines, SHARED_LABELS] : lines;
}

export const SHARED_LABELS = "A task with several labels counts for each of them.";

/** Where nothing is found: who gives several labels may mean any of them, and would read that there is nothing of the kind. */
export function renderEither(choices: readonly LabelChoice[] = []): string {
  if (choices.length < 2) return "";
  const either = inline(sayLabels([choices.flat()]), 200);
  return `Only what carries all of these labels is looked for; labels "${either}" looks for any.`;
}

const MOST_FREE = 50;

/** The groups of a task by its labels. Their keys are on one line, since they tell apart what is cut alike. */
export function byLabels(labels: readonly { name: string }[]): [key: string, name: string][] {
  const names = [...new Set(labels.map(({ name }) => inline(name, Infinity)))];
  return names.length === 0 ? [["", "no label"]] : names.map((name) => [name, inline(name, 40)]);
}

function statusOf({ projectId, status }: Task, boards: readonly ListedBoard[]): string {
  const board = boards.find(({ project }) => project.id === projectId);
  const found = board?.statuses.find(({ slug }) => slug === status);
  return `${status}${found ? finalMark(found) : ""}`;
}

function groupsOf(
  task: Task,
  by: TasksCountedBy,
  boards: readonly ListedBoard[],
): [key: string, name: string][] {
  const { assignee, priority, labels, projectId } = task;
  switch (by) {
    case "assignee":
      return assignee === undefined
        ? [["", "nobody"]]
        : [[assignee.id, renderPerson(assignee.name ?? assignee.id)]];
    case "status": {
      const name = statusOf(task, boards);
      return [[name, name]];
    }
    case "priority":
      return [[priority, priority]];
    case "label":
      return byLabels(labels);
    case "project": {
      const project = boards.map((board) => board.project).find(({ id }) => id === projectId);
      return [[projectId, renderProject(inline(project?.slug ?? "", 60), project?.name)]];
    }
  }
}
