import { z } from "zod";
import { type FailureKind, isFailure, KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { mapConcurrently } from "../kaneo/concurrency.ts";
import { fateOf, LASTING, type Stop } from "../kaneo/outcomes.ts";
import { findProject } from "../kaneo/references.ts";
import type { Project } from "../kaneo/schemas.ts";
import { findTasks } from "../kaneo/task-bulk.ts";
import {
  type CreatedTask,
  complete,
  createBareTask,
  type NewTask,
} from "../kaneo/task-creation.ts";
import type { PlacedTask } from "../kaneo/task-finder.ts";
import { renderCreated } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { assertCanBeParent, newTaskFields, resolveNewTask } from "./task-write.ts";
import { defineTool, type ToolContext } from "./tool.ts";

/** Failures that every further item would meet too; what a role forbids, it forbids for the whole project. */
const GENERAL: FailureKind[] = [...LASTING, "forbidden"];

/**
 * Nothing is begun after this time, so that nothing is in flight, and then uncertain, when the time of the whole call
 * ends. The rest is for labels and parents.
 */
const MOST_CREATING_MS = 15_000;
const MOST_MS = 20_000;

/** How many tasks get their labels and parents at the same time. */
const AT_ONCE = 4;

const item = z.object({
  ...newTaskFields,
  parent: fields.text.describe("Key, id or URL, or #3 for the third task of this call").optional(),
});
type Item = z.output<typeof item>;

type Parents = Map<string, PlacedTask | KaneoMcpError>;

/** What became of one item. */
type Outcome =
  | { created: CreatedTask }
  | { planned: NewTask; parent: string | undefined }
  | { failure: KaneoMcpError };

interface Batch {
  isDryRun: boolean;
  outcomes: Outcome[];
  project: Project;
}

const createTasks = defineTool({
  name: "create_tasks",
  toolset: "tasks",
  title: "Create several tasks",
  description:
    "Creates up to 50 tasks in one project, in the given order, also subtasks of each other. One that fails does not stop the others; the answer has a line for each. dry_run only checks and creates nothing.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    project: fields.projectOrDefault,
    workspace: fields.workspace.optional(),
    tasks: z.array(item).min(1).max(50),
    dry_run: z.boolean().default(false),
  }),
  example: {
    project: "WEB",
    tasks: [{ title: "Fresh one" }, { title: "Fresh two", parent: "#1", labels: ["bug"] }],
  },
  run: async ({ project: reference, workspace, tasks: items, dry_run }, context) => {
    const { kaneo, timeZone } = context;
    const project = await findProject(kaneo, { project: reference, workspace });
    const parents = await findParents(kaneo, items);
    const plans = await Promise.all(
      items.map((wanted, index) =>
        plan({ wanted, index, total: items.length, parents }, project, context),
      ),
    );
    if (dry_run) return { isDryRun: true, outcomes: plans, project };
    const startedAt = kaneo.elapsed();
    const created = await createAll(kaneo, plans, { deadline: startedAt + MOST_CREATING_MS });
    const stop = { deadline: startedAt + MOST_MS };
    const outcomes = await completeAll(kaneo, { outcomes: created, plans, parents }, stop);
    return assertAny({ isDryRun: false, outcomes, project }, timeZone);
  },
  text: (batch, { timeZone }) => renderBatch(batch, timeZone),
});

/** The tasks that exist already and are named as parents, by reference. */
async function findParents(kaneo: Kaneo, items: Item[]): Promise<Parents> {
  const references = items.flatMap(({ parent }) => parent ?? []);
  const named = [...new Set(references.filter((reference) => numberOf(reference) === undefined))];
  const found = await findTasks(kaneo, named);
  return new Map(found.map((finding, index) => [named[index] ?? "", finding]));
}

