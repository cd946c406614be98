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
  /** What Kaneo's search says of it, with the values as `from` and `to`, or `self` for the person who did it. */
  words?: RegExp;
}

/**
 * Every word of a status begins with a capital there, so that the small "to" is never one of them; changes of many tasks at
 * once are recorded without the old one.
 */
const SLUGS = /^changed (?:status|priority) from (?<from>.*?) to (?<to>.+)$/su;
const ASSIGNED = /^assigned the task to (?:(?<self>themselves)|(?<to>.+))$/su;
const DAY = String.raw`\d{4}-\d{2}-\d{2}T[\d:.]+Z`;
const DUE = new RegExp(
  `^(?:cleared the due date|(?:changed due date from (?<from>${DAY}) to|set due date to) (?<to>${DAY}))$`,
);
/** Not where a title itself holds what stands between the two. */
const TITLES = /^changed title from "(?<from>(?:(?!" to ").)*)" to "(?<to>(?:(?!" to ").)*)"$/su;

const TYPES: ReadonlyMap<string, EventType> = new Map<string, EventType>([
  ["created", { kind: "created" }],
  ["create", { kind: "created" }],
  ["task", { kind: "created" }],
  ["comment", { kind: "comment" }],
  ["status_changed", { kind: "status", names: ["oldStatus", "newStatus"], words: SLUGS }],
  ["priority_changed", { kind: "priority", names: ["oldPriority", "newPriority"], words: SLUGS }],
  ["assignee_changed", { kind: "assignee", names: [undefined, "newAssignee"], words: ASSIGNED }],
  ["unassigned", { kind: "assignee", words: /^unassigned the task$/ }],
  ["due_date_changed", { kind: "due", names: ["oldDueDate", "newDueDate"], words: DUE }],
  ["title_changed", { kind: "title", names: ["oldTitle", "newTitle"], words: TITLES }],
  ["moved", { kind: "moved", names: ["fromProjectName", "toProjectName"] }],
]);

/** It is recorded that there was no due date; of a cleared one the search has no words for the day before. */
const NO_DAY = "none";

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
  const { kind, words: form } = TYPES.get(type) ?? {};
  const found = form?.exec(words ?? "");
  if (!found) return { kind, type, text: words };
  const { from, to, self } = found.groups ?? {};
  const change = { kind, type, isSelf: self !== undefined };
  if (form === SLUGS) return { ...change, from: slugOf(from), to: slugOf(to) };
  return { ...change, from: from ?? (form === DUE && to ? NO_DAY : undefined), to };
}

/** Back from "In Review" to `in-review`: Kaneo makes slugs of small letters, figures and hyphens (create-column.ts). */
function slugOf(words = ""): string | undefined {
  return words.toLowerCase().replaceAll(" ", "-") || undefined;
}
