/** From a file of whatever program to tasks in words. */
import { hasTooManyParts, isRecord } from "../json.ts";
import { fold } from "../kaneo/names/matching.ts";
import { inline } from "../untrusted.ts";
import { readPlanka, readTrello } from "./boards.ts";
import { isItem, readChecklist } from "./checklist.ts";
import { readKaneoFile } from "./kaneo-file.ts";
import { fieldOf, readMapping } from "./mapping.ts";
import { assertNotTooMany, notImported, type Source, tooMuch } from "./rows.ts";
import { assertFew, readCsv, readObjects, type Table } from "./table.ts";
import { readTable } from "./table-rows.ts";
import { readTodoist } from "./todoist.ts";

/**
 * Reads tasks off a text: an export of ours, of Kaneo's page, Trello, Planka, GitHub, Jira, Linear or Todoist, any other
 * table, a list of objects, or a Markdown list.
 *
 * @param mapping Lines as `readMapping` takes them.
 * @param isMarkdown Whether the file's name says so: then it may begin with any words.
 * @throws KaneoMcpError "invalid_input" for a text that is none of these, saying what is missing.
 */
export function readSource(text: string, mapping: readonly string[], isMarkdown = false): Source {
  assertFew(text, /\n/g, "lines");
  const isList = isChecklist(text, isMarkdown);
  const reading = withoutNone(
    isList ? withMapping(readChecklist(text), mapping) : readAny(text, mapping),
  );
  assertNotTooMany(reading.rows.length);
  const names = reading.rows.map(
    ({ keys, labels, links }) => keys.length + labels.length + links.length,
  );
  if (names.reduce((sum, one) => sum + one, 0) > MOST_NAMES)
    throw tooMuch(`more than ${MOST_NAMES} keys, labels and relations`);
  return reading;
}

/** Without the rows of a status that somebody said is none. */
function withoutNone({ columns = [], values = new Map(), ...source }: Source): Source {
  const left = new Map<string, number>();
  const rows = source.rows.filter(({ status, section }) => {
    const word = `status ${fold(status ?? section ?? "")}`;
    const isWanted = fold(values.get(word) ?? "") !== "none";
    if (!isWanted) left.set(word, (left.get(word) ?? 0) + 1);
    return isWanted;
  });
  const told = [...left].map(([word, count]) => `${inline(word, 60)} = none (${count} left out)`);
  return { ...source, values, rows, columns: [...columns, ...told] };
}

/** Each is looked up among the others: twenty for each of as many tasks as are read. */
const MOST_NAMES = 200_000;

/** A list begins with an item, or has some below other words, as in a mail. */
function isChecklist(text: string, isMarkdown: boolean): boolean {
  const [head = ""] = text.trimStart().split("\n", 1);
  if (isItem(head)) return true;
  if (isMarkdown) return !head.startsWith("|");
  if (/^[[{]/.test(head)) return false;
  return (/^#+\s/.test(head) || !isHeadOfTable(head)) && text.split("\n").some(isItem);
}

/** In words, a blank stands behind a separator, and none of them is a column that anybody knows. */
function isHeadOfTable(head: string): boolean {
  // Who knows none of a thousand columns need not ask for the rest: a line of megabytes would take seconds.
  return /[\t|]|[,;]\S/.test(head) || head.split(/[,;]/, 1_000).some(fieldOf);
}

function readAny(text: string, lines: readonly string[]): Source {
  const start = text.trimStart();
  if (/^[[{]/.test(start)) return fromJson(parseJson(start), lines);
  const table = readCsv(text);
  const todoist = readTodoist(table);
  return todoist ? withMapping(todoist, lines) : readTable(completed(table), lines);
}

const PLACE = /^(?:Section\/Column|Bucket Name|List Name)$/;
const DONE = /^(?:Completed At|Completed Date|Due Complete)$/;
const NO = /^(?:false|no|0)?$/i;

/** Asana, Planner and Trello leave what is done or archived where it stands: a status of its own comes before that. */
function completed({ headers, records }: Table): Table {
  const states = headers.map((one) => (one === "Archived" ? "archived" : DONE.test(one) && "done"));
  if (!states.some(Boolean) || !headers.some((one) => PLACE.test(one))) return { headers, records };
  const rows = records.map(({ cells, ...record }) => {
    const state = states.find((one, at) => one && !NO.test(String(cells[at] ?? "")));
    return { ...record, cells: [state || "", ...cells] };
  });
  return { headers: ["State", ...headers], records: rows };
}

/** What has no columns of its own. */
function withMapping(source: Source, lines: readonly string[]): Source {
  return { ...source, values: readMapping(lines, []).values };
}

function parseJson(text: string): unknown {
  assertFew(text, /[,;|]|\\n/g, "cells");
  if (hasTooManyParts(text)) throw tooMuch("too many objects, lists and members");
  try {
    return JSON.parse(text);
  } catch {
    throw notImported("It begins like JSON but is not: is the end missing?");
  }
}

function fromJson(json: unknown, lines: readonly string[]): Source {
  assertNotTooMany(Math.max(...listsIn(json).map(({ length }) => length), 0));
  const whole = readKaneoFile(json) ?? readTrello(json) ?? readPlanka(json);
  if (whole !== undefined) return withMapping(whole, lines);
  const objects = objectsIn(json);
  if (objects === undefined) throw notImported("This JSON holds no list of tasks.", WANTED);
  const tasks = objects.filter((one) => !("url" in Object(one["pull_request"])));
  const reading = readTable(readObjects(tasks.map(closedReason)), lines);
  const notes = [
    ...reading.notes,
    ...(tasks.length < objects.length ? ["Pull requests were left out."] : []),
  ];
  return { ...reading, kind: "JSON", notes, colors: colorsIn(objects) };
}

const WANTED =
  "Give a list of objects with a title each, or an export of Trello, Planka, GitHub or this server.";

type Fields = Record<string, unknown>;

const LISTS = ["tasks", "issues", "items", "cards", "data", "results", "nodes"];

/** The lists that a JSON is, or has under a name that says so. */
function listsIn(json: unknown): unknown[][] {
  const fields = Object(json);
  const named = LISTS.map((name) => fields[name]);
  return [json, ...named, Object(fields.included).cards].filter(Array.isArray);
}

function objectsIn(json: unknown): Fields[] | undefined {
  const [found] = listsIn(json);
  return found?.every(isRecord) ? found : undefined;
}

/** GitHub says elsewhere that an issue was closed without being done. */
function closedReason(issue: Fields): Fields {
  const reason = issue["stateReason"] ?? issue["state_reason"];
  return typeof reason === "string" && /not.?planned|duplicate/i.test(reason)
    ? { ...issue, state: "closed as not planned" }
    : issue;
}

function colorsIn(objects: readonly Fields[]): Map<string, string> {
  const labels = objects.flatMap((one) => one["labels"]).map((label) => Object(label));
  const colored = labels.filter(({ name, color }) =>
    [name, color].every((one) => typeof one === "string"),
  );
  return new Map(
    colored.map(({ name, color }) => [name, color.replace(/^(?=[0-9a-f]{6}$)/i, "#")]),
  );
}
