/** Changes to tasks by the narrowest endpoints: a full PUT clears what it leaves out (docs/kaneo.md). */
import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../api/client.ts";
import { endpoint } from "../api/endpoint.ts";
import { projectsOf } from "../api/lists.ts";
import { asHelp, confirmed } from "../api/outcomes.ts";
import {
  kaneoId,
  type Label,
  list,
  type Member,
  moment,
  movedTaskSchema,
  optional,
  type Project,
  taskSchema,
  word,
} from "../api/schemas.ts";
import { addLabel, removeLabel } from "../labels.ts";
import { replaceInDescription } from "./description.ts";
import type { PlacedTask } from "./find.ts";
import type { Replacement } from "./replace-once.ts";
import { merge, type Sending, save, saveRow } from "./save.ts";
import type { Task } from "./task.ts";

/** What to change; an absent field stays, null clears. Everything is resolved: ids, slugs, ISO dates. */
export interface TaskChanges {
  assignee?: Member | null | undefined;
  title?: string | undefined;
  description?: string | undefined;
  /** One place of the description. */
  replacement?: Replacement | undefined;
  priority?: string | undefined;
  start?: string | null | undefined;
  due?: string | null | undefined;
  /** Makes start and due of those that the task has when its turn comes. */
  shift?: ((task: Task) => Pick<TaskChanges, "start" | "due">) | undefined;
  /** Workspace labels; those to remove may also be copies of any task. */
  addLabels?: readonly Label[] | undefined;
  removeLabels?: readonly Pick<Label, "id" | "name">[] | undefined;
  /** A status of `project` when that is given too. */
  status?: string | undefined;
  /** Changes of its relations. */
  relations?: readonly Change[] | undefined;
  /** Where to move the task; its key changes with it. */
  project?: Project | undefined;
  /** What comes when all else is done, such as a comment. */
  last?: readonly Change[] | undefined;
}

/** The change of one field of a task. Kaneo's route for many tasks leaves less of a trace (docs/kaneo.md, "Tasks"). */
export interface Change {
  /** As a person calls what it changes. */
  field: string;
  /** Whether it is so already; false where a task cannot tell. */
  isSo(task: Task): boolean;
  /** What it changes, where a task does not show it as old and new. */
  told?(): string;
  /** What it made that is another one for each task, such as `comment m78v…`; undefined as long as it made nothing. */
  made?(): string | undefined;
  /** What it would make of a task, where a task shows it. */
  apply?(task: Task): Task;
  /** Gives the task as the server then has it. */
  send(kaneo: Kaneo, placed: PlacedTask): Promise<Task>;
}

/**
 * The changes of single fields, in the order in which they are sent: first the assignee, which a role most likely forbids,
 * last the status or the move, which tell others that all the rest is done.
 */
export function changesOf(wanted: TaskChanges): Change[] {
  const { addLabels = [], removeLabels = [], relations = [], last = [] } = wanted;
  return [
    ...given(wanted.assignee, changeAssignee),
    ...given(wanted.title, (title) => changeText("title", title)),
    ...given(wanted.description, (description) => changeText("description", description)),
    ...given(wanted.replacement, replaceInDescription),
    ...given(wanted.priority, (priority) => changeText("priority", priority)),
    // The start is checked against the due date that the task then has.
    ...given(wanted.due, changeDue),
    ...given(wanted.start, changeStart),
    ...addLabels.map(addLabel),
    ...removeLabels.map(removeLabel),
    ...relations,
    ...given(wanted.project, moveTo),
    ...given(wanted.status, (status) => changeText("status", status)),
    ...last,
  ];
}

function given<T>(value: T | undefined, change: (value: T) => Change): Change[] {
  return value === undefined ? [] : [change(value)];
}

type Field = "title" | "description" | "priority" | "status" | "assignee" | "due-date";

