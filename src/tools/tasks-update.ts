import { z } from "zod";
import { type FailureKind, isFailure, KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { mapConcurrently } from "../kaneo/concurrency.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { fateOf, LASTING } from "../kaneo/outcomes.ts";
import { whole } from "../kaneo/schemas.ts";
import { findTasks, readAgain, splitKeys } from "../kaneo/task-bulk.ts";
import { type Change, changesOf } from "../kaneo/task-changes.ts";
import type { LocatedTask } from "../kaneo/task-finder.ts";
import type { Task } from "../kaneo/tasks.ts";
import { renderTaskLine } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { type ChangeArguments, reasonAgainstDates, resolveChanges } from "./task-input.ts";
import { defineTool, type ToolContext } from "./tool.ts";

/** A task and the changes named for it, also those that it has already. */
interface Wanted {
  located: LocatedTask;
  changes: Change[];
}

interface NotChanged {
  reference: string;
  reason: string;
  /** Of the failure; undefined where it is so already. */
  kind: FailureKind | undefined;
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
  input: z.object({
    tasks: z.array(fields.task).min(1).max(100),
    status: fields.status.optional(),
    priority: fields.priority.optional(),
    assignee: fields.assignee.optional(),
    due: fields.clearableDate.optional(),
    add_labels: fields.labels.optional(),
    remove_labels: fields.labels.optional(),
    dry_run: z.boolean().default(false),
  }),
  example: { tasks: ["WEB-5", "WEB-7"], status: "done", add_labels: ["search"] },
  run: async ({ tasks, dry_run, ...args }, context): Promise<MassUpdate> => {
    if (Object.values(args).every((value) => value === undefined)) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const { kaneo } = context;
    const { found, notChanged } = await findAll(kaneo, tasks);
    const plans = await Promise.all(found.map((located) => plan(located, args, context)));
    notChanged.push(...plans.filter((planned) => "reason" in planned));
    const wanted = plans.filter((planned) => "changes" in planned);
    if (!dry_run) return assertAny(await carryOut(kaneo, wanted, notChanged), context.timeZone);
    const changed = wanted.map(({ located: { task }, changes }) => ({
      task,
      fields: changes.filter(({ isSo }) => !isSo(task)).map(({ field }) => field),
    }));
    return { isDryRun: true, changed, notChanged };
  },
  text: (update, { timeZone }) => renderUpdate(update, timeZone),
});

/** @throws KaneoMcpError with the whole report when nothing was changed that should have been. */
function assertAny(update: MassUpdate, timeZone: string): MassUpdate {
  const kinds = update.notChanged.flatMap(({ kind }) => kind ?? []);
  const kind = kinds.find((one) => one === "outcome_unknown") ?? kinds[0];
  if (update.changed.length > 0 || kind === undefined) return update;
  throw new KaneoMcpError(kind, renderUpdate(update, timeZone));
}

async function findAll(
  kaneo: Kaneo,
  references: string[],
): Promise<{ found: LocatedTask[]; notChanged: NotChanged[] }> {
  const named = splitKeys(references);
  const found = new Map<string, LocatedTask>();
  const notChanged: NotChanged[] = [];
  for (const [index, finding] of (await findTasks(kaneo, named)).entries()) {
    if (finding instanceof KaneoMcpError) {
      const { kind, message } = finding;
      notChanged.push({ reference: named[index] ?? "", reason: message, kind });
    } else found.set(finding.task.id, finding);
  }
  return { found: [...found.values()], notChanged };
}

/** What is to be sent for a task, or why it is left as it is. */
async function plan(
  located: LocatedTask,
  args: ChangeArguments,
  context: ToolContext,
): Promise<Wanted | NotChanged> {
  const { task } = located;
  const wanted = await resolveChanges(context.kaneo, located, { ...args, calendar: context });
  const changes = changesOf(wanted);
  if (changes.every(({ isSo }) => isSo(task))) {
    return { reference: task.key, reason: "it is so already", kind: undefined };
  }
  const { start = task.start, due } = wanted;
  const against = reasonAgainstDates({ start, due }, context.timeZone);
  if (against === undefined) return { located, changes };
  const reason = `it ${against}; update_task can change both`;
  return { reference: task.key, reason, kind: "invalid_input" };
}

/** One field's change to tasks of one workspace. */
interface Operation {
  change: Change;
  tasks: LocatedTask[];
}

/** What failed, by task and field. */
type Failures = Map<string, KaneoMcpError>;

/** Sends the operations one by one, then reads what came of them. */
async function carryOut(
  kaneo: Kaneo,
  wanted: Wanted[],
  notChanged: NotChanged[],
): Promise<MassUpdate> {
  const failures = await sendAll(kaneo, operationsOf(wanted));
  const after = await readBack(kaneo, wanted, failures);
  const update: MassUpdate = { isDryRun: false, changed: [], notChanged: [...notChanged] };
  for (const [index, { located, changes }] of wanted.entries()) {
    const { key, id } = located.task;
    const now = after[index];
    if (now === undefined) {
      update.notChanged.push({ reference: key, reason: "it is gone", kind: "not_found" });
      continue;
    }
    const sent = changes.filter(({ isSo }) => !isSo(located.task));
    const done = sent.filter(({ isSo }) => isSo(now.task)).map(({ field }) => field);
    if (done.length > 0) update.changed.push({ task: now.task, fields: done });
    for (const { field, isSo } of sent) {
      if (isSo(now.task)) continue;
      const failure = failures.get(`${id} ${field}`);
      const why =
        failure === undefined
          ? "Kaneo did not change it"
          : `${fateOf(failure)}: ${failure.message}`;
      const kind = failure?.kind ?? "unexpected";
      update.notChanged.push({ reference: key, reason: `${field}: ${why}`, kind });
    }
  }
  return update;
}

