/**
 * What an event says. `GET /api/activity/:taskId` gives the old and new values; the search gives a sentence made of them
 * (Kaneo search/controllers/global-search.ts), and nothing for events that have no words there.
 */

/** What can happen; `done` is a change of the status into a final column. Kaneo keeps logged time apart from events. */
export const EVENT_KINDS = [
  "done",
  "status",
  "created",
  "assignee",
  "priority",
  "due",
  "title",
  "moved",
  "comment",
  "time",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What one event changed. */
export interface WhatChanged {
  /** Undefined for types that Kaneo may yet add. */
  kind: EventKind | undefined;
  /** Such as `status_changed`. */
  type: string;
  /** Statuses and priorities as slugs, due dates in ISO 8601, people by name, projects by name. Undefined is none, or not recorded. */
  from?: string | undefined;
  to?: string | undefined;
  /** A comment, or what Kaneo says where that has none of the known forms. */
  text?: string | undefined;
  /** Whether the person chose themselves. */
  isSelf?: boolean;
}

interface EventType {
  kind: EventKind;
  /** What its data calls the values before and after. */
  names?: readonly [before: string | undefined, after: string];
  /** Reads the words of Kaneo's search; undefined for another form. */
  read?(words: string): Values | undefined;
}

type Values = Pick<WhatChanged, "from" | "to" | "isSelf">;

const TYPES: ReadonlyMap<string, EventType> = new Map<string, EventType>([
  ["created", { kind: "created" }],
  ["create", { kind: "created" }],
  ["task", { kind: "created" }],
  ["comment", { kind: "comment" }],
  ["status_changed", { kind: "status", names: ["oldStatus", "newStatus"], read: readSlugs }],
  [
    "priority_changed",
    { kind: "priority", names: ["oldPriority", "newPriority"], read: readSlugs },
  ],
  ["assignee_changed", { kind: "assignee", names: [undefined, "newAssignee"], read: readAssignee }],
  ["unassigned", { kind: "assignee", read: readUnassigned }],
  ["due_date_changed", { kind: "due", names: ["oldDueDate", "newDueDate"], read: readDue }],
  ["title_changed", { kind: "title", names: ["oldTitle", "newTitle"], read: readTitle }],
  ["moved", { kind: "moved", names: ["fromProjectName", "toProjectName"] }],
]);

/** Reads an event of `type` by the old and new values that came with it. */
export function readDetails(
  type: string,
  details: Readonly<Record<string, unknown>>,
  content: string | undefined,
): WhatChanged {
  const value = (name: string) => {
    const found = details[name];
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const { kind, names: [before, after] = [] } = TYPES.get(type) ?? {};
  if (after === undefined) return { kind, type, text: content };
  const isSelf = details["isSelfAssigned"] === true;
  const isFirst = kind === "due" && before !== undefined && details[before] === null;
  const from = isFirst && value(after) ? NO_DAY : before && value(before);
  return { kind, type, from, to: value(after), text: content, isSelf };
}

/** Reads an event of `type` by the words of Kaneo's search; what has another form is kept as text. */
export function readWords(type: string, words: string | undefined): WhatChanged {
  const { kind, read } = TYPES.get(type) ?? {};
  const values = words === undefined ? undefined : read?.(words);
  return values === undefined ? { kind, type, text: words } : { kind, type, ...values };
}

/**
 * "changed status from In Review to Done". Every word of a status begins with a capital there, so that the small "to" is
 * never one of them; changes of many tasks at once are recorded without the old one.
 */
function readSlugs(words: string): Values | undefined {
  const [, from, to] = /^changed (?:status|priority) from (.*?) to (.+)$/su.exec(words) ?? [];
  return to === undefined ? undefined : { from: slugOf(from), to: slugOf(to) };
}

/** Back from "In Review" to `in-review`: Kaneo makes slugs of small letters, figures and hyphens (create-column.ts). */
function slugOf(words: string | undefined): string | undefined {
  return words ? words.toLowerCase().replaceAll(" ", "-") : undefined;
}

function readAssignee(words: string): Values | undefined {
  if (words === "assigned the task to themselves") return { isSelf: true };
  const [, to] = /^assigned the task to (.+)$/su.exec(words) ?? [];
  return to === undefined ? undefined : { to };
}

function readUnassigned(words: string): Values | undefined {
  return words === "unassigned the task" ? {} : undefined;
}

const DAY = String.raw`(\d{4}-\d{2}-\d{2}T[\d:.]+Z)`;
const DUE = new RegExp(`^(?:changed due date from ${DAY} to|set due date to) ${DAY}$`);

function readDue(words: string): Values | undefined {
  if (words === "cleared the due date") return {};
  const [, from, to] = DUE.exec(words) ?? [];
  return to === undefined ? undefined : { from: from ?? NO_DAY, to };
}

/** It is recorded that there was none; of a cleared one the search has no words for the day before. */
const NO_DAY = "none";

/** Undefined where a title itself holds what stands between the two. */
function readTitle(words: string): Values | undefined {
  const [, both] = /^changed title from "(.*)"$/su.exec(words) ?? [];
  const [from, to, ...others] = both?.split('" to "') ?? [];
  return to === undefined || others.length > 0 ? undefined : { from, to };
}
