/** From a file of whatever program to tasks in words. */
import { KaneoMcpError } from "../errors.ts";
import { fold, partsOf } from "../kaneo/names/matching.ts";
import { readPlanka, readTrello } from "./boards.ts";
import { hasItems, isChecklist, readChecklist } from "./checklist.ts";
import { isOurCsv, readKaneoFile } from "./kaneo-file.ts";
import { fieldOf, type Mapping, readMapping } from "./mapping.ts";
import { assertNotTooMany, type Source } from "./rows.ts";
import { readCsv, readObjects, type Table } from "./table.ts";
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
export function readSource(text: string, mapping: readonly string[], isMarkdown = false): Reading {
  const plain = text.replace(/^\uFEFF/, "");
  const isList =
    (isMarkdown && !/^\s*\|/.test(plain)) || isChecklist(plain) || isLetter(plain, mapping);
  const reading = isList ? withMapping(readChecklist(plain), mapping) : readAny(plain, mapping);
  assertNotTooMany(reading.rows.length);
  return reading;
}

type Reading = Source & { mapping: Mapping };

/**
 * Words with a list below them, as in a mail: the first line is no head of a table. There, no blank stands behind a separator,
 * or a column is one that anybody knows, or that the mapping names.
 */
function isLetter(text: string, mapping: readonly string[]): boolean {
  const [head = ""] = text.trimStart().split("\n", 1);
  if (/^(?:[[{]|sep=)|[\t|]|[,;][\p{L}"]/u.test(head)) return false;
  const lines = mapping.flatMap((text) => partsOf(text, /\n/));
  const named = new Set(lines.map((line) => fold(line.split("=", 1)[0] ?? "")));
  // Who knows none of a thousand columns need not ask for the rest: a line of megabytes would take seconds.
  const cells = head.replaceAll('"', "").split(/[,;]/, 1_000);
  return !cells.some((cell) => fieldOf(cell) || named.has(fold(cell))) && hasItems(text);
}

function readAny(text: string, lines: readonly string[]): Reading {
  const start = text.trimStart();
  if (/^[[{]/.test(start)) return fromJson(parseJson(start), lines);
  const table = readCsv(text);
  const todoist = readTodoist(table);
  if (todoist !== undefined) return withMapping(todoist, lines);
  const isOurs = isOurCsv(table.headers);
  return fromTable(table, lines, { kind: csvKind(table.headers, isOurs), isOurs });
}

/** What has no columns of its own. */
function withMapping(source: Source, lines: readonly string[]): Reading {
  return { ...source, mapping: readMapping(lines, []) };
}

function fromTable(
  table: Table,
  lines: readonly string[],
  { kind, isOurs = false }: { kind: string; isOurs?: boolean },
): Reading {
  const mapping = readMapping(lines, table.headers);
  return { kind, mapping, ...readTable(table, mapping, { isOurs }) };
}

/** Tables that other programs write have columns that tell which it was. */
const KNOWN: [kind: string, headers: string[]][] = [
  ["Jira export (CSV)", ["Issue key", "Summary"]],
  ["Linear export (CSV)", ["ID", "Team", "Title", "Status", "Cycle Number"]],
  ["GitHub project (table)", ["Title", "URL", "Repository"]],
];

function csvKind(headers: readonly string[], isOurs: boolean): string {
  if (isOurs) return "kaneo-mcp export (CSV)";
  const known = KNOWN.find(([, names]) => names.every((name) => headers.includes(name)));
  return known?.[0] ?? "CSV";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = "It begins like JSON and is none: is the end missing? Nothing was created.";
    throw new KaneoMcpError("invalid_input", why, { cause });
  }
}

function fromJson(json: unknown, lines: readonly string[]): Reading {
  assertNotTooMany(Math.max(...listsIn(json).map(({ length }) => length), 0));
  const whole = readKaneoFile(json) ?? readTrello(json) ?? readPlanka(json);
  if (whole !== undefined) return withMapping(whole, lines);
  const objects = objectsIn(json);
  if (objects === undefined) {
    const why = "This JSON holds no list of tasks. Nothing was created.";
    throw new KaneoMcpError("invalid_input", why, {
      hint: "Give a list of objects with a title each, or an export of Trello, Planka, GitHub or this server.",
    });
  }
  const isGitHub = objects.some((one) => "number" in one && "state" in one && "body" in one);
  const issues = isGitHub
    ? objects.filter((one) => !one["pull_request"]).map(closedReason)
    : objects;
  const isOfKaneo = isKaneos(json);
  const kind = isOfKaneo ? "Kaneo's export (JSON)" : "JSON";
  const reading = fromTable(readObjects(issues), lines, {
    kind: isGitHub ? "GitHub issues (JSON)" : kind,
  });
  const notes = [
    ...reading.notes,
    ...(issues.length < objects.length ? ["Pull requests were left out."] : []),
    ...(isOfKaneo ? ["Kaneo's own export has no keys and no relations."] : []),
  ];
  return { ...reading, notes, colors: colorsIn(objects) };
}

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
  const isObject = (one: unknown): one is Fields => typeof one === "object" && one !== null;
  return found?.every(isObject) ? found : undefined;
}

function isKaneos(json: unknown): boolean {
  return typeof Object(Object(json).project).exportedAt === "string";
}

/** GitHub says elsewhere that an issue was closed without being done. */
function closedReason(issue: Fields): Fields {
  const reason = issue["stateReason"] ?? issue["state_reason"];
  return typeof reason === "string" && /not.?planned|duplicate/i.test(reason)
    ? { ...issue, state: "closed as not planned" }
    : issue;
}

function colorsIn(objects: readonly Fields[]): Map<string, string> {
  const labels = objects.flatMap((one) => (Array.isArray(one["labels"]) ? one["labels"] : []));
  const colored = labels.filter(
    (label) => typeof Object(label).name === "string" && typeof Object(label).color === "string",
  );
  return new Map(
    colored.map(({ name, color }: { name: string; color: string }) => {
      return [name, /^[0-9a-f]{6}$/i.test(color) ? `#${color}` : color];
    }),
  );
}
