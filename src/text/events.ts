import { DAY_MS, isoOf } from "../kaneo/dates/day-words.ts";
import { type EventQuery, type TaskEvent, taskOfEvent } from "../kaneo/events/events.ts";
import { readMentions } from "../kaneo/mentions.ts";
import { inline, quoted, renderPerson } from "../untrusted.ts";
import { renderDay, renderExactDate, renderMinute } from "./dates.ts";
import { byLabels, SHARED_LABELS } from "./task-list.ts";
import { count, grouped, namedApart, renderProject, slugOf, spaced } from "./text.ts";

/** `  16:05  @Dan Evans  WEB-12  "Fix login redirect loop"  status in-review → done`. */
export function renderEvent(event: TaskEvent, timeZone: string): string {
  const time = renderMinute(event.at, timeZone).slice(11);
  const { key, title, person, after } = event;
  const deed = `${renderDeed(event, timeZone)}${after === undefined ? "" : `, ${after} after its creation`}`;
  const what = [inline(key, 60), quoted(title), deed];
  return `  ${spaced([time, renderPerson(person), ...what])}`;
}

/**
 * A line each below their days, the newest first. What one person changed in the same way in several tasks within a minute,
 * as when a sprint is archived, stands on one line: `  16:05  @Dan Evans  status done → archived: WEB-12 "Fix login", …`. So do due
 * dates that moved by as many days: `  16:05  @Dan Evans  due 7 days later: WEB-12 "Fix login" (→ 2026-03-08), …`.
 */
export function renderEvents(events: readonly TaskEvent[], timeZone: string): string[] {
  const lines: string[] = [];
  let day = "";
  for (const alike of runsOf(events, timeZone)) {
    const [first] = alike;
    if (first === undefined) continue;
    const itsDay = renderDay(first.at, timeZone);
    if (itsDay !== day) lines.push(itsDay);
    day = itsDay;
    if (alike.length < FEWEST_ALIKE) lines.push(...alike.map((one) => renderEvent(one, timeZone)));
    else lines.push(renderAlike(first, alike, timeZone));
  }
  return lines;
}

const FEWEST_ALIKE = 3;
const CHANGES: readonly TaskEvent["kind"][] = ["status", "done", "assignee", "priority", "due"];

/** Neighbours that tell the same of other tasks, together. */
function runsOf(events: readonly TaskEvent[], timeZone: string): TaskEvent[][] {
  const runs: TaskEvent[][] = [];
  let told = "";
  for (const event of events) {
    const { kind, at, person, personId } = event;
    const deed = shiftOf(event, timeZone) ?? renderDeed(event, timeZone);
    const said = [renderMinute(at, timeZone), personId, person, deed].join();
    const isAlike = CHANGES.includes(kind) && said === told;
    if (isAlike) runs.at(-1)?.push(event);
    else runs.push([event]);
    told = said;
  }
  return runs;
}

function renderAlike(first: TaskEvent, alike: readonly TaskEvent[], timeZone: string): string {
  const time = renderMinute(first.at, timeZone).slice(11);
  const deeds = new Set(alike.map((one) => renderDeed(one, timeZone)));
  const isShift = deeds.size > 1;
  const tasks = alike
    .map(({ key, title, after, to = "" }) => {
      const notes = [
        isShift && `→ ${inline(renderExactDate(to, timeZone))}`,
        after !== undefined && `${after} after its creation`,
      ].filter(Boolean);
      const noted = notes.length === 0 ? "" : ` (${notes.join(", ")})`;
      return `${inline(key, 60)} ${quoted(title)}${noted}`;
    })
    .join(", ");
  const deed = isShift ? shiftOf(first, timeZone) : renderDeed(first, timeZone);
  return `  ${spaced([time, renderPerson(first.person), `${deed}: ${tasks}`])}`;
}

