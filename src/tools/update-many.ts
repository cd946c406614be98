import { z } from "zod";
import { type FailureKind, isFailure, KaneoMcpError } from "../errors.ts";
import { readBack, sendAll, type Wanted } from "../kaneo/changes/mass-changes.ts";
import { type Change, changesOf } from "../kaneo/changes/task-changes.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { findTasks, splitKeys } from "../kaneo/many-tasks.ts";
import { oneLine } from "../kaneo/matching.ts";
import { fateOf, LASTING } from "../kaneo/outcomes.ts";
import type { LocatedTask } from "../kaneo/task-finder.ts";
import type { Task } from "../kaneo/tasks.ts";
import { type Difference, renderDifference, renderMade } from "../text/task-changes.ts";
import { count, stacked } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { type ChangeArguments, reasonAgainstDates, resolveChanges } from "./task-input.ts";
import { tellFreed } from "./task-update.ts";
import { defineTool, foundBy, type ToolContext } from "./tool.ts";

interface NotChanged {
  reference: string;
  reason: string;
  /** Of the failure; undefined where it is so already. What may have been saved all the same is "outcome_unknown". */
  kind: FailureKind | undefined;
}

interface MassUpdate {
  isDryRun: boolean;
  /** What became, or would become, of each task. */
  changed: { located: LocatedTask; now: Task; differences: Difference[] }[];
  notChanged: NotChanged[];
  /** What else there is to say. */
  freed: string[];
}

/** What can be changed of many tasks, as update_task describes it. */
const changeFields = {
  status: fields.text.optional(),
  priority: fields.priority.optional(),
  assignee: fields.text.optional(),
  due: fields.text.optional(),
  add_labels: fields.names.optional(),
  remove_labels: fields.names.optional(),
  comment: fields.text.optional(),
};

const ownChange = z.object({
  task: fields.text,
  title: fields.text.optional(),
  start: fields.text.optional(),
  ...changeFields,
});

const MOST_TASKS = 100;

const updateTasks = defineTool({
  name: "update_tasks",
  toolset: "tasks",
  title: "Update several tasks",
  description:
    "Changes up to 100 tasks alike (tasks with fields as in update_task), or up to 50 each in its own way (changes). Shows old → new and those not changed, with the reason. dry_run only shows.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  _meta: foundBy("bulk, many tasks at once, close, move, assign, triage, reschedule"),
  input: z.object({
    tasks: fields.names.max(MOST_TASKS).optional(),
    ...changeFields,
    changes: z.array(ownChange).min(1).max(50).optional(),
    dry_run: z.boolean().default(false),
  }),
  example: {
    changes: [
      { task: "WEB-5", status: "done", add_labels: ["search"], comment: "Fresh comment" },
      { task: "WEB-7", status: "done", title: "Changed task", start: "2026-09-01" },
    ],
  },
  run: async ({ tasks, changes, dry_run, ...same }, context): Promise<MassUpdate> => {
    const asked = askedOf({ tasks, changes, same });
    const { plans, notChanged } = await planAll(asked, context, { isAlike: tasks !== undefined });
    if (dry_run) {
      const changed = plans.map(({ located, changes }) => preview(located, changes));
      return { isDryRun: true, changed, notChanged, freed: [] };
    }
    return assertAny(await carryOut(context.kaneo, plans, notChanged), context.timeZone);
  },
  text: (update, { timeZone }) => renderUpdate(update, timeZone),
});

/** What is asked for one task. */
interface Asked {
  reference: string;
  args: ChangeArguments;
}

type Arguments = {
  tasks: string[] | undefined;
  changes: z.output<typeof ownChange>[] | undefined;
  same: ChangeArguments;
};

function askedOf({ tasks, changes, same }: Arguments): Asked[] {
  const isNothing = (args: object) => Object.values(args).every((value) => value === undefined);
  if ((tasks === undefined) === (changes === undefined) || (changes && !isNothing(same))) {
    throw new KaneoMcpError("invalid_input", "Give either tasks with fields, or changes alone.", {
      hint: "tasks get the same change; each item of changes names a task and its own fields.",
    });
  }
  const asked =
    changes?.map(({ task: reference, ...args }) => ({ reference, args })) ??
    splitKeys(tasks ?? [], MOST_TASKS).map((reference) => ({ reference, args: same }));
  const empty = asked.find(({ args }) => isNothing(args));
  if (empty === undefined) return asked;
  const where = changes === undefined ? "" : ` of ${oneLine(empty.reference, 60)}`;
  const message = `Nothing to change${where}: name at least one field.`;
  throw new KaneoMcpError("invalid_input", message);
}

/** The task as it would be; only some changes can tell. */
function preview(located: LocatedTask, changes: Change[]): MassUpdate["changed"][number] {
  const { task } = located;
  const differences = changes
    .filter(({ isSo }) => !isSo(task))
    .map((change) => ({ change, before: task, after: change.apply?.(task) ?? task }));
  return { located, now: task, differences };
}

/** @throws KaneoMcpError with the whole report when nothing was changed that should have been. */
function assertAny(update: MassUpdate, timeZone: string): MassUpdate {
  const kinds = update.notChanged.flatMap(({ kind }) => kind ?? []);
  const kind = kinds.find((one) => one === "outcome_unknown") ?? kinds[0];
  if (update.changed.length > 0 || kind === undefined) return update;
  throw new KaneoMcpError(kind, renderUpdate(update, timeZone));
}

