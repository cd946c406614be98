import { z } from "zod";
import { isFailure, KaneoMcpError } from "../../errors.ts";
import {
  asHelp,
  assertAnyDone,
  doneIn,
  failuresIn,
  fateOf,
  GENERAL,
  type Outcome,
  resolveAll,
} from "../../kaneo/api/outcomes.ts";
import type { Project } from "../../kaneo/api/schemas.ts";
import { fold } from "../../kaneo/names/matching.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { assertCanBeRelated } from "../../kaneo/relations/relations.ts";
import type { CreatedTask } from "../../kaneo/tasks/create.ts";
import { makeTasks, type Plan, type PlannedLink } from "../../kaneo/tasks/create-many.ts";
import type { PlacedTask } from "../../kaneo/tasks/find.ts";
import { newestTasksIn } from "../../kaneo/tasks/project-tasks.ts";
import { renderCreated, renderPastDue, renderPlan } from "../../text/task-line.ts";
import { count, grouped, inPart, stacked } from "../../text/text.ts";
import { inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { findNamed, type LinkTo, linksIn, type NamedLink } from "../relations.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { renderArchived, resolveNewTask } from "./create-task.ts";

/** As those of create_task, which describes them. */
const item = z.object({
  title: fields.text,
  description: fields.prose.optional(),
  ...fields.ofTask,
  labels: fields.names.optional(),
  parent: fields.text.optional(),
  blocks: fields.names.optional(),
  blocked_by: fields.names.optional(),
  related_to: fields.names.optional(),
});
type Item = z.output<typeof item>;

interface Batch {
  project: Project;
  plans: Plan[];
  /** What became of each; undefined where that was only checked. */
  outcomes: Outcome<CreatedTask>[] | undefined;
  /** Which of them have the title of a task that was made lately, with its key: `2 (WEB-2)`. */
  namesakes?: readonly string[];
}

export const createTasks = defineTool({
  name: "create_tasks",
  toolset: "tasks",
  title: "Create several tasks",
  description:
    "Creates several tasks in one project, in this order, with fields as in create_task; #3 names the third of them in parent, blocks and so on. dry_run only checks.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  foundBy: "bulk, many tasks at once, checklist, subtasks, break down, import",
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
    const named = items
      .flatMap(linksIn)
      .filter(({ reference }) => numberOf(reference) === undefined);
    const linkTo = await findNamed(kaneo, named);
    const plans = await Promise.all(
      items.map((wanted, index) =>
        plan(wanted, { name: `#${index + 1}`, total: items.length, linkTo, project }, context),
      ),
    );
    // It only helps: beside the creations it costs no time.
    const reading = asHelp(newestTasksIn(kaneo, project));
    if (dry_run) return withNamesakes({ project, plans, outcomes: undefined }, await reading);
    const [{ made, reason }, before] = await Promise.all([makeTasks(kaneo, { plans }), reading]);
    const why = reason ?? "Kaneo answers slowly; call again for these.";
    const left = new KaneoMcpError("out_of_time", why);
    const outcomes = plans.map(
      (plan, index) => made[index] ?? ("failure" in plan ? plan.failure : left),
    );
    const batch = { project, plans, outcomes };
    assertAnyDone(outcomes, () => renderBatch(batch, timeZone));
    return withNamesakes(batch, before);
  },
  text: (batch, calendar) =>
    stacked([
      renderBatch(batch, calendar.timeZone),
      renderPastDue(tasksOf(batch), calendar),
      renderNamesakes(batch),
    ]),
});

/** A list is often given twice: clients repeat calls, and people their notes. Some of `newest` may be of this very list. */
function withNamesakes(batch: Batch, newest: readonly PlacedTask[] = []): Batch {
  const { plans, outcomes = plans } = batch;
  const tasks = outcomes.map((one) => ("task" in one ? one.task : undefined));
  const fresh = new Set(tasks.map((task) => task && "key" in task && task.key));
  const before = newest.map(({ task }) => task).filter(({ key }) => !fresh.has(key));
  const keys = new Map(before.map(({ title, key }) => [fold(title), key]));
  const namesakes = tasks.flatMap((task, index) => {
    const namesake = task && keys.get(fold(task.title));
    return namesake === undefined ? [] : [`${index + 1} (${inline(namesake, 60)})`];
  });
  return { ...batch, namesakes };
}