/** `due 7 days later`, of a due date that was moved by whole days: a plan that is shifted moves each of its dates so. */
function shiftOf({ kind, from = "", to = "" }: TaskEvent, timeZone: string): string | undefined {
  if (kind !== "due" || [from, to].some((date) => Number.isNaN(Date.parse(date)))) return undefined;
  const [dayBefore = "", timeBefore] = renderMinute(from, timeZone).split(" ");
  const [dayAfter = "", timeAfter] = renderMinute(to, timeZone).split(" ");
  const days = (Date.parse(dayAfter) - Date.parse(dayBefore)) / DAY_MS;
  if (timeBefore !== timeAfter || days === 0) return undefined;
  return `due ${count(Math.abs(days), "day")} ${days > 0 ? "later" : "earlier"}`;
}

/** Stands with every history: that such a change is not in it does not mean that there was none. */
export const UNRECORDED = "Kaneo records no change of labels, descriptions, starts or relations.";

/** Whoever is to have tasks back cannot be found in `assignee → @Bob`. */
export function renderFormer(events: readonly TaskEvent[]): string {
  const isOfAssignees = events.some(({ kind }) => kind === "assignee");
  return isOfAssignees ? "Who had a task before is not recorded." : "";
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
      const [before, after] = [from, to].map(
        (day) => day && inline(renderExactDate(day, timeZone)),
      );
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

/** What events can be counted by. */
export const COUNTED_BY = ["day", "week", "person", "kind", "label", "project"] as const;
type CountedBy = (typeof COUNTED_BY)[number];

interface Counted {
  timeZone: string;
  period: Pick<EventQuery, "since" | "until">;
  projectNames: ReadonlyMap<string, string>;
}

/**
 * How many of these events, the newest first, each day, week, person and so on had that had any, a line each: times in their
 * order, others the most first.
 */
export function renderCounts(
  events: readonly TaskEvent[],
  by: CountedBy,
  counted: Counted,
): string[] {
  const each = events.flatMap((event) =>
    groupsOf(event, by, counted).map((group) => ({ event, group })),
  );
  const groups = namedApart(
    grouped(each, ({ group }) => group),
    ({ key }) => key,
  );
  const ordered =
    by === "day" || by === "week"
      ? groups.toReversed()
      : groups.toSorted((one, other) => other.members.length - one.members.length);
  const lines = ordered.map(
    ({ name, members }) => `${name}  ${renderGroup(members.map(({ event }) => event))}`,
  );
  return each.length > events.length ? [...lines, SHARED_LABELS] : lines;
}

function renderGroup(group: readonly TaskEvent[]): string {
  const tasks = new Set(group.map(taskOfEvent)).size;
  return `${group.length}${tasks === group.length ? "" : ` on ${count(tasks, "task")}`}`;
}

function groupsOf(
  event: TaskEvent,
  by: CountedBy,
  { timeZone, period, projectNames }: Counted,
): [string, string][] {
  const day = renderDay(event.at, timeZone);
  const kind = event.kind ?? inline(event.type.replaceAll("_", " "), 60);
  switch (by) {
    case "day":
      return [[day, day]];
    case "week": {
      const monday = mondayOf(day);
      const [first, last] = [period.since, period.until].map((at) => at && renderDay(at, timeZone));
      // A part of a week is not to be taken for a bad one.
      const from = first && first > monday ? ` from ${first}` : "";
      const until = last && last < isoOf(Date.parse(monday) + 6 * DAY_MS) ? ` until ${last}` : "";
      return [[monday, `week of ${monday}${from}${until}`]];
    }
    case "person":
      return [[event.personId ?? "", renderPerson(event.person)]];
    case "kind":
      return [[kind, kind]];
    case "label":
      return byLabels(event.labels ?? []);
    case "project":
      return [
        [event.projectId, renderProject(slugOf(event.key), projectNames.get(event.projectId))],
      ];
  }
}

function mondayOf(day: string): string {
  return isoOf(Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS);
}