async function planAll(
  asked: Asked[],
  context: ToolContext,
  { isAlike }: { isAlike: boolean },
): Promise<{ plans: Wanted[]; notChanged: NotChanged[] }> {
  const found = new Map<string, { located: LocatedTask; args: ChangeArguments }>();
  const notChanged: NotChanged[] = [];
  const references = asked.map(({ reference }) => reference);
  for (const [index, finding] of (await findTasks(context.kaneo, references)).entries()) {
    const { reference = "", args = {} } = asked[index] ?? {};
    if (finding instanceof KaneoMcpError) {
      notChanged.push({ reference, reason: finding.message, kind: finding.kind });
    } else if (!found.has(finding.task.id)) {
      found.set(finding.task.id, { located: finding, args });
    } else if (!isAlike) {
      const reason = "it is named twice; only the first change counts";
      notChanged.push({ reference, reason, kind: "invalid_input" });
    }
  }
  const plans = await Promise.all(
    [...found.values()].map(({ located, args }) =>
      plan(located, args, context).catch((error: unknown) => {
        // What is wrong with the one change of all is wrong with the call.
        const isGeneral = isAlike || isFailure(error, ...LASTING, "cancelled");
        if (isGeneral || !(error instanceof KaneoMcpError)) throw error;
        return { reference: located.task.key, reason: error.message, kind: error.kind };
      }),
    ),
  );
  return {
    plans: plans.filter((planned) => "changes" in planned),
    notChanged: [...notChanged, ...plans.filter((planned) => "reason" in planned)],
  };
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
  const namesDates = wanted.start !== undefined || wanted.due !== undefined;
  const { start = task.start, due = task.due } = wanted;
  const against = namesDates ? reasonAgainstDates({ start, due }, context.timeZone) : undefined;
  if (against === undefined) return { located, changes };
  const reason = `it ${against}; update_task can change both`;
  return { reference: task.key, reason, kind: "invalid_input" };
}

/** Sends the operations one by one, then reads what came of them. */
async function carryOut(
  kaneo: Kaneo,
  wanted: Wanted[],
  notChanged: NotChanged[],
): Promise<MassUpdate> {
  const sent = new Map(wanted.map(({ located, changes }) => [located, unmet(located, changes)]));
  const failures = await sendAll(kaneo, wanted);
  const after = await readBack(kaneo, wanted, failures);
  const update: MassUpdate = {
    isDryRun: false,
    changed: [],
    notChanged: [...notChanged],
    freed: [],
  };
  for (const [index, { located }] of wanted.entries()) {
    const { key, id } = located.task;
    const now = after[index]?.task;
    if (now === undefined) {
      update.notChanged.push({ reference: key, reason: "it is gone", kind: "not_found" });
      continue;
    }
    const steps = sent.get(located) ?? [];
    const differences = steps
      .filter(({ isSo }) => isSo(now))
      .map((change) => ({ change, before: located.task, after: now }));
    if (differences.length > 0) update.changed.push({ located, now, differences });
    for (const { field, isSo } of steps) {
      if (isSo(now)) continue;
      update.notChanged.push({ reference: key, ...whyNot(field, failures.get(`${id} ${field}`)) });
    }
  }
  return { ...update, freed: await tellFreed(kaneo, update.changed) };
}

function whyNot(field: string, failure: KaneoMcpError | undefined): Omit<NotChanged, "reference"> {
  if (failure === undefined)
    return { reason: `${field}: Kaneo did not change it`, kind: "conflict" };
  const fate = fateOf(failure);
  const kind = fate === "uncertain" ? "outcome_unknown" : failure.kind;
  return { reason: `${field}: ${fate}: ${failure.message}`, kind };
}

/** The changes that a task, as it is, does not show yet. */
function unmet({ task }: LocatedTask, changes: Change[]): Change[] {
  return changes.filter(({ isSo }) => !isSo(task));
}

function renderUpdate(update: MassUpdate, timeZone: string): string {
  const { isDryRun, changed, notChanged, freed } = update;
  const uncertain = notChanged.filter(({ kind }) => kind === "outcome_unknown").length;
  const confirmed = uncertain > 0 && changed.length === 0 ? "0 confirmed" : undefined;
  const verb = isDryRun ? "Would change" : "Changed";
  const look = uncertain === 0 ? "" : `, ${uncertain} uncertain: look before repeating`;
  // One line for all tasks of which the same became.
  const lines = new Map<string, string[]>();
  for (const { located, differences } of changed) {
    for (const difference of differences) {
      const line = renderDifference(difference, timeZone);
      const key = `${inline(located.task.key, 60)}${renderMade(difference)}`;
      lines.set(line, [...(lines.get(line) ?? []), key]);
    }
  }
  const rest = notChanged.map(
    ({ reference, reason }) => `- ${inline(reference)}: ${inline(reason, 500)}`,
  );
  return stacked([
    `${confirmed ?? `${verb} ${count(changed.length, "task")}`}${look}.`,
    ...[...lines].map(([line, keys]) => `${line}: ${keys.join(", ")}`),
    ...freed,
    rest.length > 0 && (uncertain === 0 ? "Not changed:" : "Not confirmed:"),
    ...rest,
  ]);
}

export const taskUpdateTools = [updateTasks];
