import { z } from "zod";
import { KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import type { Label, Member } from "../kaneo/schemas.ts";
import { type BulkOperation, findTasks, readAgain, sendBulk } from "../kaneo/task-bulk.ts";
import type { LocatedTask } from "../kaneo/task-finder.ts";
import { carriesLabel, type Task } from "../kaneo/tasks.ts";
import { renderDate } from "../text/dates.ts";
import { renderTaskLine } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { resolveArguments, resolveLabels } from "./task-input.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const input = z.object({
  tasks: z.array(fields.task).min(1).max(100),
  status: fields.status.optional(),
  priority: fields.priority.optional(),
  assignee: fields.assignee.optional(),
  due: fields.clearableDate.optional(),
  add_labels: fields.labels.optional(),
  remove_labels: fields.labels.optional(),
  dry_run: z.boolean().default(false),
});
type Arguments = z.output<typeof input>;

/** One field's new value for one task. */
interface Wish {
  field: string;
  /** Its place among the operations: what a role most likely forbids comes first, the status last. */
  rank: number;
  operation: BulkOperation["operation"];
  value: string | null;
  isSo(task: Task): boolean;
}

interface TaskWishes {
  located: LocatedTask;
  wishes: Wish[];
}

interface NotChanged {
  reference: string;
  reason: string;
}

interface MassUpdate {
  isDryRun: boolean;
  /** As the server has them now (before, in a dry run), with the fields that were (would be) changed. */
  changed: { task: Task; fields: string[] }[];
  notChanged: NotChanged[];
}

const updateTasks = defineTool({
  name: "update_tasks",
  toolset: "tasks",
  title: "Update several tasks",
  description:
    "Makes the same change to up to 100 named tasks and reports those not changed, with the reason; list_tasks gives the keys. dry_run only shows what would change.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input,
  example: { tasks: ["WEB-5", "WEB-7"], status: "done", add_labels: ["search"] },
  run: async (args, { kaneo, timeZone }): Promise<MassUpdate> => {
    const { tasks: references, dry_run, ...changes } = args;
    if (Object.values(changes).every((value) => value === undefined)) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const { found, missing } = await findAll(kaneo, references);
    const all = await Promise.all(
      found.map(async (located) => {
        const wishes = await wishesFor(kaneo, located, { ...args, timeZone });
        return { located, wishes: wishes.filter(({ isSo }) => !isSo(located.task)) };
      }),
    );
    const refused = all.flatMap((wanted) => reasonAgainst(wanted, timeZone));
    const wanted = all.filter((task) => reasonAgainst(task, timeZone).length === 0);
    const notChanged = [...missing, ...refused];
    if (!dry_run) return carryOut(kaneo, wanted, notChanged);
    const changed = wanted.map(({ located: { task }, wishes }) => ({
      task,
      fields: namesOf(wishes),
    }));
    return { isDryRun: true, changed, notChanged };
  },
  text: renderUpdate,
});

async function findAll(
  kaneo: Kaneo,
  references: string[],
): Promise<{ found: LocatedTask[]; missing: NotChanged[] }> {
  const found = new Map<string, LocatedTask>();
  const missing: NotChanged[] = [];
  for (const [index, finding] of (await findTasks(kaneo, references)).entries()) {
    if (finding instanceof KaneoMcpError) {
      missing.push({ reference: references[index] ?? "", reason: finding.message });
    } else found.set(finding.task.id, finding);
  }
  return { found: [...found.values()], missing };
}

/** Why a task is left as it is; nothing when it is to be changed. */
function reasonAgainst({ located: { task }, wishes }: TaskWishes, timeZone: string): NotChanged[] {
  if (wishes.length === 0) return [{ reference: task.key, reason: "it is so already" }];
  const due = wishes.find(({ field }) => field === "due")?.value;
  if (!due || task.start === undefined || task.start <= due) return [];
  const reason = `it starts ${renderDate(task.start, timeZone)}, after that due date; update_task can change both`;
  return [{ reference: task.key, reason }];
}

function namesOf(wishes: Wish[]): string[] {
  return wishes.map(({ field }) => field);
}

async function wishesFor(
  kaneo: Kaneo,
  { project, columns }: LocatedTask,
  { timeZone, ...args }: Arguments & { timeZone: string },
): Promise<Wish[]> {
  const [{ status, assignee, due }, added, removed] = await Promise.all([
    resolveArguments(kaneo, args, { project, columns, timeZone }),
    resolveLabels(kaneo, project, args.add_labels),
    resolveLabels(kaneo, project, args.remove_labels),
  ]);
  const { priority } = args;
  const wishes: (UnrankedWish | undefined)[] = [
    assignee === undefined ? undefined : assigneeWish(assignee),
    priority === undefined ? undefined : fieldWish("priority", priority),
    due === undefined ? undefined : dueWish(due),
    ...added.map(addWish),
    ...removed.map(removeWish),
    status === undefined ? undefined : fieldWish("status", status),
  ];
  return wishes.flatMap((wish, rank) => (wish === undefined ? [] : [{ ...wish, rank }]));
}