function renderNamesakes({ project: { slug }, namesakes = [] }: Batch): string {
  if (namesakes.length === 0) return "";
  return `Titles that tasks of ${inline(slug, 60)} had before: ${namesakes.join(", ")}.`;
}

function tasksOf({ plans, outcomes }: Batch): { key: string; due?: string | undefined }[] {
  if (outcomes !== undefined) return doneIn(outcomes).map(({ task }) => task);
  return plans.flatMap((one) => ("failure" in one ? [] : { key: one.name, due: one.task.due }));
}

/** 3 for `#3`; undefined for anything else. */
function numberOf(reference: string): number | undefined {
  const [, digits] = /^#(\d+)$/.exec(reference) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

interface Planning {
  name: string;
  total: number;
  linkTo: LinkTo;
  project: Project;
}

async function plan(wanted: Item, planning: Planning, context: ToolContext): Promise<Plan> {
  const { name, project } = planning;
  try {
    const [links, task] = await resolveAll([
      Promise.all(linksIn(wanted).map((one) => planLink(one, planning))),
      resolveNewTask(context.kaneo, wanted, { project, calendar: context }),
    ]);
    return { name, task, links };
  } catch (error) {
    if (!(error instanceof KaneoMcpError) || isFailure(error, ...GENERAL, "cancelled")) throw error;
    return { name, failure: error };
  }
}

/** Rejects with a KaneoMcpError for a task that is not there, or cannot be related to those of this project. */
async function planLink(named: NamedLink, planning: Planning): Promise<PlannedLink> {
  const { name, total, linkTo, project } = planning;
  const { argument, kind, reference } = named;
  const number = numberOf(reference);
  if (number === undefined) {
    const link = linkTo(named);
    assertCanBeRelated(link.other, project);
    return link;
  }
  if (number >= 1 && number <= total && `#${number}` !== name) return { kind, other: number - 1 };
  const message = `${argument} ${reference} is not another one of these ${total} tasks.`;
  throw new KaneoMcpError("invalid_input", message);
}

function renderBatch(batch: Batch, timeZone: string): string {
  const { plans, outcomes } = batch;
  const partly = doneIn(outcomes ?? []).filter(({ problems }) => problems.length > 0).length;
  const lines = outcomes
    ? outcomes.map((outcome) => renderOutcome(outcome, timeZone))
    : plans.map((plan) =>
        "failure" in plan
          ? renderOutcome(plan.failure, timeZone)
          : renderPlan(plan, plans, timeZone),
      );
  const numbered = lines.map((line, index) => ({ line, number: index + 1 }));
  // Why so many were not tried need not be said of each.
  const alike = grouped(numbered, ({ line }) => [line, line]);
  return stacked([
    renderHead(batch, partly),
    ...alike.map(({ name, members }) => `${members.map((one) => one.number).join(", ")}. ${name}`),
    partly > 0 && "update_task adds labels and relations.",
    renderArchived(batch.project),
  ]);
}

function renderHead({ project, plans, outcomes }: Batch, partly: number): string {
  const planned = plans.map((one) => ("failure" in one ? one.failure : one));
  const failures = failuresIn(outcomes ?? planned);
  const uncertain = failures.filter((failure) => fateOf(failure) === "uncertain").length;
  const done = plans.length - failures.length;
  const where = `in ${inline(project.name, 60)}`;
  const all = count(plans.length, "task");
  if (outcomes === undefined)
    return `Checked, nothing created: ${done} of ${all} can be created ${where}.`;
  const again = done > 0 && failures.length > 0 ? " Call again with the others alone." : "";
  if (uncertain === 0) return `Created ${done} of ${all} ${where}${inPart(partly)}.${again}`;
  const created = done === 0 ? "0 confirmed" : `${done} of ${all} created${inPart(partly)}`;
  return `${created}, ${uncertain} uncertain ${where}: look at ${inline(project.slug, 60)} before repeating.`;
}

function renderOutcome(outcome: Outcome<CreatedTask>, timeZone: string): string {
  return outcome instanceof KaneoMcpError
    ? `${fateOf(outcome)}: ${outcome.message}`
    : renderCreated(outcome, timeZone).join(" — ");
}
