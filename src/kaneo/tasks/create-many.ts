/** Many tasks made in their order, over several calls where one is too short: a list of new ones, an import, a copy. */
import { isFailure, KaneoMcpError } from "../../errors.ts";
import { quoted } from "../../untrusted.ts";
import { mapConcurrently } from "../api/concurrency.ts";
import type { Kaneo } from "../api/kaneo.ts";
import { fateOf, GENERAL, MOST_LOST, type Outcome, type Stop, tolerable } from "../api/outcomes.ts";
import { inverseOf, kindWords, type Link, type RelationKind } from "../relations/relations.ts";
import { applyChanges } from "./apply-changes.ts";
import { type CreatedTask, complete, createBareTask, type NewTask } from "./create.ts";
import type { PlacedTask } from "./find.ts";
import { tasksIn } from "./project-tasks.ts";

/** A relation to another task of the list, by its index, or to one that exists. */
export interface PlannedLink {
  kind: RelationKind;
  other: number | PlacedTask;
}

/** One task to make, or why it cannot be. */
export type Plan = {
  /** What the person knows it by before it has a key: `#3`, `line 12`. */
  name: string;
} & ({ task: NewTask; links: readonly PlannedLink[] } | { failure: KaneoMcpError });

/** Tasks of earlier calls, in runs of numbers that follow each other: index of the first, how many, its number. */
export type Runs = readonly (readonly [from: number, count: number, number: number])[];

/** How far earlier calls came. */
export interface Reached {
  from: number;
  /** The tasks of the plans before `from`, the first that is still to be made. */
  runs: Runs;
}

export interface TaskList {
  plans: readonly Plan[];
  /** Undefined where no call goes on where another one ended. */
  reached?: Reached;
}

export interface MadeTasks {
  /** From `from` on, as far as it came. */
  made: Outcome<CreatedTask>[];
  /** What is known of all so far, for the next call. */
  runs: Runs;
  /** Why it ended before the last one, in a sentence; undefined when it did not, or when only the time was over. */
  reason: string | undefined;
}

/**
 * No task is begun after the first of these, and no label or relation after the second, so that nothing is under way, and
 * then uncertain, when the time of the whole call ends.
 */
const MOST_CREATING_MS = 15_000;
const MOST_MS = 20_000;

/** So many are made, and then completed, before the next ones: what ends a call leaves at most so many half done. */
const BATCH = 20;

/**
 * Makes tasks one after the other, so that their numbers and places are in order. Each gets its labels, and its relations as
 * soon as both ends are there.
 *
 * @throws KaneoMcpError when nothing was made, or may be, for a reason that concerns all.
 */
export async function makeTasks(kaneo: Kaneo, list: TaskList): Promise<MadeTasks> {
  const { plans, reached } = list;
  const { from, runs } = reached ?? { from: 0, runs: [] };
  const made: Outcome<CreatedTask>[] = [];
  const work: Work = {
    ...list,
    kaneo,
    from,
    made,
    places: await placesOf(kaneo, plans, { from, runs }),
    links: linksWhenDue(plans, from),
    hasTried: false,
    lost: 0,
    reason: undefined,
  };
  for (let next = from; next < plans.length && mayCreate(work); next = from + made.length) {
    const batch = await createBatch(work, next);
    made.push(...(await completeAll(work, batch, next)));
  }
  const told = made.map((one, index) => withLostLinks(one, from + index, work));
  return { made: told, runs: runsOf(runs, made, from), reason: work.reason };
}

interface Work extends TaskList {
  kaneo: Kaneo;
  from: number;
  /** The tasks that are there, by their index. */
  places: Map<number, PlacedTask>;
  /** The relations of each, by its index, when the time for them is. */
  links: readonly (readonly PlannedLink[])[];
  made: Outcome<CreatedTask>[];
  /** Whether this call has sent a task. */
  hasTried: boolean;
  /** How many answers were lost. */
  lost: number;
  reason: string | undefined;
}

/**
 * Where the tasks of earlier calls are, if there are any.
 *
 * @throws KaneoMcpError "conflict" when one was made of the next plan since: clients repeat calls whose answer they lost.
 */
async function placesOf(kaneo: Kaneo, plans: readonly Plan[], { from, runs }: Reached) {
  const places = new Map<number, PlacedTask>();
  const project = plans.find((plan) => "task" in plan)?.task.project;
  if (runs.length === 0 || project === undefined) return places;
  const tasks = new Map((await tasksIn(kaneo, project)).map((one) => [one.task.number, one]));
  const next = plans[from];
  const title = next && "task" in next ? next.task.title : undefined;
  const [, many = 0, start = 0] = runs.at(-1) ?? [];
  const made = [...tasks.values()].find(({ task }) => {
    return task.number >= start + many && task.title === title;
  });
  if (made !== undefined) {
    const why = `${next?.name} is there already, as ${made.task.key}: somebody has gone on from here.`;
    const hint = "Look at what the project has, and name only what is missing.";
    throw new KaneoMcpError("conflict", why, { hint });
  }
  for (const [first, count, number] of runs) {
    for (let step = 0; step < count; step += 1) {
      const task = tasks.get(number + step);
      if (task !== undefined) places.set(first + step, task);
    }
  }
  return places;
}

/**
 * A relation to a task of a later batch is due there, as that other end has it: only then both are there. One that both its
 * ends name is due once: Kaneo keeps it twice when both are sent at the same time.
 */