/** The same value for the same field of tasks of one workspace is one operation. */
function operationsOf(wanted: Wanted[]): Operation[] {
  const operations = new Map<string, Operation>();
  const most = Math.max(0, ...wanted.map(({ changes }) => changes.length));
  for (let rank = 0; rank < most; rank += 1) {
    for (const { located, changes } of wanted) {
      const change = changes[rank];
      if (change === undefined || change.isSo(located.task)) continue;
      const { field, bulk } = change;
      // Kaneo takes a label off by its name, which is in the field: any task's copy names it.
      const value = bulk?.operation === "removeLabel" ? "" : bulk?.value;
      const key = JSON.stringify([located.project.workspaceId, field, value]);
      const operation = operations.get(key) ?? { change, tasks: [] };
      operations.set(key, { change, tasks: [...operation.tasks, located] });
    }
  }
  return [...operations.values()];
}

/**
 * Sends until one fails in a way that concerns the rest.
 *
 * @throws KaneoMcpError when that was the first, and certainly changed nothing.
 */
async function sendAll(kaneo: Kaneo, operations: Operation[]): Promise<Failures> {
  const failures: Failures = new Map();
  let stopped = false;
  for (const [index, { change, tasks }] of operations.entries()) {
    const requests = change.bulk === undefined ? tasks.map((task) => [task]) : [tasks];
    await mapConcurrently(requests, REQUESTS_AT_ONCE, async (together) => {
      const error = stopped ? NOT_TRIED : await failureOf(sendOne(kaneo, change, together));
      if (error === undefined) return;
      stopped ||= change.bulk !== undefined || isFailure(error, ...LASTING);
      for (const { task } of together) failures.set(`${task.id} ${change.field}`, error);
    });
    const [first] = failures.values();
    if (index > 0 || first === undefined || !stopped) continue;
    const isCertain = [...failures.values()].every((error) => fateOf(error) !== "uncertain");
    if (isCertain && failures.size === tasks.length) throw nothingChanged(first, operations);
  }
  return failures;
}

const REQUESTS_AT_ONCE = 4;
const NOT_TRIED = new KaneoMcpError("out_of_time", "a request before it failed.");

const bulkSchema = z.object({ updatedCount: whole });

/** Kaneo skips unknown tasks silently, so what came of it has to be read. */
async function sendOne(kaneo: Kaneo, { bulk, send }: Change, tasks: LocatedTask[]): Promise<void> {
  if (bulk === undefined) for (const located of tasks) await send(kaneo, located);
  else {
    const taskIds = tasks.map(({ task }) => task.id);
    await kaneo.patch(endpoint`/api/task/bulk`, bulkSchema, { ...bulk, taskIds });
  }
}

async function failureOf(sending: Promise<void>): Promise<KaneoMcpError | undefined> {
  try {
    await sending;
    return undefined;
  } catch (error) {
    if (error instanceof KaneoMcpError && error.kind !== "cancelled") return error;
    throw error;
  }
}

function nothingChanged(first: KaneoMcpError, [failed, ...rest]: Operation[]): KaneoMcpError {
  const untried = [...new Set(rest.map(({ change }) => change.field))];
  const left = untried.length === 0 ? "" : ` Not tried: ${untried.join(", ")}.`;
  const message = `${failed?.change.field}: ${first.message} Nothing was changed.${left}`;
  const { kind, hint } = first;
  return new KaneoMcpError(kind, message, { cause: first, ...(hint !== undefined && { hint }) });
}

async function readBack(
  kaneo: Kaneo,
  wanted: Wanted[],
  failures: Failures,
): Promise<(LocatedTask | undefined)[]> {
  const placed = wanted.map(({ located }) => located);
  return readAgain(kaneo, placed).catch((error: unknown) => {
    const named = wanted.flatMap(({ located: { task }, changes }) =>
      changes.map(({ field }) => {
        const failure = failures.get(`${task.id} ${field}`);
        return `${field} ${failure === undefined ? "sent" : fateOf(failure)}`;
      }),
    );
    const why = `The changes were sent (${[...new Set(named)].join(", ")}), but what came of them could not be read: ${reasonOf(error)}`;
    throw new KaneoMcpError("outcome_unknown", why, { cause: error });
  });
}

function renderUpdate({ isDryRun, changed, notChanged }: MassUpdate, timeZone: string): string {
  const uncertain = notChanged.filter(({ kind }) => kind === "outcome_unknown").length;
  const confirmed = uncertain > 0 && changed.length === 0 ? "0 confirmed" : undefined;
  const verb = isDryRun ? "Would change" : "Changed";
  const look = uncertain === 0 ? "" : `, ${uncertain} uncertain: look before repeating`;
  const lines = changed.map(
    ({ task, fields }) => `${renderTaskLine(task, timeZone)}  (${fields.join(", ")})`,
  );
  const rest = notChanged.map(
    ({ reference, reason }) => `- ${inline(reference)}: ${inline(reason, 500)}`,
  );
  return [
    `${confirmed ?? `${verb} ${count(changed.length, "task")}`}${look}.`,
    ...lines,
    ...(rest.length === 0 ? [] : [uncertain === 0 ? "Not changed:" : "Not confirmed:", ...rest]),
  ].join("\n");
}

export const taskUpdateTools = [updateTasks];
