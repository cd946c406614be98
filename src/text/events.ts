import type { TaskEvent } from "../kaneo/events/events.ts";
import { readMentions } from "../kaneo/mentions.ts";
import { renderDate, renderDay, renderMinute } from "./dates.ts";
import { count, grouped, spaced } from "./text.ts";
import { inline, quoted, renderPerson } from "./untrusted.ts";

/** `  16:05  @Dan Evans  WEB-12  "Fix login redirect loop"  status in-review → done`. */
export function renderEvent(event: TaskEvent, timeZone: string): string {
  const time = renderMinute(event.at, timeZone).slice(11);
  const { key, title, person } = event;
  const what = [inline(key, 60), quoted(title), renderDeed(event, timeZone)];
  return `  ${spaced([time, renderPerson(person), ...what])}`;
}

/** What happened to one task, a line each: `2026-03-01 14:30  @Bob Stone  status to-do → done`. */
export function renderHistory(events: readonly TaskEvent[], timeZone: string): string {
  return events
    .map((event) => {
      const { kind, at, person } = event;
      // Comments stand for themselves.
      const deed = kind === "comment" ? "commented" : renderDeed(event, timeZone);
      return `${renderMinute(at, timeZone)}  ${renderPerson(person)}  ${deed}`;
    })
    .join("\n");
}

function renderDeed(event: TaskEvent, timeZone: string): string {
  const { kind, type, from, to, text } = event;
  const said = text === undefined ? undefined : inline(readMentions(text), 160);
  switch (kind) {
    case "comment":
      return `commented: ${said ?? ""}`;
    case "created":
      return type === "create" ? "imported" : "created";
    case "time":
      return `logged ${to}${said === undefined ? "" : `: ${said}`}`;
    case "moved":
      return to === undefined
        ? "moved here from another project"
        : `moved${changed(from && inline(from), inline(to))}`;
    case undefined:
      return [inline(type.replaceAll("_", " "), 60), said].filter(Boolean).join(": ");
    default:
      return said ?? renderChange(event, timeZone);
  }
}

function renderChange(event: TaskEvent, timeZone: string): string {
  const { kind, type, from, to } = event;
  switch (kind) {
    case "assignee":
      if (type === "unassigned") return "assignee → none";
      return `assignee → ${event.isSelf ? renderPerson(event.person) : renderPerson(to)}`;
    case "due": {
      // What is no date is shown as it is.
      const [before, after] = [from, to].map((day) => day && inline(renderDate(day, timeZone)));
      return `due${changed(before, after ?? "none")}`;
    }
    case "title":
      return `title${changed(from && quoted(from), quoted(to ?? ""))}`;
    default:
      return `${kind === "done" ? "status" : kind}${changed(from && inline(from), inline(to ?? "?"))}`;
  }
}

function changed(from: string | undefined, to: string): string {
  return `${from === undefined ? "" : ` ${from}`} → ${to}`;
}

export const COUNTED_BY = ["day", "week", "person", "kind"] as const;
type CountedBy = (typeof COUNTED_BY)[number];

/** From when to when events were looked for, ISO 8601; now is milliseconds since the epoch. */
interface Covered {
  since: string | undefined;
  until: string | undefined;
  nowMs: number;
  timeZone: string;
}

/**
 * How many events a day, a week, a person or a kind had, a line each: times in their order, those without events too, and
 * the one that is not over yet said to be so; others the most first.
 */
export function renderCounts(
  events: readonly TaskEvent[],
  by: CountedBy,
  covered: Covered,
): string[] {
  const groups = grouped(events, (event) => groupOf(event, by, covered.timeZone));
  if (by === "day" || by === "week") {
    const counted = new Map(groups.map(({ name, members }) => [name, members]));
    return renderTimes(counted, by, covered);
  }
  return groups
    .toSorted((one, other) => other.members.length - one.members.length)
    .map(({ name, members }) => `${name}  ${renderGroup(members)}`);
}

function renderGroup(group: readonly TaskEvent[]): string {
  const tasks = new Set(group.map(({ projectId, key }) => `${projectId} ${key}`)).size;
  return `${group.length}${tasks === group.length ? "" : ` on ${count(tasks, "task")}`}`;
}

function renderTimes(
  groups: ReadonlyMap<string, TaskEvent[]>,
  by: "day" | "week",
  { since, until, nowMs, timeZone }: Covered,
): string[] {
  const firstOf = (moment: string) => firstDay(renderDay(moment, timeZone), by);
  const now = new Date(nowMs).toISOString();
  const current = firstOf(now);
  const last = firstOf(until === undefined || until > now ? now : until);
  // Kaneo's clock may be ahead of ours.
  const [end = last] = [last, ...groups.keys()].sort().reverse();
  const isOver = until !== undefined && until <= now;
  const filled = [...groups.keys(), ...(isOver ? [] : [current])];
  const name = by === "day" ? "" : "week of ";

  const lines: string[] = [];
  const firsts = [...new Set(filled)].sort();
  let at = since === undefined ? (firsts[0] ?? end) : firstOf(since);
  for (const first of [...firsts, later(end, by)]) {
    lines.push(...renderNothing(at, first, by));
    if (first > end) break;
    const soFar = first === current && !isOver ? " so far" : "";
    lines.push(`${name}${first}  ${renderGroup(groups.get(first) ?? [])}${soFar}`);
    at = later(first, by);
  }
  return lines;
}

/** The days or weeks from `from` on and before `to`, which had no events: in one line where there are many. */
function renderNothing(from: string, to: string, by: "day" | "week"): string[] {
  const name = by === "day" ? "" : "week of ";
  const [second, last] = [later(from, by), later(to, by, -1)];
  if (from >= to) return [];
  if (last <= second) return [...new Set([from, last])].map((first) => `${name}${first}  0`);
  return [`${name.replace("week", "weeks")}${from} to ${last}  0 each`];
}

/** The day, or the Monday of the week, that comes so many turns later. */
function later(day: string, by: "day" | "week", turns = 1): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + turns * (by === "week" ? 7 : 1));
  return date.toISOString().slice(0, 10);
}

function groupOf(event: TaskEvent, by: CountedBy, timeZone: string): [key: string, name: string] {
  const day = renderDay(event.at, timeZone);
  const kind = event.kind ?? inline(event.type.replaceAll("_", " "), 60);
  switch (by) {
    case "day":
      return [day, day];
    case "week":
      return [firstDay(day, by), firstDay(day, by)];
    case "person":
      return [event.personId ?? "", renderPerson(event.person)];
    case "kind":
      return [kind, kind];
  }
}

/** The day itself, or the Monday on or before it. */
function firstDay(day: string, by: "day" | "week"): string {
  if (by === "day") return day;
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