interface FieldChange extends Change {
  send(kaneo: Kaneo, of: Pick<PlacedTask, "task">): Promise<Task>;
}

/** The change of a field that has a route of its own. */
function changeField(
  route: Field,
  wanted: Pick<Sending, "body" | "isSo" | "assigneeName"> & { apply(task: Task): Task },
): FieldChange {
  const { apply, ...sending } = wanted;
  return {
    field: route === "due-date" ? "due" : route,
    isSo: sending.isSo,
    apply,
    send: (kaneo, { task }) => {
      const path = endpoint`/api/task/${route}/${task.id}`;
      const field = route.replace("-", " ");
      // In its turn, so that nothing undoes it that is computed of the row as it was before.
      return kaneo.inTurn(task.id, () => save(kaneo, task, { field, path, ...sending }));
    },
  };
}

function changeText(
  field: "title" | "description" | "priority" | "status",
  value: string,
): FieldChange {
  return changeField(field, {
    body: { [field]: value },
    isSo: (task) => task[field] === value,
    apply: (task) => ({ ...task, [field]: value }),
  });
}

function changeAssignee(member: Pick<Member, "id" | "name"> | null): FieldChange {
  return changeField("assignee", {
    body: { userId: member?.id ?? null },
    isSo: (task) => task.assignee?.id === member?.id,
    apply: (task) => ({ ...task, assignee: member ?? undefined }),
    assigneeName: member?.name,
  });
}

function changeDue(due: string | null): FieldChange {
  return changeField("due-date", {
    // Leaving dueDate out clears it; null is refused.
    body: due === null ? {} : { dueDate: due },
    isSo: (task) => isMoment(task.due, due),
    apply: (task) => ({ ...task, due: due ?? undefined }),
  });
}

/** The start date has no endpoint of its own. */
function changeStart(start: string | null): Change {
  return {
    field: "start",
    isSo: (task) => isMoment(task.start, start),
    apply: (task) => ({ ...task, start: start ?? undefined }),
    send: (kaneo, { task }) => putWhole(kaneo, task, { start }),
  };
}

/** Changes what has no endpoint of its own: everything else is sent as it stands, and left out to stay empty. */
export async function putWhole(
  kaneo: Kaneo,
  task: Task,
  wanted: { start?: string | null; position?: number },
): Promise<Task> {
  const path = endpoint`/api/task/${task.id}`;
  const sent = await kaneo.inTurn(task.id, async () => {
    const from = kaneo.elapsed();
    // Names were looked up since the task was read, and what others changed meanwhile must not be undone.
    const now = await kaneo.get(path, taskSchema);
    const current = merge(task, now, now.assigneeName);
    const { title, description, priority, status } = current;
    const { start = current.start, position = current.position } = wanted;
    if (start && current.due && start > current.due) throw unsendable(current);
    const body = {
      ...{ title, description, priority, status, projectId: now.projectId, position },
      ...(current.assignee && { userId: current.assignee.id }),
      ...(current.due && { dueDate: current.due }),
      ...(start && { startDate: start }),
    };
    const isSo = (row: Task) => row.position === position && isMoment(row.start, start ?? null);
    const field = "start" in wanted ? "start" : "place";
    const row = await saveRow(kaneo, current, { field, path, body, isSo });
    const savedMs = Date.parse(row.updatedAt ?? "");
    return { task: merge(current, row, now.assigneeName), savedMs, tookMs: kaneo.elapsed() - from };
  });
  return giveBack(kaneo, sent);
}

/** A task that was sent whole: when Kaneo saved it, and how long it took from the read before until then. */
interface Sent {
  task: Task;
  savedMs: number;
  tookMs: number;
}

/**
 * Makes once more what another program changed after the task was read and before it was sent whole: Kaneo has recorded
 * that, all but descriptions. Of two that changed one task at the same moment, 14 of 40 were lost otherwise.
 */
