/** The changes of one task, one after the other; of many tasks at once where a call has several. */
import { isFailure, KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../api/kaneo.ts";
import { asHelp, type Stop, sendOne } from "../api/outcomes.ts";
import { type Change, changesOf, type Sent, type TaskChanges } from "./changes.ts";
import { type PlacedTask, taskById } from "./find.ts";
import { merge } from "./save.ts";
import { rowNow, type Task } from "./task.ts";

/** A task before and after the change of a field. */
export interface Difference extends Pick<Change, "field">, Omit<Sent, "task"> {
  before: Task;
  after: Task;
}

/** What became of a task. */
export interface Applied {
  /** As the server has it now. */
  task: Task;
  /** What was changed, in order. */
  changed: Difference[];
  /** The named fields that already had their value. */
  unchanged: string[];
  /** The change with which it ended, and those that were left for that. */
  failed?: { change: Change; error: KaneoMcpError; left: Change[] };
}

/**
 * Sends the changes until one fails. One whose answer is lost has not, where the task shows it.
 *
 * @param stop Shared by the tasks of one call.
 * @throws KaneoMcpError "invalid_input" before any change for a project of another workspace.
 */
export async function applyChanges(
  kaneo: Kaneo,
  placed: PlacedTask,
  { wanted, stop = {} }: { wanted: TaskChanges; stop?: Stop | undefined },
): Promise<Applied> {
  // In turn, since a shift makes the new dates of the old ones, and a replacement the title.
  return kaneo.inTurn(`changes of ${placed.task.id}`, async () => {
    const look = () => rowNow(kaneo, placed.task.id);
    const row = wanted.remake && (await asHelp(sendOne(kaneo, stop, look)));
    const task = row ? merge(placed.task, row, row.assigneeName) : placed.task;
    const changes = changesOf({ ...wanted, ...wanted.remake?.(task) });
    const applied: Applied = { task, changed: [], unchanged: [] };
    for (const [index, change] of changes.entries()) {
      const before = applied.task;
      if (change.isSo(before)) {
        applied.unchanged.push(change.field);
        continue;
      }
      const project = wanted.project?.id === before.projectId ? wanted.project : placed.project;
      try {
        const sent = () => send(kaneo, change, { task: before, project });
        const { task: after, told = change.told, made } = await sendOne(kaneo, stop, sent);
        applied.changed.push({ field: change.field, before, after, told, made });
        applied.task = after;
      } catch (error) {
        if (!(error instanceof KaneoMcpError)) throw error;
        const left = changes.slice(index + 1).filter(({ isSo }) => !isSo(before));
        return { ...applied, failed: { change, error, left } };
      }
    }
    return applied;
  });
}

/** Where Kaneo's answer is lost, the task may show that it was changed. */
async function send(kaneo: Kaneo, change: Change, placed: PlacedTask): Promise<Sent> {
  try {
    return await change.send(kaneo, placed);
  } catch (error) {
    if (!isFailure(error, "outcome_unknown", "unexpected")) throw error;
    const found = await asHelp(taskById(kaneo, placed.task.id));
    if (found === undefined || !change.isSo(found.task)) throw error;
    return found;
  }
}
