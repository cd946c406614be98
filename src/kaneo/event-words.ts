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

const KINDS: ReadonlyMap<string, EventKind> = new Map([
  ["created", "created"],
  ["create", "created"],
  ["task", "created"],
  ["comment", "comment"],
  ["status_changed", "status"],
  ["priority_changed", "priority"],
  ["assignee_changed", "assignee"],
  ["unassigned", "assignee"],
  ["due_date_changed", "due"],
  ["title_changed", "title"],
  ["moved", "moved"],
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
  const kind = KINDS.get(type);
  const [before, after] = DETAIL_NAMES.get(type) ?? [];
  if (after === undefined) return { kind, type, text: content };
  const isSelf = details["isSelfAssigned"] === true;
  return { kind, type, from: before && value(before), to: value(after), text: content, isSelf };
}

const DETAIL_NAMES: ReadonlyMap<string, readonly [before: string | undefined, after: string]> =
  new Map([
    ["status_changed", ["oldStatus", "newStatus"]],
    ["priority_changed", ["oldPriority", "newPriority"]],
    ["assignee_changed", [undefined, "newAssignee"]],
    ["due_date_changed", ["oldDueDate", "newDueDate"]],
    ["title_changed", ["oldTitle", "newTitle"]],
    ["moved", ["fromProjectName", "toProjectName"]],
  ]);

/** Reads an event of `type` by the words of Kaneo's search; what has another form is kept as text. */
export function readWords(type: string, words: string | undefined): WhatChanged {
  const kind = KINDS.get(type);
  const read = words === undefined ? undefined : READERS.get(type)?.(words);
  return read === undefined ? { kind, type, text: words } : { kind, type, ...read };
}

type Reader = (words: string) => Pick<WhatChanged, "from" | "to" | "isSelf"> | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["status_changed", (words) => readSlugs(words, "status")],
  ["priority_changed", (words) => readSlugs(words, "priority")],
  ["assignee_changed", readAssignee],
  ["unassigned", (words) => (words === "unassigned the task" ? {} : undefined)],
  ["due_date_changed", readDue],
  ["title_changed", readTitle],
]);

/**
 * "changed status from In Review to Done". Every word of a status begins with a capital there, so that the small "to" is
 * never one of them; changes of many tasks at once are recorded without the old one.
 */
function readSlugs(words: string, noun: "status" | "priority"): ReturnType<Reader> {
  const [, from, to] = new RegExp(`^changed ${noun} from (.*?) to (.+)$`, "su").exec(words) ?? [];
  return to === undefined ? undefined : { from: slugOf(from), to: slugOf(to) };
}

/** Back from "In Review" to `in-review`: Kaneo makes slugs of small letters, figures and hyphens (create-column.ts). */
function slugOf(words: string | undefined): string | undefined {
  return words ? words.toLowerCase().replaceAll(" ", "-") : undefined;
}

function readAssignee(words: string): ReturnType<Reader> {
  if (words === "assigned the task to themselves") return { isSelf: true };
  const [, to] = /^assigned the task to (.+)$/su.exec(words) ?? [];
  return to === undefined ? undefined : { to };
}

const DAY = String.raw`(\d{4}-\d{2}-\d{2}T[\d:.]+Z)`;
const DUE = new RegExp(`^(?:changed due date from ${DAY} to|set due date to) ${DAY}$`);

function readDue(words: string): ReturnType<Reader> {
  if (words === "cleared the due date") return {};
  const [, from, to] = DUE.exec(words) ?? [];
  return to === undefined ? undefined : { from, to };
}

/** Undefined where a title itself holds what stands between the two. */
function readTitle(words: string): ReturnType<Reader> {
  const [, both] = /^changed title from "(.*)"$/su.exec(words) ?? [];
  const [from, to, ...others] = both?.split('" to "') ?? [];
  return to === undefined || others.length > 0 ? undefined : { from, to };
}
