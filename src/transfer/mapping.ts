/** What the columns of a table and the words in them mean, as people and other trackers call them. */
import type { KaneoMcpError } from "../errors.ts";
import { fold, foldAccents } from "../kaneo/names/matching.ts";
import { inline } from "../untrusted.ts";
import type { DayOrder } from "./days.ts";
import { FIELDS, type Field, notImported } from "./rows.ts";

/** Fields whose words can be given another meaning. */
const OF_VALUES = /^(status|priority|assignee|label|start|due)\s+(.+)$/i;

/** Those of days, of which none is called like a field: `due date = due` means a column. */
export const OF_DAYS = /^(?:start|due)\s/i;

/** Why a proposed line has the value that it has, behind that value. */
export const NO_COLUMN = "(no column is like that)";
/** The same of people; `tasks` is how many are assigned so. */
export function noMember(tasks: string, areSeveral: boolean): string {
  return `(${tasks}; ${areSeveral ? "several members have" : "no member has"} that name)`;
}
/** The same when somebody gives the line back as it was. */
const REMARK =
  /\s+\((?:\d+ left out|(?:\d+ tasks?; )?(?:no column is like that|(?:no member has|several members have) that name))\)$/;

/**
 * Reads lines such as `Wer = assignee`, `Notes = none`, `status Doing = in-progress`, `assignee Max = bob`,
 * `due ASAP = none` and `dates = d/m/y`. A column that is to be left out has no fields; one that is added to the descriptions
 * may have another besides. Values are by the folded left side, such as `status doing`.
 *
 * @param headers The columns that the file has.
 * @throws KaneoMcpError "invalid_input" for a line that says none of these.
 */
export function readMapping(lines: readonly string[], headers: readonly string[]) {
  const columns = new Map<string, Field[]>();
  const values = new Map<string, string>();
  let dayOrder: DayOrder | undefined;
  const known = new Set(headers.map(fold));
  const given = lines.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== "");
  for (const line of given) {
    const said = line.slice(0, 1_000).trim().replace(REMARK, "");
    const [, left = "", right = ""] = /^(.*\S)\s*=\s*(\S.*)$/.exec(said) ?? [];
    const field = FIELDS.find((one) => one === right.toLowerCase().replaceAll(/[\s-]/g, "_"));
    if (known.has(fold(left)) && (field !== undefined || fold(right) === "none")) {
      // The last line counts, but a description is one besides.
      const before = columns.get(fold(left)) ?? [];
      const kept = before.filter((one) => one !== field && [one, field].includes("description"));
      columns.set(fold(left), field === undefined ? [] : [...kept, field]);
    } else if (fold(left) === "dates" && (right === "d/m/y" || right === "m/d/y")) dayOrder = right;
    else if (OF_VALUES.test(left) && !(OF_DAYS.test(left) && field)) values.set(fold(left), right);
    else throw unknownLine(line, headers);
  }
  return { columns, values, dayOrder };
}

/** What to do about a guess of the encoding that was wrong. */
export const WRONG_LETTERS =
  'If letters look wrong, name the encoding too: "encoding = shift_jis".';

function unknownLine(line: string, headers: readonly string[]): KaneoMcpError {
  const known = headers.length === 0 ? "" : ` The columns are: ${inline(headers.join(", "), 600)}.`;
  const why = `The mapping "${inline(line)}" is not understood.${known}`;
  return notImported(
    why,
    `Write a column = one of ${FIELDS.join(", ")} or none; status X = a column of the project, or none to leave those rows out; assignee X = a member or none; due X = a day or none; dates = d/m/y or m/d/y. ${WRONG_LETTERS}`,
  );
}

/** What columns are called, in the letters of {@link lettersOf}. */
const NAMES: Record<Field, string> = {
  key: "key kaneokey id issuekey issueid issuenumber taskid cardid number nr no ticket cardnumber",
  title: "title summary name task taskname cardname issue subject todo",
  description: "description desc body notes note details content carddescription text comment",
  status: "status state column list listname stage section sectioncolumn bucketname",
  priority: "priority prio severity urgency",
  assignee:
    "assignee assignees assignedto assigned assign assignto userid owner members cardmembers responsible person who",
  start: "start startdate starton begin begins starting",
  due: "due duedate dueon deadline enddate end targetdate",
  labels: "labels label tags tag categories category components",
  parent: "parent parentkey parentid parentissue parentitem parenttask epic epiclink subtaskof",
  blocks: "blocks blocking blockingdependencies outwardissuelinkblocks",
  blocked_by: "blockedby blockedbydependencies dependson inwardissuelinkblocks",
  related_to: "relatedto related relatesto inwardissuelinkrelates outwardissuelinkrelates",
};

