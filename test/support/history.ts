import type { Activity } from "../sandbox/data.ts";
import { addActivity } from "../sandbox/events.ts";
import type { SmallBoard } from "./small-board.ts";

/** Something that happened on WEB-`number` of a small board, by bob unless it says otherwise. */
export function happen(
  { sandbox: { data, people }, taskId }: SmallBoard,
  number: number,
  { at, ...event }: Partial<Activity> & { type: string; at: string },
): Activity {
  const activity = addActivity(data, {
    userId: people.bob.id,
    ...event,
    taskId: taskId(number),
  });
  return Object.assign(activity, { createdAt: at, updatedAt: at });
}

/** The searches of a Kaneo that has nothing to do with wildcards find nothing. */
export function blindSearch({ sandbox }: SmallBoard): void {
  const body = { results: [], totalCount: 0, searchQuery: "" };
  const match = { path: /^\/api\/search/, times: Number.POSITIVE_INFINITY };
  sandbox.fail(match, { kind: "answer", status: 200, body });
}
