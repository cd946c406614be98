/** Changes to many tasks: as few requests as Kaneo has routes for, then a look at what came of them. */
import { z } from "zod";
import { failureIn, isFailure, KaneoMcpError, reasonOf, reworded } from "../../errors.ts";
import type { Kaneo } from "../client.ts";
import { mapConcurrently } from "../concurrency.ts";
import { endpoint } from "../endpoint.ts";
import { readAgain } from "../many-tasks.ts";
import { fateOf, LASTING } from "../outcomes.ts";
import { whole } from "../schemas.ts";
import type { LocatedTask } from "../task-finder.ts";
import type { Change } from "./task-changes.ts";

/** A task and the changes named for it, also those that it has already. */
export interface Wanted {
  located: LocatedTask;
  changes: Change[];
}

/** A change to one task. */
interface Step {
  located: LocatedTask;
  change: Change;
}

/** The changes of one field that are sent together, to tasks of one workspace where Kaneo has a route for many. */
interface Operation {
  field: string;
  bulk: Change["bulk"];
  steps: Step[];
}

/** What failed, by task and field. */
export type Failures = Map<string, KaneoMcpError>;

/**
 * Sends until one fails in a way that concerns the rest.
 *
 * @throws KaneoMcpError when that was the first, and certainly changed nothing.
 */
export async function sendAll(kaneo: Kaneo, wanted: readonly Wanted[]): Promise<Failures> {
  const operations = operationsOf(wanted);
  const failures: Failures = new Map();
  let stopped = false;
  for (const [index, { field, bulk, steps }] of operations.entries()) {
    const requests = bulk === undefined ? steps.map((step) => [step]) : [steps];
    await mapConcurrently(requests, async (together) => {
      const error = stopped
        ? NOT_TRIED
        : await sendOne(kaneo, bulk, together).then(() => undefined, failureIn);
      if (error === undefined) return;
      stopped ||= bulk !== undefined || isFailure(error, ...LASTING);
      for (const { located } of together) failures.set(`${located.task.id} ${field}`, error);
    });
    if (index === 0 && stopped) assertMayHaveChanged(failures, operations);
  }
  return failures;
}

const NOT_TRIED = new KaneoMcpError("out_of_time", "a request before it failed.");

const bulkSchema = z.object({ updatedCount: whole });

/** Kaneo skips unknown tasks silently, so what came of it has to be read. */
async function sendOne(kaneo: Kaneo, bulk: Change["bulk"], steps: Step[]): Promise<void> {
  if (bulk === undefined)
    for (const { located, change } of steps) await change.send(kaneo, located);
  else {
    const taskIds = steps.map(({ located }) => located.task.id);
    await kaneo.patch(endpoint`/api/task/bulk`, bulkSchema, { ...bulk, taskIds });
  }
}

/** @throws KaneoMcpError when every step of the first operation failed for certain. */
function assertMayHaveChanged(failures: Failures, [failed, ...rest]: Operation[]): void {
  const all = [...failures.values()];
  const [first] = all;
  if (first === undefined || all.length !== failed?.steps.length) return;
  if (all.some((error) => fateOf(error) === "uncertain")) return;
  const untried = [...new Set(rest.map(({ field }) => field))];
  const left = untried.length === 0 ? "" : ` Not tried: ${untried.join(", ")}.`;
  const message = `${failed.field}: ${first.message} Nothing was changed.${left}`;
  throw reworded(first, message);
}

/**
 * The tasks as they then are; undefined for those that are gone.
 *
 * @throws KaneoMcpError "outcome_unknown" when they cannot be read.
 */
export async function readBack(
  kaneo: Kaneo,
  wanted: readonly Wanted[],
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

/** The same value for the same field of tasks of one workspace is one operation; each task's own order is kept. */
function operationsOf(wanted: readonly Wanted[]): Operation[] {
  const operations = new Map<string, Operation>();
  const most = Math.max(0, ...wanted.map(({ changes }) => changes.length));
  for (let rank = 0; rank < most; rank += 1) {
    for (const { located, changes } of wanted) {
      const change = changes[rank];
      if (change === undefined || change.isSo(located.task)) continue;
      const { field, bulk } = change;
      // Kaneo takes a label off by its name, which is in the field: any task's copy names it.
      const value = bulk?.operation === "removeLabel" ? "" : bulk?.value;
      const key = JSON.stringify([rank, located.project.workspaceId, field, value]);
      const { steps } = operations.get(key) ?? { steps: [] };
      operations.set(key, { field, bulk, steps: [...steps, { located, change }] });
    }
  }
  return [...operations.values()];
}
