import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed, reasonOf } from "../errors.ts";
import {
  type CreatedTask,
  complete,
  createBareTask,
  type NewTask,
} from "../kaneo/changes/task-creation.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { mapConcurrently } from "../kaneo/concurrency.ts";
import { type Finding, findTasks } from "../kaneo/many-tasks.ts";
import { fateOf, GENERAL, type Stop } from "../kaneo/outcomes.ts";
import { findProject } from "../kaneo/references.ts";
import type { Link } from "../kaneo/relations.ts";
import { wordsOf } from "../kaneo/relations.ts";
import type { Project } from "../kaneo/schemas.ts";
import { renderCreated, renderPlanned } from "../text/task-line.ts";
import { count, stacked } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { linksIn, type NamedLink } from "./relations.ts";
import { assertCanBeRelatedHere, resolveNewTask } from "./task-write.ts";
import { defineTool, foundBy, type ToolContext } from "./tool.ts";

/**
 * Nothing is begun after this time, so that nothing is in flight, and then uncertain, when the time of the whole call
 * ends. The rest is for labels and parents.
 */
const MOST_CREATING_MS = 15_000;
const MOST_MS = 20_000;

/** As those of create_task, which describes them. */
const item = z.object({
  title: fields.title,
  description: z.string().optional(),
  status: fields.text.optional(),
  priority: fields.priority.optional(),
  assignee: fields.text.optional(),
  due: fields.text.optional(),
  start: fields.text.optional(),
  labels: fields.names.optional(),
  parent: fields.text.optional(),
  blocks: fields.names.optional(),
  blocked_by: fields.names.optional(),
  related_to: fields.names.optional(),
});
type Item = z.output<typeof item>;

/** The tasks that exist already and are named by items, by reference. */
type Existing = Map<string, Finding>;

/** What became of one item. */
type Outcome =
  | { created: CreatedTask }
  | { planned: NewTask; links: NamedLink[] }
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
    "Creates up to 50 tasks in one project, in this order, with fields as in create_task; #3 names the third of them in parent, blocks and so on. One that fails does not stop the others. dry_run only checks.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  _meta: foundBy("bulk, many tasks at once, checklist, subtasks, break down, import"),
  input: z.object({
    ...fields.inProject,
    tasks: z.array(item).min(1).max(50),
    dry_run: z.boolean().default(false),
  }),
  example: {
    project: "WEB",
    tasks: [
      { title: "Fresh one", blocks: ["#2"] },
      { title: "Fresh two", parent: "#1", labels: ["bug"], related_to: ["WEB-2"] },
    ],
  },
  run: async (
    { project: reference, workspace, tasks: items, dry_run },
    context,
  ): Promise<Batch> => {
    const { kaneo, timeZone } = context;
    const project = await findProject(kaneo, { project: reference, workspace });
    const existing = await findExisting(kaneo, items);
    const plans = await Promise.all(
      items.map((wanted, index) =>
        plan({ wanted, index, total: items.length, existing }, project, context),
      ),
    );
    if (dry_run) return { isDryRun: true, outcomes: plans, project };
    const startedAt = kaneo.elapsed();
    const created = await createAll(kaneo, plans, { deadline: startedAt + MOST_CREATING_MS });
    const stop = { deadline: startedAt + MOST_MS };
    const outcomes = await completeAll(kaneo, { outcomes: created, plans, existing }, stop);
    const batch = { isDryRun: false, outcomes, project };
    assertAnyCreated(outcomes, () => renderBatch(batch, timeZone));
    return batch;
  },
  text: (batch, { timeZone }) => renderBatch(batch, timeZone),
});

async function findExisting(kaneo: Kaneo, items: Item[]): Promise<Existing> {
  const references = items.flatMap((item) => linksIn(item).map(({ reference }) => reference));
  const named = [...new Set(references.filter((reference) => numberOf(reference) === undefined))];
  const found = await findTasks(kaneo, named);
  return new Map(found.map((finding, index) => [named[index] ?? "", finding]));
}

