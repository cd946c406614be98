/** What is meant by names that are not there: arguments of a tool, and tools. */
import { hasTooManyParts } from "../json.ts";
import { nearestNames } from "../text/nearest-names.ts";

interface Names {
  known: ReadonlyMap<string, unknown>;
  /** Other names of them. */
  alsoRead: Readonly<Record<string, string>>;
}

/** `No priority`, `no_priority` and `NoPriority` are `no-priority`; `-due` is not `due`, but the other way round. */
export function squeeze(name: string): string {
  return name
    .slice(0, LONGEST)
    .trim()
    .toLowerCase()
    .replaceAll(/(?!^)[\s_-]/g, "");
}

/** No name or choice is as long, however it is written. */
const LONGEST = 1_000;

/** The one meaning of "empty": as if it were left out. Lists in a list are something, however deep they go. */
export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isBlank) : isBlank(value);
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" ? value.trim() === "" : value === undefined || value === null;
}

/** With `add_labels` for `addLabels`, and `task`, which takes ids too, for `taskId`; never where that is given as well, or twice. */
export function withNamesMeant(args: object, { known, alsoRead }: Names): [string, unknown][] {
  const names = [...Object.entries(alsoRead), ...[...known.keys()].map((name) => [name, name])];
  const meant = new Map(names.map(([written = "", name = ""]) => [squeeze(written), name]));
  const entries = unwrapped(args, known);
  const given = new Set(entries.flatMap(([name, value]) => (isEmpty(value) ? [] : name)));
  const read = entries.map(([written, value]): [string, unknown] => {
    const squeezed = squeeze(written).replace(/^(task|project|workspace)(?:id|key|slug)$/, "$1");
    const name = meant.get(squeezed);
    if (name === undefined || isEmpty(value) || given.has(name)) return [written, value];
    given.add(name);
    return [name, value];
  });
  return read.filter(([name, value]) => !isEmpty(value) || !given.has(name));
}

/** What models put around arguments; other names say something of what is in them, such as `not`. */
const WRAPPING =
  /^(?:arguments?|args|inputs?|params|parameters|kwargs|fields?|updates?|changes|data|values|body|payload|properties|filters?|options|task|item)$/i;

/** Without the one object around arguments, as in `{ input: { … } }`, where all that is in it is known. */
function unwrapped(args: object, known: Names["known"]): [string, unknown][] {
  const entries = Object.entries(args);
  const [wrapping, ...others] = entries.filter(([name]) => !known.has(name));
  const inner = parseJson(wrapping?.[1], "{");
  if (others.length > 0 || !isRecord(inner) || !WRAPPING.test(wrapping?.[0] ?? "")) return entries;
  const parts = Object.entries(inner);
  const isWrapping = parts.every(([name]) => known.has(name) && !Object.hasOwn(args, name));
  return isWrapping ? [...entries.filter((entry) => entry !== wrapping), ...parts] : entries;
}

/** What other trackers, and people, call what is here called so. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  title: "summary subject heading name content",
  name: "title label column project",
  description: "body desc notes details text content",
  content: "body text message comment",
  comment: "note message remark content",
  note: "comment description text",
  task: "issue issueid issuekey card cardid ticket key id item source",
  tasks: "issues ids cards items task",
  project: "board team list repo",
  state: "completed done closed isdone iscompleted isarchived archived",
  status:
    "state column list section stage completed done closed isdone iscompleted archived isarchived",
  assignee: "assignees assigneeid assignedto owner responsible idmembers user",
  person: "user assignee author",
  labels: "tags labelids labelnames label",
  add_labels: "labels tags label labelids",
  parent: "parentid parenttask parentkey epic",
  due: "deadline dueon duedate duestring dueby duedatetime",
  due_until: "dueto duedate duebefore",
  priority: "severity urgency",
  text: "q jql keywords filter task taskid",
  limit: "perpage pagesize maxresults max first",
  cursor: "page offset after pagetoken",
  sort: "sortby orderby",
  count_by: "groupby",
  since: "from start after",
  until: "to end before",
  minutes: "hours duration timespent time",
  entry: "id entryid timeentry",
  notifications: "id ids",
  started: "date start from",
  relation: "type linktype kind",
  kind: "type",
  other: "target to",
  slug: "key",
  final: "isdone done isfinal",
  after: "position",
  archived: "status state",
  include_archived: "archived",
  unread_only: "unread",
  confirm_title: "confirm title",
  confirm_slug: "confirm",
};

/** `title or description`: the arguments of those that are there that somebody who writes `name` likely means. */
export function meantBy(name: string, known: Names["known"]): string {
  const written = squeeze(name).replaceAll(/[^a-z]/g, "");
  const likely = Object.entries(ELSEWHERE).filter(
    ([here, elsewhere]) => known.has(here) && elsewhere.split(" ").includes(written),
  );
  const unit = written === "hours" ? ", 60 an hour" : "";
  return likely.map(([here]) => here + unit).join(" or ");
}

/** What a text is as JSON that starts so, also with the quotes of Python; anything else as it is. */
export function parseJson(value: unknown, start: "[" | "{"): unknown {
  if (typeof value !== "string" || !value.trim().startsWith(start)) return value;
  const isQuotedOnce = /^[[{\s]+'/.test(value) && !value.includes('"');
  const json = isQuotedOnce ? value.replaceAll("'", '"') : value;
  if (hasTooManyParts(json)) return value;
  try {
    return JSON.parse(json);
  } catch {
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What other servers have a tool for, and here is an argument of update_task, update_project and the like. */
const CHANGES =
  /archive|assign|change|close|complete|edit|finish|(?<!re)move|rename|reopen|resolve|(?:add|set|remove)_(?:label|tag|due|status|priority)/;
/** The tools that show what others list. */
const SHOWN_BY: Readonly<Record<string, string>> = {
  workspace: "whoami",
  label: "get_project",
  column: "get_project",
  member: "get_project",
  comment: "get_task",
};

/** The tool that shows what such a name would list. */
export function shownBy(wanted: string): string | undefined {
  const [, shown = ""] = /(?:list|get|show)_([a-z]+?)s?$/.exec(wanted) ?? [];
  return SHOWN_BY[shown];
}

/** The tools that may be meant, by their deed rather than by their letters: one that deletes only where the name says so. */
export function toolsMeant(name: string, names: readonly string[]): string[] {
  const wanted = name.replaceAll(/(?<=[a-z])(?=[A-Z])|[ .-]/g, "_").toLowerCase();
  const changed =
    CHANGES.test(wanted) &&
    (/project|column|(?<!(?:add|set|remove)_)label$/.exec(wanted)?.[0] ?? "task");
  const deeds = [
    names.filter((one) => wanted.endsWith(`_${one}`) || wanted === one),
    names.filter((one) => changed && one.startsWith(`update_${changed}`)),
    names.filter((one) => one === shownBy(wanted)),
  ];
  const safe = names.filter((one) => /delete|remove/.test(wanted) || !one.startsWith("delete_"));
  return (
    deeds.find((likely) => likely.length > 0) ??
    nearestNames(wanted.replace("remove_", "delete_"), safe)
  );
}
