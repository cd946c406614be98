import { z } from "zod";
import { type FailureKind, isFailure, KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { mapConcurrently } from "../kaneo/concurrency.ts";
import { findProject } from "../kaneo/references.ts";
import type { Project } from "../kaneo/schemas.ts";
import { findTasks } from "../kaneo/task-bulk.ts";
import {
  adopt,
  type CreatedTask,
  createBareTask,
  hangLabels,
  type NewTask,
} from "../kaneo/task-creation.ts";
import type { PlacedTask } from "../kaneo/task-finder.ts";
import { renderCreated } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { assertCanBeParent, newTaskFields, resolveNewTask } from "./task-write.ts";
import { defineTool } from "./tool.ts";

/** Failures that every further item would meet too; what a role forbids, it forbids for the whole project. */
const GENERAL: FailureKind[] = [
  "config",
  "sign_in_required",
  "forbidden",
  "rate_limited",
  "unavailable",
];

/** A client gives a call up after 60 s, and would not learn what was created. The rest is for labels and parents. */
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
  | { failed: string };

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
    tasks: z.array(item).min(1).max(50),
    dry_run: z.boolean().default(false),
  }),
  example: {
    project: "WEB",
    tasks: [{ title: "Fresh one" }, { title: "Fresh two", parent: "#1", labels: ["bug"] }],
  },
  run: async (
    { project: reference, tasks: items, dry_run },
    { kaneo, timeZone },
  ): Promise<Batch> => {
    const project = await findProject(kaneo, { project: reference });
    const parents = await findParents(kaneo, items);
    const plans = await Promise.all(
      items.map((wanted, index) =>
        plan(kaneo, { wanted, index, parents, total: items.length }, { project, timeZone }),
      ),
    );
    if (dry_run) return { isDryRun: true, outcomes: plans, project };
    const startedAt = kaneo.elapsed();
    const created = await createAll(kaneo, plans);
    const untilStopped = stopping(kaneo, startedAt + MOST_MS);
    const outcomes = await completeAll(untilStopped, { plans, outcomes: created, items, parents });
    return { isDryRun: false, outcomes, project };
  },
  text: renderBatch,
});

/** The tasks that exist already and are named as parents, by reference. */
async function findParents(kaneo: Kaneo, items: Item[]): Promise<Parents> {
  const references = items.map(({ parent }) => parent).filter((parent) => parent !== undefined);
  const named = [...new Set(references.filter((reference) => numberOf(reference) === undefined))];
  const found = await findTasks(kaneo, named);
  return new Map(
    named.flatMap((reference, index) => {
      const finding = found[index];
      return finding === undefined ? [] : [[reference, finding]];
    }),
  );
}

