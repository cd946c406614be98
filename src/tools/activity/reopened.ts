import { type TaskEvent, taskOfEvent } from "../../kaneo/events/events.ts";
import { ARCHIVED } from "../../kaneo/tasks/task.ts";
import { stacked } from "../../text/text.ts";
import { inline } from "../../untrusted.ts";

/** Of events that were told which of them went into final columns. */
interface Reopening {
  /** Whether the task that was done by an event was taken up again since; to put it away is none of that. */
  isUndone(event: TaskEvent): boolean;
  /** Whether an event took a task up again that was done, however it stands now. */
  isReopening(event: TaskEvent): boolean;
}

/** Looks at all of these, the newest first, whoever of them is asked for. */
export function reopeningIn(events: readonly TaskEvent[]): Reopening {
  const latest = new Map<string, TaskEvent>();
  const reopenings = new Set<string>();
  for (const event of events.toReversed()) {
    const { id, kind, to, isElsewhere, wasDone } = event;
    const isMove = kind === "done" || (kind === "status" && to !== ARCHIVED.slug && !isElsewhere);
    if (!isMove) continue;
    // Changes of many tasks at once are recorded without the old status, which is that of the move before.
    const isTakenUp = wasDone || latest.get(taskOfEvent(event))?.kind === "done";
    if (kind === "status" && isTakenUp) reopenings.add(id);
    latest.set(taskOfEvent(event), event);
  }
  return {
    isUndone: (event) => event.kind === "done" && latest.get(taskOfEvent(event))?.kind !== "done",
    isReopening: ({ id }) => reopenings.has(id),
  };
}

/** The keys of what is no longer done, and of what else was reopened: done again since, or done before this time. */
export function renderReopened(undone: ReadonlySet<string>, others: ReadonlySet<string>): string {
  return stacked([
    undone.size > 0 && `No longer done, as they were reopened: ${keysOf(undone)}.`,
    others.size > 0 && `Also reopened in this time: ${keysOf(others)}.`,
  ]);
}

function keysOf(all: ReadonlySet<string>): string {
  const keys = [...all].map((key) => inline(key, 60)).slice(0, MOST_NAMED);
  return `${keys.join(", ")}${all.size > MOST_NAMED ? ` and ${all.size - MOST_NAMED} more` : ""}`;
}

const MOST_NAMED = 20;
