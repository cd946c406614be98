import { type TaskEvent, taskOfEvent } from "../../kaneo/events/events.ts";
import { renderDuration } from "../time.ts";

/** An event, how long after the creation of its task it was, where it is of use and known. */
interface Timed extends TaskEvent {
  secondsAfter?: number | undefined;
  isUndone: boolean;
}

/** After how many seconds a task was done whose creation is among these events; to be imported is none. */
export function doneAfter(
  events: readonly TaskEvent[],
): (event: TaskEvent) => Pick<Timed, "secondsAfter" | "after"> {
  const created = new Map(
    events.flatMap((event) =>
      event.kind === "created" && event.type !== "create" ? [[taskOfEvent(event), event.at]] : [],
    ),
  );
  return (event) => {
    const since = event.kind === "done" ? created.get(taskOfEvent(event)) : undefined;
    if (since === undefined) return {};
    const seconds = Math.max(0, Math.round((Date.parse(event.at) - Date.parse(since)) / 1_000));
    return { secondsAfter: seconds, after: renderSpan(seconds) };
  };
}

/** How long the tasks took that are done: the last time, by events with the newest first; "" for less than two. */
export function renderDoneAfter(events: readonly Timed[]): string {
  const last = new Map<string, number>();
  for (const event of events) {
    if (event.isUndone || event.secondsAfter === undefined || last.has(taskOfEvent(event)))
      continue;
    last.set(taskOfEvent(event), event.secondsAfter);
  }
  const spans = [...last.values()].toSorted((one, other) => one - other);
  if (spans.length < 2) return "";
  const mean = Math.round(spans.reduce((sum, one) => sum + one, 0) / spans.length);
  const [shortest = 0, middle = 0, longest = 0] = [
    spans.at(0),
    spans[Math.ceil(spans.length / 2) - 1],
    spans.at(-1),
  ];
  return `From creation to done, ${spans.length} tasks: ${renderSpan(mean)} on average, half of them within ${renderSpan(middle)}; from ${renderSpan(shortest)} to ${renderSpan(longest)}.`;
}

/** `3 h 20 min`, `9.5 days`. */
function renderSpan(seconds: number): string {
  const days = seconds / 86_400;
  return days < 2 ? renderDuration(seconds) : `${Math.round(days * 10) / 10} days`;
}