/** 3 for `#3`; undefined for anything else. */
function numberOf(reference: string): number | undefined {
  const [, digits] = /^#(\d+)$/.exec(reference) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

async function plan(
  {
    wanted,
    index,
    total,
    parents,
  }: { wanted: Item; index: number; total: number; parents: Parents },
  project: Project,
  context: ToolContext,
): Promise<Outcome> {
  const { parent = "", ...args } = wanted;
  const known = parents.get(parent);
  const number = numberOf(parent);
  try {
    if (known instanceof KaneoMcpError) {
      throw new KaneoMcpError(known.kind, `parent: ${known.message}`);
    }
    if (number !== undefined && (number < 1 || number > total || number === index + 1)) {
      const message = `parent ${parent} is not another one of these ${total} tasks.`;
      throw new KaneoMcpError("invalid_input", message);
    }
    if (known !== undefined) assertCanBeParent(known, project);
    const planned = await resolveNewTask(context.kaneo, args, { project, calendar: context });
    return { planned, parent: wanted.parent };
  } catch (error) {
    if (!(error instanceof KaneoMcpError) || isFailure(error, ...GENERAL, "cancelled")) throw error;
    return { failure: error };
  }
}

/**
 * One after the other, since Kaneo would give tasks that are created at once numbers in any order and the same place on
 * the board (Kaneo create-task.ts: the last position is read before the task is written).
 */
async function createAll(kaneo: Kaneo, plans: readonly Outcome[], stop: Stop): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let hasTried = false;
  for (const plan of plans) {
    if (kaneo.elapsed() > stop.deadline)
      stop.reason ??= "Kaneo answers slowly; call again for these";
    if (!("planned" in plan)) outcomes.push(plan);
    else if (stop.reason !== undefined) {
      outcomes.push({ failure: new KaneoMcpError("out_of_time", `${stop.reason}.`) });
    } else {
      try {
        outcomes.push({ created: await createBareTask(kaneo, plan.planned) });
      } catch (error) {
        const isGeneral = isFailure(error, ...GENERAL);
        // What was tried before may have been saved, even where its answer was lost, and must be told.
        if (!(error instanceof KaneoMcpError) || (isGeneral && !hasTried)) throw error;
        outcomes.push({ failure: error });
        if (isGeneral) stop.reason = "one before it failed for a reason that concerns all";
      }
      hasTried = true;
    }
  }
  return outcomes;
}

/** Labels and parents, which do not meet. They come last, since an item may name a parent that stands behind it. */
function completeAll(
  kaneo: Kaneo,
  { outcomes, plans, parents }: { outcomes: Outcome[]; plans: Outcome[]; parents: Parents },
  stop: Stop,
): Promise<Outcome[]> {
  return mapConcurrently(outcomes, AT_ONCE, async (outcome, index) => {
    const plan = plans[index];
    if (!("created" in outcome) || plan === undefined || !("planned" in plan)) return outcome;
    const { planned, parent: reference = "" } = plan;
    const number = numberOf(reference);
    const above = number === undefined ? undefined : outcomes[number - 1];
    const known = parents.get(reference);
    const existing = known instanceof KaneoMcpError ? undefined : known;
    const parent = above !== undefined && "created" in above ? above.created : existing;
    const created = await complete(kaneo, outcome.created, {
      labels: planned.labels,
      parent,
      stop,
    });
    if (above !== undefined && "failure" in above) {
      const isUncertain = fateOf(above.failure) === "uncertain";
      const why = isUncertain ? "may or may not have been created" : "was not created";
      created.problems.push(`no subtask: its parent ${reference} ${why}`);
    }
    return { created };
  });
}

/** @throws KaneoMcpError with the whole report when not one task was created for certain. */
function assertAny(batch: Batch, timeZone: string): Batch {
  const failures = batch.outcomes.flatMap((outcome) =>
    "failure" in outcome ? outcome.failure : [],
  );
  const worst = failures.find((failure) => fateOf(failure) === "uncertain") ?? failures[0];
  if (worst === undefined || failures.length < batch.outcomes.length) return batch;
  const kind = fateOf(worst) === "uncertain" ? "outcome_unknown" : worst.kind;
  throw new KaneoMcpError(kind, renderBatch(batch, timeZone));
}

function renderBatch({ isDryRun, outcomes, project }: Batch, timeZone: string): string {
  const fates = outcomes.map((outcome) =>
    "failure" in outcome ? fateOf(outcome.failure) : "done",
  );
  const [done = 0, uncertain = 0] = ["done", "uncertain"].map(
    (fate) => fates.filter((one) => one === fate).length,
  );
  const isIncomplete = outcomes.some(
    (outcome) => "created" in outcome && outcome.created.problems.length > 0,
  );
  const where = `in ${inline(project.name, 60)}`;
  const all = count(outcomes.length, "task");
  const head = isDryRun
    ? `Checked, nothing created: ${done} of ${all} can be created ${where}.`
    : uncertain > 0
      ? `${done === 0 ? "0 confirmed" : `${done} created`}, ${uncertain} uncertain ${where}: look at ${inline(project.slug, 60)} before repeating.`
      : `Created ${done} of ${all} ${where}.`;
  return [
    head,
    ...outcomes.map((outcome, index) => `${index + 1}. ${renderOutcome(outcome, timeZone)}`),
    ...(isIncomplete ? ["Labels can be added with update_task, parents with link_tasks."] : []),
  ].join("\n");
}

function renderOutcome(outcome: Outcome, timeZone: string): string {
  if ("failure" in outcome) return `${fateOf(outcome.failure)}: ${reasonOf(outcome.failure)}`;
  if ("planned" in outcome) {
    const { status, title } = outcome.planned;
    return `${status}  ${inline(title)}${outcome.parent === undefined ? "" : `  (subtask of ${inline(outcome.parent)})`}`;
  }
  return renderCreated(outcome.created, timeZone).join(" — ");
}

export const taskCreationTools = [createTasks];
