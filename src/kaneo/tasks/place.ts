/** Where a task stands in its column. Kaneo keeps a whole number for that, and moves no other task out of the way. */
import { KaneoMcpError } from "../../errors.ts";
import { endpoint, type Kaneo, withQuery } from "../api/kaneo.ts";
import { boardSchema } from "../api/schemas.ts";
import type { Change } from "./changes.ts";
import type { PlacedTask } from "./find.ts";
import { byPlace, type Task, taskOf } from "./task.ts";
import { putWhole } from "./whole-task.ts";

/** A place in the column that the task is in once everything else is changed. */
export type ColumnPlace = { where: "top" | "bottom" } | { where: "before" | "after"; anchor: Task };

/** Every task that has to make room is a full PUT. */
const MOST_MOVED = 30;

/** The change that puts a task there; `isNewHere` when other changes bring it into its column. */
export function changePlace(place: ColumnPlace, { isNewHere }: { isNewHere: boolean }): Change {
  const named = "anchor" in place ? `${place.where} ${place.anchor.key}` : place.where;
  return {
    field: "place",
    isSo: () => false,
    told: `place ${named}`,
    // Two that are placed at once would both get the number that is free.
    send: (kaneo, placed) =>
      kaneo.inTurn(`places in ${placed.project.id}`, async () => {
        const { task, old } = await putThere(kaneo, placed, place);
        const become = old === undefined ? `as it was (${named})` : `${old} → ${named}`;
        return { task, told: isNewHere ? undefined : `place ${become}` };
      }),
  };
}

/** Gives the task as it then is, and where it stood, unless it stood there already. */
async function putThere(kaneo: Kaneo, placed: PlacedTask, place: ColumnPlace) {
  const { task } = placed;
  const column = await columnOf(kaneo, placed);
  const at = column.findIndex(({ id }) => id === task.id);
  const others = column.filter(({ id }) => id !== task.id);
  const index = indexFor(place, others);
  if (at === index && isApart(column, at)) return { task };
  const { position, moves } = roomAt(others, index);
  // From the far end, so that no two of them ever stand in another order than before.
  for (const { other, to } of moves) await putWhole(kaneo, other, { position: to });
  const before = column[at - 1];
  const old = before === undefined ? "top" : `after ${before.key}`;
  return { task: await putWhole(kaneo, task, { position }), old };
}

/** The tasks of a task's column from top to bottom. */
async function columnOf(kaneo: Kaneo, { task, project }: PlacedTask): Promise<Task[]> {
  const { status } = task;
  const path = withQuery(endpoint`/api/task/tasks/${project.id}`, { status });
  const { rows } = await kaneo.get(path, boardSchema);
  const tasks = rows.map((row) => taskOf(row, project));
  return tasks.filter((one) => one.status === status).sort(byPlace);
}

/** Whether the number of a task tells it from the tasks around it, so that every page shows it in this place. */
function isApart(column: readonly Task[], at: number): boolean {
  const [before, task, after] = [column[at - 1], column[at], column[at + 1]];
  if (task === undefined) return false;
  const { position } = task;
  return (!before || before.position < position) && (!after || position < after.position);
}

function indexFor(place: ColumnPlace, others: readonly Task[]): number {
  if (!("anchor" in place)) return place.where === "top" ? 0 : others.length;
  const at = others.findIndex(({ id }) => id === place.anchor.id);
  if (at !== -1) return place.where === "before" ? at : at + 1;
  throw new KaneoMcpError("conflict", `${place.anchor.key} is not in the task's column any more.`);
}

/** A number for what is to stand before `others[index]`, with as few of them moved as possible: those, the farthest first. */
function roomAt(others: readonly Task[], index: number) {
  const above = others.slice(0, index).toReversed();
  const below = others.slice(index);
  const [over, under] = [above[0], below[0]];
  if (under === undefined) return { position: over ? over.position + 1 : 1, moves: [] };
  const upwards = shifted(above, under.position - 1, -1);
  if (over === undefined) return upwards;
  const downwards = shifted(below, over.position + 1, 1);
  const room = upwards.moves.length <= downwards.moves.length ? upwards : downwards;
  if (room.moves.length <= MOST_MOVED) return room;
  const why = `${room.moves.length} other tasks would have to be moved for that, since Kaneo has given them places without room between. None was moved.`;
  throw new KaneoMcpError("conflict", why, { hint: "place top and bottom need no room." });
}

/** Leaves `position` free by moving `others`, the nearest first, away from it as far as they must. */
function shifted(others: readonly Task[], position: number, step: 1 | -1) {
  const moves: { other: Task; to: number }[] = [];
  let taken = position;
  for (const other of others) {
    if ((other.position - taken) * step > 0) break;
    taken += step;
    moves.unshift({ other, to: taken });
  }
  return { position, moves };
}