/** 3 for `#3`; undefined for anything else. */
function numberOf(reference: string): number | undefined {
  const [, digits] = /^#(\d+)$/.exec(reference) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

interface Position {
  wanted: Item;
  index: number;
  total: number;
  existing: Existing;
}

async function plan(
  { wanted, index, total, existing }: Position,
  project: Project,
  context: ToolContext,
): Promise<Outcome> {
  const links = linksIn(wanted);
  try {
    for (const { argument, reference } of links) {
      const known = existing.get(reference);
      if (known instanceof KaneoMcpError) throw prefixed(known, `${argument}:`);
      if (known !== undefined) assertCanBeRelatedHere(known, project);
      const number = numberOf(reference);
      if (number === undefined || (number >= 1 && number <= total && number !== index + 1))
        continue;
      const message = `${argument} ${reference} is not another one of these ${total} tasks.`;
      throw new KaneoMcpError("invalid_input", message);
    }
    const planned = await resolveNewTask(context.kaneo, wanted, { project, calendar: context });
    return { planned, links };
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

interface Batched {
  outcomes: Outcome[];
  plans: Outcome[];
  existing: Existing;
}

/** Labels and relations, which come last, since an item may name one that stands behind it. */
function completeAll(kaneo: Kaneo, batched: Batched, stop: Stop): Promise<Outcome[]> {
  return mapConcurrently(batched.outcomes, async (outcome, index) => {
    const plan = batched.plans[index];
    if (!("created" in outcome) || plan === undefined || !("planned" in plan)) return outcome;
    const { labels } = plan.planned;
    const { links, problems } = linksOf(plan.links, batched);
    const created = await complete(kaneo, outcome.created, { labels, links, stop });
    return { created: { ...created, problems: [...created.problems, ...problems] } };
  });
}

/** The relations of an item, and those that cannot be, since the other item does not exist. */
function linksOf(
  named: readonly NamedLink[],
  { outcomes, existing }: Batched,
): { links: Link[]; problems: string[] } {
  const links: Link[] = [];
  const problems: string[] = [];
  for (const { kind, reference } of named) {
    const number = numberOf(reference);
    const item = number === undefined ? undefined : outcomes[number - 1];
    const other = item !== undefined && "created" in item ? item.created : existing.get(reference);
    if (other !== undefined && !(other instanceof KaneoMcpError)) links.push({ kind, other });
    else if (item !== undefined && "failure" in item) {
      const isUncertain = fateOf(item.failure) === "uncertain";
      const why = isUncertain ? "may or may not have been created" : "was not created";
      problems.push(`not ${wordsOf(kind)} ${reference}, which ${why}`);
    }
  }
  return { links, problems };
}

/** @throws KaneoMcpError with the whole report when not one task was created for certain. */
export function assertAnyCreated(
  outcomes: readonly ({ failure: KaneoMcpError } | object)[],
  report: () => string,
  hint?: string,
): void {
  const failures = outcomes.flatMap((outcome) => ("failure" in outcome ? outcome.failure : []));
  const worst = failures.find((failure) => fateOf(failure) === "uncertain") ?? failures[0];
  if (worst === undefined || failures.length < outcomes.length) return;
  const kind = fateOf(worst) === "uncertain" ? "outcome_unknown" : worst.kind;
  throw new KaneoMcpError(kind, report(), hint === undefined ? {} : { hint });
}

function renderBatch(batch: Batch, timeZone: string): string {
  const { outcomes } = batch;
  const isIncomplete = outcomes.some(
    (outcome) => "created" in outcome && outcome.created.problems.length > 0,
  );
  return stacked([
    renderHead(batch),
    ...outcomes.map((outcome, index) => `${index + 1}. ${renderOutcome(outcome, timeZone)}`),
    isIncomplete && "update_task adds labels and relations.",
  ]);
}

function renderHead({ isDryRun, outcomes, project }: Batch): string {
  const failures = outcomes.flatMap((outcome) => ("failure" in outcome ? outcome.failure : []));
  const uncertain = failures.filter((failure) => fateOf(failure) === "uncertain").length;
  const done = outcomes.length - failures.length;
  const where = `in ${inline(project.name, 60)}`;
  const all = count(outcomes.length, "task");
  if (isDryRun) return `Checked, nothing created: ${done} of ${all} can be created ${where}.`;
  if (uncertain === 0) return `Created ${done} of ${all} ${where}.`;
  const created = done === 0 ? "0 confirmed" : `${done} created`;
  return `${created}, ${uncertain} uncertain ${where}: look at ${inline(project.slug, 60)} before repeating.`;
}

function renderOutcome(outcome: Outcome, timeZone: string): string {
  if ("failure" in outcome) return `${fateOf(outcome.failure)}: ${reasonOf(outcome.failure)}`;
  if ("planned" in outcome) {
    const { planned, links } = outcome;
    const relations = links.map(({ kind, reference }) => `${wordsOf(kind)} ${inline(reference)}`);
    return renderPlanned(planned, relations, timeZone);
  }
  return renderCreated(outcome.created, timeZone).join(" — ");
}

export const taskCreationTools = [createTasks];
