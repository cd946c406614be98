import { z } from "zod";
import { isFailure, KaneoMcpError } from "../../errors.ts";
import { mapConcurrently, TASKS_AT_ONCE } from "../../kaneo/api/concurrency.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import {
  assertAnyDone,
  fateOf,
  GENERAL,
  LASTING,
  type Stop,
  tolerable,
} from "../../kaneo/api/outcomes.ts";
import { type Applied, applyChanges, type Difference } from "../../kaneo/tasks/apply-changes.ts";
import { type Change, changesOf, type TaskChanges } from "../../kaneo/tasks/changes.ts";
import type { LocatedTask } from "../../kaneo/tasks/find.ts";
import { findTasks, splitKeys } from "../../kaneo/tasks/find-many.ts";
import type { Task } from "../../kaneo/tasks/task.ts";
import { renderChanges } from "../../text/task-changes.ts";
import { renderPastDue } from "../../text/task-line.ts";
import { count, grouped, inPart, limitAnswer, MOST_CHARACTERS, stacked } from "../../text/text.ts";
import { inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { findNamed, type LinkTo, linksIn } from "../relations.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { type ChangeArguments, reasonAgainstDates, resolveChanges } from "./task-arguments.ts";
import { newDue, tellClosed } from "./update-task.ts";

interface NotChanged {
  reference: string;
  /** Undefined where it is so already. */
  failure: KaneoMcpError | undefined;
}

interface MassUpdate {
  isDryRun: boolean;
  total: number;
  changed: {
    located: LocatedTask;
    now: Task;
    differences: Difference[];
    /** The named fields that already had their value, which who undoes it must not touch. */
    unchanged: string[];
  }[];
  notChanged: NotChanged[];
  closed: string[];
}

/** What can be changed of many tasks, as update_task describes it. */
const { start, ...sharedFields } = fields.ofTask;
const changeFields = {
  ...sharedFields,
  add_labels: fields.names.optional(),
  remove_labels: fields.names.optional(),
  comment: fields.prose.optional(),
};

const ownChange = z.object({
  task: fields.text,
  title: fields.text.optional(),
  start,
  parent: fields.text.optional(),
  blocked_by: fields.names.optional(),
  ...changeFields,
});

const MOST_TASKS = 100;

export const updateTasks = defineTool({
  name: "update_tasks",
  toolset: "tasks",
  title: "Update several tasks",
  description:
    "Changes several tasks alike (tasks and fields as in update_task), or each in its own way (changes). find and replace change every place, in titles too. Shows old → new, or why not. dry_run only shows.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  // A shift moves what it moved once more, what find fitted may fit again, and a comment is there twice.
  doubles: ({ shift, find, comment, changes = [] }) =>
    [shift, find, comment, ...changes.map((one) => one.comment)].some((one) => one !== undefined),
  foundBy: "bulk, many tasks at once, close, move, assign, triage, reschedule",
  input: z.object({
    tasks: fields.names.max(MOST_TASKS).optional(),
    ...changeFields,
    ...fields.replacing,
    project: fields.text.describe("To move them to").optional(),
    shift: fields.text.describe("Moves their dates: 1 week, -3d").optional(),
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
    const { kaneo, timeZone } = context;
    const isAlike = tasks !== undefined;
    const stop = { deadline: kaneo.startedAt + MOST_MS, kinds: isAlike ? GENERAL : LASTING };
    const { plans, notChanged } = await planAll(askedOf(tasks, changes, same), context, isAlike);
    if (dry_run) {
      const changed = plans.map(({ located, wanted }) => preview(located, changesOf(wanted)));
      const total = changed.length + notChanged.length;
      return { isDryRun: true, total, changed, notChanged, closed: [] };
    }
    const update = await carryOut(kaneo, plans, { notChanged, stop });
    const failures = update.notChanged.flatMap(({ failure }) => failure ?? []);
    assertAnyDone([...update.changed, ...failures], () => renderUpdate(update, timeZone));
    return update;
  },
  text: (update, calendar) => {
    const due = update.changed.flatMap(({ now, differences }) => newDue(now, differences));
    return stacked([renderUpdate(update, calendar.timeZone), renderPastDue(due, calendar)]);
  },
});

interface Asked {
  reference: string;
  args: ChangeArguments;
}

function askedOf(
  tasks: string[] | undefined,
  changes: z.output<typeof ownChange>[] | undefined,
  same: ChangeArguments,
): Asked[] {
  if ((tasks === undefined) === (changes === undefined) || (changes && fields.isAnyGiven(same))) {
    throw new KaneoMcpError("invalid_input", "Give either tasks with fields, or changes alone.", {
      hint: "tasks get the same change; each item of changes names a task and its own fields.",
    });
  }
  if (changes === undefined) {
    fields.assertAnyGiven(same);
    return splitKeys(tasks ?? [], MOST_TASKS).map((reference) => ({ reference, args: same }));
  }
  return changes.map(({ task: reference, ...args }) => {
    fields.assertAnyGiven(args, ` of ${inline(reference, 60)}`);
    return { reference, args };
  });
}

/** The task as it would be; only some changes can tell. */
function preview(located: LocatedTask, changes: Change[]): MassUpdate["changed"][number] {
  const { task } = located;
  const differences = changes
    .filter(({ isSo }) => !isSo(task))
    .map(({ field, told, apply }) => {
      return { field, told, before: task, after: apply?.(task) ?? task };
    });
  const unchanged = changes.filter(({ isSo }) => isSo(task)).map(({ field }) => field);
  return { located, now: task, differences, unchanged };
}

type Planned = { located: LocatedTask; wanted: TaskChanges };

async function planAll(asked: Asked[], context: ToolContext, isAlike: boolean) {
  const found = new Map<string, { located: LocatedTask; args: ChangeArguments }>();
  const notChanged: NotChanged[] = [];
  const references = asked.map(({ reference }) => reference);
  for (const [index, finding] of (await findTasks(context.kaneo, references)).entries()) {
    const { reference = "", args = {} } = asked[index] ?? {};
    if (finding instanceof KaneoMcpError) {
      notChanged.push({ reference, failure: finding });
    } else if (!found.has(finding.task.id)) {
      found.set(finding.task.id, { located: finding, args });
    } else if (!isAlike) {
      const reason = "it is named twice; only the first change counts";
      notChanged.push({ reference, failure: new KaneoMcpError("invalid_input", reason) });
    }
  }
  const named = asked.flatMap(({ args }) => linksIn(args));
  const linkTo = await findNamed(context.kaneo, named);
  const planOne = (one: Pick<Asked, "args"> & { located: LocatedTask }) =>
    plan(one, linkTo, context).catch((error: unknown) => {
      // What is wrong with the one change of all is wrong with the call, but for what a task does not allow.
      if (isAlike ? !isFailure(error, "conflict") : isFailure(error, ...LASTING)) throw error;
      return { reference: one.located.task.key, failure: tolerable(error) };
    });
  const plans = await mapConcurrently([...found.values()], planOne, TASKS_AT_ONCE);
  return {
    plans: plans.filter((planned) => "wanted" in planned),
    notChanged: [...notChanged, ...plans.filter((planned) => "reference" in planned)],
  };
}

/** What is to be sent for a task, or why it is left as it is. */
async function plan(
  { located, args }: Pick<Asked, "args"> & { located: LocatedTask },
  linkTo: LinkTo,
  context: ToolContext,
): Promise<Planned | NotChanged> {
  const { task } = located;
  const left = (why?: string): NotChanged => {
    const failure = why === undefined ? undefined : new KaneoMcpError("invalid_input", why);
    return { reference: task.key, failure };
  };
  if (args.shift !== undefined && task.start === undefined && task.due === undefined)
    return left(`it has neither start nor due date${without(args, "shift")}`);
  if (![task.title, task.description].some((text) => text.includes(args.find ?? "")))
    return left(
      `there is nothing to replace in its title or description${without(args, "find", "replace")}`,
    );
  const given = { ...args, everywhere: true, calendar: context, linkTo };
  const wanted = await resolveChanges(context.kaneo, located, given);
  if (wanted.title?.trim() === "") return left("nothing would be left of its title");
  if (changesOf(wanted).every(({ isSo }) => isSo(task))) return left();
  const against = reasonAgainstDates(wanted, context.timeZone, task);
  return against === undefined ? { located, wanted } : left(`it ${against}; changes takes both`);
}

/** `; status, assignee not changed either`: what was asked for besides `names`. */
function without(args: ChangeArguments, ...names: (keyof ChangeArguments)[]): string {
  const others = fields.namesGiven(args).filter((name) => !names.some((one) => one === name));
  return others.length === 0 ? "" : `; ${others.join(", ")} not changed either`;
}

/** No change is begun after that, so that nothing is under way, and then uncertain, when the time of the call ends. */
const MOST_MS = 18_000;

async function carryOut(
  kaneo: Kaneo,
  plans: readonly Planned[],
  { notChanged, stop }: { notChanged: NotChanged[]; stop: Stop },
): Promise<MassUpdate> {
  // A role is that of one workspace.
  const stops = new Map(plans.map(({ located }) => [located.project.workspaceId, { ...stop }]));
  const send = async ({ located, wanted }: Planned) => {
    const stop = stops.get(located.project.workspaceId);
    const applied = await applyChanges(kaneo, located, { wanted, stop });
    const { task: now, changed: differences, unchanged, failed } = applied;
    return { located, now, differences, unchanged, failed };
  };
  // What moves keeps its order, and on an older Kaneo has a number of its own.
  const atOnce = plans.some(({ wanted }) => wanted.project) ? 1 : TASKS_AT_ONCE;
  const applied = await mapConcurrently(plans, send, atOnce);
  const changed = applied.filter(({ differences }) => differences.length > 0);
  const failures = applied.flatMap(({ located: { task }, differences, failed }) => {
    if (failed === undefined && differences.length > 0) return [];
    return { reference: task.key, failure: failed && whyNot(failed) };
  });
  const total = plans.length + notChanged.length;
  const closed = await tellClosed(kaneo, changed);
  return { isDryRun: false, total, changed, notChanged: [...notChanged, ...failures], closed };
}

/** @throws KaneoMcpError when the call was cancelled. */
function whyNot({ change, error, left }: NonNullable<Applied["failed"]>): KaneoMcpError {
  const fate = fateOf(error);
  const untried =
    left.length === 0 ? "" : ` Not tried: ${left.map(({ field }) => field).join(", ")}.`;
  const told = `${change.field}: ${fate}: ${tolerable(error).message}${untried}`;
  return new KaneoMcpError(fate === "uncertain" ? "outcome_unknown" : error.kind, told);
}

function renderUpdate(update: MassUpdate, timeZone: string): string {
  const { isDryRun, total, changed, notChanged, closed } = update;
  const uncertain = notChanged.filter((one) => isFailure(one.failure, "outcome_unknown")).length;
  const confirmed = uncertain > 0 && changed.length === 0 ? "0 confirmed" : undefined;
  const verb = isDryRun ? "Would change" : "Changed";
  const some = changed.length < total ? `${changed.length} of ` : "";
  const partly = changed.length + notChanged.length - total;
  const done = `${verb} ${some}${count(total, "task")}${inPart(partly)}`;
  const look = uncertain === 0 ? "" : `, ${uncertain} uncertain: look before repeating`;
  const end = stacked([
    ...closed,
    notChanged.length > 0 && (uncertain === 0 ? "Not changed:" : "Not confirmed:"),
    limitAnswer(renderReasons(notChanged).join("\n"), ROOM / 2, ""),
  ]);
  return stacked([
    `${confirmed ?? done}${look}.`,
    limitAnswer(renderChanges(changed, timeZone).join("\n"), Math.max(ROOM - end.length, ROOM / 2)),
    end,
  ]);
}

/** What was changed is cut before what was not: of that nobody else tells. */
const ROOM = MOST_CHARACTERS - 1_000;

function renderReasons(notChanged: readonly NotChanged[]): string[] {
  const reasons = grouped(notChanged, ({ failure }) => {
    const reason = failure?.message ?? "it is so already";
    return [reason, inline(reason, 500)];
  });
  return reasons.map(({ name, members }) => {
    return `- ${members.map(({ reference }) => inline(reference)).join(", ")}: ${name}`;
  });
}