/** 3 for `#3`; undefined for anything else. */
function numberOf(reference: string): number | undefined {
  const [, digits] = /^#(\d+)$/.exec(reference) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

async function plan(
  kaneo: Kaneo,
  {
    wanted,
    index,
    parents,
    total,
  }: { wanted: Item; index: number; parents: Parents; total: number },
  scope: { project: Project; timeZone: string },
): Promise<Outcome> {
  const { parent, ...args } = wanted;
  const known = parent === undefined ? undefined : parents.get(parent);
  if (known instanceof KaneoMcpError) return { failed: `parent: ${known.message}` };
  const number = parent === undefined ? undefined : numberOf(parent);
  if (number !== undefined && (number < 1 || number > total || number === index + 1)) {
    return { failed: `parent ${parent} is not another one of these ${total} tasks.` };
  }
  try {
    if (known !== undefined) assertCanBeParent(known, scope.project);
    return { planned: await resolveNewTask(kaneo, args, scope), parent };
  } catch (error) {
    if (isFailure(error, ...GENERAL)) throw error;
    return { failed: reasonOf(error) };
  }
}

/**
 * One after the other, since Kaneo would give tasks that are created at once numbers in any order and the same place on
 * the board (Kaneo create-task.ts: the last position is read before the task is written).
 */
async function createAll(kaneo: Kaneo, plans: readonly Outcome[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const startedAt = kaneo.elapsed();
  let stopped: string | undefined;
  let hasTried = false;
  for (const plan of plans) {
    if (kaneo.elapsed() - startedAt > MOST_CREATING_MS)
      stopped ??= "Kaneo answers slowly; call again for these.";
    if (!("planned" in plan)) outcomes.push(plan);
    else if (stopped !== undefined) outcomes.push({ failed: `not tried: ${stopped}` });
    else {
      try {
        outcomes.push({ created: await createBareTask(kaneo, plan.planned) });
      } catch (error) {
        const isGeneral = isFailure(error, ...GENERAL);
        // What was tried before may have been saved, even where its answer was lost, and must be told.
        if (isGeneral && !hasTried) throw error;
        outcomes.push({ failed: reasonOf(error) });
        if (isGeneral) stopped = "one before it failed for a reason that concerns all.";
      }
      hasTried = true;
    }
  }
  return outcomes;
}

/** Failures that every further request would meet too. */
const LASTING: FailureKind[] = ["config", "sign_in_required", "rate_limited", "unavailable"];

/** Sends nothing more once the time, a moment of `elapsed`, is over or a request met a lasting failure. */
function stopping(kaneo: Kaneo, deadline: number): Kaneo {
  let stopped: string | undefined;
  const send = async <T>(request: () => Promise<T>): Promise<T> => {
    if (kaneo.elapsed() > deadline) stopped ??= "Kaneo answers slowly";
    if (stopped !== undefined) {
      const advice = "Labels can be added with update_task, parents with link_tasks.";
      throw new KaneoMcpError("unavailable", `not tried, since ${stopped}. ${advice}`);
    }
    try {
      return await request();
    } catch (error) {
      if (isFailure(error, ...LASTING)) stopped ??= "a request before it failed";
      throw error;
    }
  };
  return {
    ...kaneo,
    get: (path, schema) => send(() => kaneo.get(path, schema)),
    post: (path, schema, body) => send(() => kaneo.post(path, schema, body)),
    put: (path, schema, body) => send(() => kaneo.put(path, schema, body)),
  };
}

/** Labels and parents, which do not meet. They come last, since an item may name a parent that stands behind it. */
function completeAll(
  kaneo: Kaneo,
  batch: { plans: Outcome[]; outcomes: Outcome[]; items: Item[]; parents: Parents },
): Promise<Outcome[]> {
  const { plans, outcomes, items, parents } = batch;
  return mapConcurrently(outcomes, AT_ONCE, async (outcome, index) => {
    const plan = plans[index];
    if (!("created" in outcome) || plan === undefined || !("planned" in plan)) return outcome;
    const labelled = await hangLabels(kaneo, outcome.created, plan.planned.labels);
    const reference = items[index]?.parent;
    if (reference === undefined) return { created: labelled };
    const number = numberOf(reference);
    const above = number === undefined ? parents.get(reference) : createdAt(outcomes, number);
    if (above !== undefined && !(above instanceof KaneoMcpError)) {
      return { created: await adopt(kaneo, labelled, above) };
    }
    const problem = `It is no subtask, since its parent ${reference} was not created.`;
    return { created: { ...labelled, problems: [...labelled.problems, problem] } };
  });
}

function createdAt(outcomes: Outcome[], number: number): PlacedTask | undefined {
  const outcome = outcomes[number - 1];
  return outcome !== undefined && "created" in outcome ? outcome.created : undefined;
}

function renderBatch(
  { isDryRun, outcomes, project }: Batch,
  { timeZone }: { timeZone: string },
): string {
  const done = outcomes.filter((outcome) => !("failed" in outcome)).length;
  const head = isDryRun
    ? `Checked, nothing created: ${done} of ${count(outcomes.length, "task")} can be created in ${inline(project.name, 60)}.`
    : `Created ${done} of ${count(outcomes.length, "task")} in ${inline(project.name, 60)}.`;
  return [
    head,
    ...outcomes.map((outcome, index) => `${index + 1}. ${renderOutcome(outcome, timeZone)}`),
  ].join("\n");
}

function renderOutcome(outcome: Outcome, timeZone: string): string {
  if ("failed" in outcome) return `failed: ${outcome.failed}`;
  if ("planned" in outcome) {
    const { status, title } = outcome.planned;
    return `${status}  ${inline(title)}${outcome.parent === undefined ? "" : `  (subtask of ${inline(outcome.parent)})`}`;
  }
  return renderCreated(outcome.created, timeZone).join(" — ");
}

export const taskCreationTools = [createTasks];
