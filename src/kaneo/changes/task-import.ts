/** Many tasks made in their order, over several calls where one is too short: an import, a copy. */
import { isFailure, KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../client.ts";
import { mapConcurrently } from "../concurrency.ts";
import { fateOf, GENERAL, type Stop } from "../outcomes.ts";
import { tasksIn } from "../project-tasks.ts";
import { inverseOf, type Link, type RelationKind, wordsOf } from "../relations.ts";
import type { PlacedTask } from "../task-finder.ts";
import { changesOf } from "./task-changes.ts";
import { type CreatedTask, complete, createBareTask, type NewTask } from "./task-creation.ts";

/** A relation to another task of the list, by its index, or to one that exists. */
export interface PlannedLink {
  kind: RelationKind;
  other: number | PlacedTask;
}

/** One task to make, or why it cannot be. */
export type Plan = { task: NewTask; links: readonly PlannedLink[] } | { failure: KaneoMcpError };

/** What became of one. */
export type Made = { created: CreatedTask } | { failure: KaneoMcpError };

/** Tasks of earlier calls, in runs of numbers that follow each other: index of the first, how many, its number. */
export type Runs = readonly (readonly [from: number, count: number, number: number])[];

export interface Import {
  plans: readonly Plan[];
  /** The first of `plans` that is to be made now. */
  from: number;
  /** The tasks of those before it. */
  runs: Runs;
  /** A moment of `Kaneo.elapsed`: when the call began. */
  startedAt: number;
}

export interface ImportResult {
  /** From `from` on, as far as it came. */
  made: Made[];
  /** What is known of all so far, for the next call. */
  runs: Runs;
  /** Why it ended before the last one; undefined when it did not, or when only the time was over. */
  reason: string | undefined;
}

/** No tasks are begun after the first of these, and no label or relation after the second. */
const MOST_CREATING_MS = 13_000;
const MOST_MS = 19_000;

/** So many are made, and then completed, before the next ones: what ends a call leaves at most so many half done. */
const BATCH = 20;

/**
 * Makes tasks one after the other, so that they stand in the project in this order, each with its labels, and with its
 * relations as soon as both ends are there.
 *
 * @throws KaneoMcpError when nothing was made, or may be, for a reason that concerns all.
 */
export async function makeTasks(kaneo: Kaneo, list: Import): Promise<ImportResult> {
  const { plans, from, runs, startedAt } = list;
  const places = await placesOf(kaneo, list);
  const made: Made[] = [];
  const stop: Stop = { deadline: startedAt + MOST_MS };
  while (from + made.length < plans.length && stop.reason === undefined) {
    if (kaneo.elapsed() > startedAt + MOST_CREATING_MS) break;
    const begin = from + made.length;
    const batch = plans.slice(begin, begin + BATCH);
    const outcomes = await createAll(kaneo, batch, stop);
    for (const [index, outcome] of outcomes.entries()) {
      if ("created" in outcome) places.set(begin + index, outcome.created);
    }
    made.push(...(await completeAll(kaneo, { plans, begin, outcomes, places }, stop)));
  }
  return { made, runs: runsOf(runs, made, from), reason: stop.reason };
}

/** Where the tasks of earlier calls are, if any of them is still to be related to a later one. */
async function placesOf(
  kaneo: Kaneo,
  { plans, from, runs }: Import,
): Promise<Map<number, PlacedTask>> {
  const places = new Map<number, PlacedTask>();
  const project = plans
    .map((plan) => ("task" in plan ? plan.task.project : undefined))
    .find(Boolean);
  if (from === 0 || project === undefined) return places;
  const tasks = new Map((await tasksIn(kaneo, project)).map((one) => [one.task.number, one]));
  for (const [first, count, number] of runs) {
    for (let step = 0; step < count; step += 1) {
      const task = tasks.get(number + step);
      if (task !== undefined) places.set(first + step, task);
    }
  }
  return places;
}

/** Ends, with less than all, where it is told to stop. */
async function createAll(kaneo: Kaneo, plans: readonly Plan[], stop: Stop): Promise<Made[]> {
  const outcomes: Made[] = [];
  for (const plan of plans) {
    const outcome = "failure" in plan ? plan : await createOne(kaneo, plan.task, stop);
    if (outcome !== undefined) outcomes.push(outcome);
    if (stop.reason !== undefined) break;
  }
  return outcomes;
}

/** Undefined, with a reason to stop, for a failure that every further one would meet too. */
async function createOne(kaneo: Kaneo, task: NewTask, stop: Stop): Promise<Made | undefined> {
  try {
    return { created: await create(kaneo, task) };
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    if (isFailure(error, ...GENERAL)) {
      if (!kaneo.writesSent()) throw error;
      stop.reason = error.message;
      return undefined;
    }
    if (fateOf(error) === "uncertain") {
      stop.reason = `After ${task.title.slice(0, 60)} nobody knows what was saved.`;
    }
    return { failure: error };
  }
}

/** Kaneo has tasks that start after they are due, and does not let one be created so. */
async function create(kaneo: Kaneo, wanted: NewTask): Promise<CreatedTask> {
  const { start, due } = wanted;
  if (start === undefined || due === undefined || start <= due)
    return createBareTask(kaneo, wanted);
  const created = await createBareTask(kaneo, { ...wanted, due: undefined });
  try {
    const [change] = changesOf({ due });
    return { ...created, task: (await change?.send(kaneo, created)) ?? created.task };
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    return { ...created, problems: [`due date: ${fateOf(error)}: ${error.message}`] };
  }
}

interface Batch {
  plans: readonly Plan[];
  /** Of the batch among them. */
  begin: number;
  outcomes: readonly Made[];
  places: ReadonlyMap<number, PlacedTask>;
}

function completeAll(kaneo: Kaneo, batch: Batch, stop: Stop): Promise<Made[]> {
  const due = linksDue(batch);
  return mapConcurrently(batch.outcomes, async (outcome, index): Promise<Made> => {
    const plan = batch.plans[batch.begin + index];
    if (!("created" in outcome) || plan === undefined || !("task" in plan)) return outcome;
    const { links, problems } = due[index] ?? { links: [], problems: [] };
    // A call that is over may still say what it did.
    const own: Stop = { deadline: stop.deadline };
    const created = await complete(kaneo, outcome.created, {
      labels: plan.task.labels,
      links,
      stop: own,
    });
    if (own.reason !== undefined) stop.reason ??= own.reason;
    return { created: { ...created, problems: [...created.problems, ...problems] } };
  });
}

/** For each of a batch, the relations of which it is the later end. */
function linksDue({ plans, begin, outcomes, places }: Batch) {
  const due = outcomes.map(() => ({ links: [] as Link[], problems: [] as string[] }));
  for (const { at, kind, other } of plans.flatMap(linksAtLaterEnd)) {
    const slot = due[at - begin];
    const place = typeof other === "number" ? places.get(other) : other;
    if (place !== undefined) slot?.links.push({ kind, other: place });
    else slot?.problems.push(`not ${wordsOf(kind)} another one, which was not created`);
  }
  return due;
}

/** The relations that a plan names, as the later of the two ends has them: only then both are there. */
function linksAtLaterEnd(plan: Plan, index: number): (PlannedLink & { at: number })[] {
  if (!("task" in plan)) return [];
  return plan.links.map(({ kind, other }) =>
    typeof other === "number" && other > index
      ? { at: other, kind: inverseOf(kind), other: index }
      : { at: index, kind, other },
  );
}

function runsOf(before: Runs, made: readonly Made[], from: number): Runs {
  const runs = before.map((run): [number, number, number] => [...run]);
  for (const [index, outcome] of made.entries()) {
    if (!("created" in outcome)) continue;
    const { number } = outcome.created.task;
    const last = runs.at(-1);
    const isNext = last && last[0] + last[1] === from + index && last[2] + last[1] === number;
    if (isNext) last[1] += 1;
    else runs.push([from + index, 1, number]);
  }
  return runs;
}