async function giveBack(kaneo: Kaneo, sent: Sent): Promise<Task> {
  let { task } = sent;
  const path = endpoint`/api/activity/${task.id}`;
  const events = (await asHelp(kaneo.get(path, recordsSchema))) ?? [];
  for (const change of undoneBy(sent, events)) {
    task = (await asHelp(change.send(kaneo, { task }))) ?? task;
  }
  return task;
}

/** `GET /api/activity/:taskId`, the newest first. */
const recordsSchema = list(
  z
    .object({
      type: z.string(),
      createdAt: moment,
      eventData: optional(
        z.object({
          newAssigneeId: optional(kaneoId),
          newAssignee: optional(z.string()),
          newDueDate: optional(moment),
          newTitle: optional(z.string()),
          newPriority: optional(word),
          oldStatus: optional(word),
          newStatus: optional(word),
        }),
      ),
    })
    .transform(({ type, createdAt, eventData }) => {
      return { ...eventData, type, atMs: Date.parse(createdAt) };
    }),
);
type Recorded = z.infer<typeof recordsSchema>[number];

function undoneBy({ task, savedMs, tookMs }: Sent, events: readonly Recorded[]): FieldChange[] {
  const recent = events.filter(({ atMs }) => Math.abs(atMs - savedMs) <= tookMs);
  const newest = (...types: string[]) => recent.find(({ type }) => types.includes(type));
  const person = newest("assignee_changed", "unassigned");
  const due = newest("due_date_changed");
  const title = newest("title_changed")?.newTitle;
  const priority = newest("priority_changed")?.newPriority;
  // This may be recorded of the whole task, too: what it was before that was sent.
  const status = newest("status_changed");
  const isOurs = status?.newStatus === task.status && status.atMs >= savedMs;
  const lost = isOurs ? status.oldStatus : status?.newStatus;
  const { newAssigneeId: id, newAssignee: name = "" } = person ?? {};
  const changes = [
    person && changeAssignee(id === undefined ? null : { id, name }),
    due && changeDue(due.newDueDate ?? null),
    title && changeText("title", title),
    priority && changeText("priority", priority),
    lost && changeText("status", lost),
  ];
  return changes.flatMap((change) => (change && !change.isSo(task) ? [change] : []));
}

/** The failure of a task that Kaneo takes nowhere as a whole. Its due date alone may be set before its start. */
function unsendable({ key }: Task): KaneoMcpError {
  const why = `${key} starts after it is due, so Kaneo takes no other place or start of it.`;
  return new KaneoMcpError("conflict", why, {
    hint: `Correct start and due of ${key} with update_task, then call again.`,
  });
}

function isMoment(stored: string | undefined, wanted: string | null): boolean {
  if (stored === undefined || wanted === null) return stored === undefined && wanted === null;
  return Date.parse(stored) === Date.parse(wanted);
}

function moveTo(project: Project): Change {
  return {
    field: "project",
    isSo: (task) => task.projectId === project.id,
    // In its turn: what sends the whole task names the project that it was in, which Kaneo refuses behind a move.
    send: (kaneo, { task }) => kaneo.inTurn(task.id, () => move(kaneo, task, project)),
  };
}

async function move(kaneo: Kaneo, task: Task, project: Project): Promise<Task> {
  const { task: answer } = await kaneo.put(endpoint`/api/task/move/${task.id}`, movedTaskSchema, {
    destinationProjectId: project.id,
  });
  // A task fewer here and one more there: find.ts computes with these numbers.
  kaneo.forget(projectsOf(project.workspaceId));
  const row = await confirmed(answer, {
    what: task.key,
    done: `moved to ${project.slug}`,
    fields: { id: task.id, projectId: project.id },
    look: () => kaneo.get(endpoint`/api/task/${task.id}`, taskSchema),
  });
  const { number } = row;
  return { ...merge(task, row), projectId: project.id, number, key: `${project.slug}-${number}` };
}