type UnrankedWish = Omit<Wish, "rank">;

function fieldWish(field: "priority" | "status", value: string): UnrankedWish {
  const operation = field === "status" ? "updateStatus" : "updatePriority";
  return { field, operation, value, isSo: (task) => task[field] === value };
}

function assigneeWish(member: Member | null): UnrankedWish {
  const value = member?.id ?? null;
  const isSo = (task: Task) => task.assignee?.id === member?.id;
  return { field: "assignee", operation: "updateAssignee", value, isSo };
}

function dueWish(due: string | null): UnrankedWish {
  const isSo = (task: Task) => task.due === (due ?? undefined);
  return { field: "due", operation: "updateDueDate", value: due, isSo };
}

function addWish({ id, name }: Label): UnrankedWish {
  const isSo = (task: Task) => carriesLabel(task, name);
  return { field: `label ${inline(name)}`, operation: "addLabel", value: id, isSo };
}

function removeWish({ id, name }: Label): UnrankedWish {
  const isSo = (task: Task) => !carriesLabel(task, name);
  return { field: `label ${inline(name)} (removed)`, operation: "removeLabel", value: id, isSo };
}

/** Sends the operations one by one, each for all its tasks, then reads what came of them. */
async function carryOut(
  kaneo: Kaneo,
  wanted: TaskWishes[],
  notChanged: NotChanged[],
): Promise<MassUpdate> {
  const failure = await sendAll(kaneo, operationsOf(wanted));
  const after = await readBack(kaneo, wanted);
  const update: MassUpdate = { isDryRun: false, changed: [], notChanged: [...notChanged] };
  for (const [index, { located, wishes }] of wanted.entries()) {
    const { key } = located.task;
    const now = after[index];
    if (now === undefined) {
      update.notChanged.push({ reference: key, reason: "it is gone" });
      continue;
    }
    const done = namesOf(wishes.filter(({ isSo }) => isSo(now.task)));
    const left = namesOf(wishes.filter(({ isSo }) => !isSo(now.task)));
    if (done.length > 0) update.changed.push({ task: now.task, fields: done });
    if (left.length > 0) {
      const reason = `${left.join(", ")}: ${failure ?? "Kaneo did not change it"}`;
      update.notChanged.push({ reference: key, reason });
    }
  }
  return update;
}

async function readBack(kaneo: Kaneo, wanted: TaskWishes[]): Promise<(LocatedTask | undefined)[]> {
  try {
    return await readAgain(
      kaneo,
      wanted.map(({ located }) => located),
    );
  } catch (error) {
    const why = `The changes were sent, but what came of them could not be read: ${reasonOf(error)}`;
    throw new KaneoMcpError("outcome_unknown", why, { cause: error });
  }
}

/** Gives the words of the failure that ended it early; a failure of the very first operation is thrown. */
async function sendAll(kaneo: Kaneo, operations: BulkOperation[]): Promise<string | undefined> {
  for (const [index, operation] of operations.entries()) {
    try {
      await sendBulk(kaneo, operation);
    } catch (error) {
      if (index === 0) throw error;
      return reasonOf(error);
    }
  }
  return undefined;
}

/** The same value for the same field of tasks of one workspace is one request. */
function operationsOf(wanted: TaskWishes[]): BulkOperation[] {
  const operations = new Map<string, { operation: BulkOperation; rank: number }>();
  for (const { located, wishes } of wanted) {
    for (const { operation, value, field, rank } of wishes) {
      const key = JSON.stringify([located.project.workspaceId, field, value]);
      const known = operations.get(key);
      const taskIds = [...(known?.operation.taskIds ?? []), located.task.id];
      operations.set(key, { operation: { operation, value, taskIds }, rank });
    }
  }
  return [...operations.values()].sort((a, b) => a.rank - b.rank).map(({ operation }) => operation);
}

function renderUpdate(
  { isDryRun, changed, notChanged }: MassUpdate,
  { timeZone }: ToolContext,
): string {
  const verb = isDryRun ? "Would change" : "Changed";
  const lines = changed.map(
    ({ task, fields }) => `${renderTaskLine(task, timeZone)}  (${fields.join(", ")})`,
  );
  const rest = notChanged.map(
    ({ reference, reason }) => `- ${inline(reference)}: ${inline(reason, 500)}`,
  );
  return [
    `${verb} ${count(changed.length, "task")}.`,
    ...lines,
    ...(rest.length === 0 ? [] : ["Not changed:", ...rest]),
  ].join("\n");
}

export const taskUpdateTools = [updateTasks];