/** Some programs number what is there twice, `Labels.1`, and Jira says of what people added, `Custom field (Epic Link)`. */
function lettersOf(header: string): string {
  // What has no line end may have no separator either, and be all of a file.
  const name = header
    .slice(0, 1_000)
    .replace(/\.\d+$/, "")
    .replace(/^custom field \((.*)\)$/i, "$1");
  return foldAccents(name).replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Which of the keys has a word in its list. */
function byWord<Key extends string>(lists: Record<Key, string>): ReadonlyMap<string, Key> {
  // The keys of a record are no others.
  const entries = Object.entries(lists) as [Key, string][];
  return new Map(entries.flatMap(([key, words]) => words.split(" ").map((word) => [word, key])));
}

const FIELD_BY_NAME = byWord(NAMES);

/** The field that a column's name means; undefined for a name that nobody knows. */
export function fieldOf(header: string): Field | undefined {
  return header === "#" ? "key" : FIELD_BY_NAME.get(lettersOf(header));
}

const PRIORITY_BY_WORD = byWord({
  urgent: "urgent highest critical blocker immediate asap p0 p1",
  high: "high major important p2",
  medium: "medium normal moderate p3",
  low: "low lowest minor trivial p4 p5",
  "no-priority": "nopriority none undefined unset",
});

/** The priority that a word means; undefined for one that nobody knows. */
export function priorityOf(word: string): string | undefined {
  return PRIORITY_BY_WORD.get(lettersOf(word));
}

/** Kinds of columns, by the words that they are called: the first that fits counts. */
const STATUS_KINDS: [kind: string, words: RegExp][] = [
  [
    "archived",
    /^(?:cancell?ed|abandoned|rejected|won ?t ?(?:do|fix)|duplicate|archived?|closed as not planned)$/,
  ],
  ["planned", /^(?:backlog|icebox|later|someday|planned|ideas?|triage)$/],
  // What denies the words below: "not started" is not in progress, and "undone" is not done.
  ["todo", /\b(?:not|un(?:started|done|finished|resolved)|incomplete|inactive)\b/],
  ["done", /\b(?:done|completed?|closed?|resolved|finished|shipped|released|merged)\b/],
  ["review", /review|\b(?:test|qa\b|verif|approv)/],
  ["progress", /\b(?:(?:in ?)?progress|doing|started|wip|active|under ?way)/],
  ["todo", /\b(?:to ?do|(?:re)?open|new|ready|next|selected)/],
];

/** The kind of column that a text names, alone if `isWhole`; undefined for one that names none. */
function kindOf(text: string, isWhole = false): string | undefined {
  const words = foldAccents(text)
    .split(/[^\p{L}\p{N}]+/u)
    .join(" ")
    .trim();
  const found = STATUS_KINDS.find(([, pattern]) => pattern.test(words));
  return found && isWhole && words.replace(found[1], "") !== "" ? undefined : found?.[0];
}

/**
 * Of `columns` the slug of the one that another tracker calls `word`; undefined where none is like that.
 *
 * @param isWhole Whether other words around it make it mean something else, as in the heading of a list.
 */
export function statusLike(
  word: string,
  columns: readonly { slug: string; name: string; isFinal: boolean }[],
  isWhole = false,
): string | undefined {
  const kind = kindOf(word, isWhole);
  if (kind === undefined || kind === "archived" || kind === "planned") return kind;
  const alike = columns.find(
    ({ name, isFinal }) => kindOf(name) === kind && isFinal === (kind === "done"),
  );
  if (alike !== undefined) return alike.slug;
  if (kind === "done") return columns.find(({ isFinal }) => isFinal)?.slug;
  return kind === "todo" ? columns.find(({ isFinal }) => !isFinal)?.slug : undefined;
}