function linksWhenDue(plans: readonly Plan[], from: number): PlannedLink[][] {
  const due = plans.map((): PlannedLink[] => []);
  const named = new Set<string>();
  for (const [index, plan] of plans.entries()) {
    if (!("task" in plan)) continue;
    const nextBatch = from + (Math.floor((index - from) / BATCH) + 1) * BATCH;
    for (const { kind, other } of plan.links) {
      const end = typeof other === "number" ? other : other.task.id;
      if (named.has(`${index} ${kind} ${end}`)) continue;
      named.add(`${index} ${kind} ${end}`).add(`${end} ${inverseOf(kind)} ${index}`);
      const isLater = typeof other === "number" && other >= nextBatch;
      if (isLater) due[other]?.push({ kind: inverseOf(kind), other: index });
      else due[index]?.push({ kind, other });
    }
  }
  return due;
}

function mayCreate({ kaneo, reason }: Work): boolean {
  return reason === undefined && kaneo.elapsed() <= kaneo.startedAt + MOST_CREATING_MS;
}

/** `first` is the index of its first task. */
async function createBatch(work: Work, first: number): Promise<Outcome<CreatedTask>[]> {
  const batch: Outcome<CreatedTask>[] = [];
  for (const plan of work.plans.slice(first, first + BATCH)) {
    if (!mayCreate(work)) break;
    const outcome = "failure" in plan ? plan.failure : await createOne(work, plan.task);
    if (outcome === undefined) break;
    if (!(outcome instanceof KaneoMcpError)) work.places.set(first + batch.length, outcome);
    batch.push(outcome);
  }
  return batch;
}

/** Undefined for what the next call is to try again. @throws What keeps even the first from being made. */
async function createOne(work: Work, task: NewTask): Promise<Outcome<CreatedTask> | undefined> {
  const isFirst = !work.hasTried;
  work.hasTried = true;
  try {
    return await create(work.kaneo, task);
  } catch (thrown) {
    const error = tolerable(thrown);
    const isGeneral = isFailure(error, ...GENERAL);
    if (isGeneral && isFirst) throw error;
    if (isGeneral) work.reason = error.message;
    const isContinued = work.reached !== undefined;
    if (fateOf(error) === "uncertain") work.lost += 1;
    // Somebody should look at it before the rest is asked for: where a next call goes on by itself, after the first.
    if (work.lost === (isContinued ? 1 : MOST_LOST))
      work.reason ??= `After ${quoted(task.title, 60)} nobody knows what was saved.`;
    return isContinued && isGeneral ? undefined : error;
  }
}

/** Kaneo has tasks that start after they are due, and does not let one be created so. */
async function create(kaneo: Kaneo, wanted: NewTask): Promise<CreatedTask> {
  const { start, due } = wanted;
  if (!start || !due || start <= due) return createBareTask(kaneo, wanted);
  const created = await createBareTask(kaneo, { ...wanted, due: undefined });
  const { task, failed } = await applyChanges(kaneo, created, { wanted: { due } });
  if (failed === undefined) return { ...created, task };
  const problem = `due date: ${fateOf(failed.error)}: ${failed.error.message}`;
  return { ...created, problems: [...created.problems, problem] };
}

/** Gives the tasks that were just created their labels and relations. */
async function completeAll(work: Work, batch: readonly Outcome<CreatedTask>[], first: number) {
  const { kaneo, plans, places, links } = work;
  // Its own: a call that creates no more still completes what it created.
  const stop: Stop = { deadline: kaneo.startedAt + MOST_MS };
  const completed = await mapConcurrently(batch, async (outcome, index) => {
    const plan = plans[first + index];
    if (outcome instanceof KaneoMcpError || plan === undefined || "failure" in plan) return outcome;
    const there = (links[first + index] ?? []).flatMap(({ kind, other }): Link[] => {
      const place = typeof other === "number" ? places.get(other) : other;
      return place === undefined ? [] : [{ kind, other: place }];
    });
    const missing = { labels: plan.task.labels, links: there, stop };
    return complete(kaneo, outcome, missing);
  });
  if (stop.reason !== undefined) work.reason ??= `${stop.reason}.`;
  return completed;
}

/** The same with the relations that cannot be, since the other task is not there and will not come. */
function withLostLinks(one: Outcome<CreatedTask>, index: number, work: Work): Outcome<CreatedTask> {
  const plan = work.plans[index];
  if (one instanceof KaneoMcpError || plan === undefined || "failure" in plan) return one;
  const end = work.from + work.made.length;
  const lost = plan.links.flatMap(({ kind, other }) => {
    if (typeof other !== "number" || work.places.has(other)) return [];
    const mayCome = work.reached !== undefined && other >= end;
    return mayCome ? [] : [`not ${kindWords(kind)} ${whyNot(other, work)}`];
  });
  return { ...one, problems: [...one.problems, ...lost] };
}

function whyNot(index: number, { plans, from, made }: Work): string {
  const plan = plans[index];
  const outcome = plan !== undefined && "failure" in plan ? plan.failure : made[index - from];
  // Nobody remembers what became of those of earlier calls.
  const isUnsure = outcome === undefined ? index < from : fateOf(outcome) === "uncertain";
  return `${plan?.name}, which ${isUnsure ? "may or may not have been" : "was not"} created`;
}

function runsOf(before: Runs, made: readonly Outcome<CreatedTask>[], from: number): Runs {
  const runs = before.map((run): [number, number, number] => [...run]);
  for (const [index, outcome] of made.entries()) {
    if (outcome instanceof KaneoMcpError) continue;
    const { number } = outcome.task;
    const last = runs.at(-1);
    const isNext = last && last[0] + last[1] === from + index && last[2] + last[1] === number;
    if (isNext) last[1] += 1;
    else runs.push([from + index, 1, number]);
  }
  return runs;
}
