import type { Difference } from "../kaneo/tasks/apply-changes.ts";
import type { Task } from "../kaneo/tasks/task.ts";
import { fence, inline, quoted, sliceText } from "../untrusted.ts";
import { renderExactDate } from "./dates.ts";
import { grouped, stacked } from "./text.ts";

/** What became of one field, with enough to undo it: `status to-do → done`, `added label bug`. */
export function renderDifference(difference: Difference, timeZone: string): string {
  const { field, before, after, told } = difference;
  if (told !== undefined) return told;
  const [old, now] = [before, after].map((task) => shownValue(task, field, timeZone));
  if (field !== "description") {
    // A move puts a task into the first column where the other project has none such.
    const isElsewhere = field === "project" && before.status !== after.status;
    const status = isElsewhere ? `, status ${before.status} → ${after.status}` : "";
    return `${field} ${old} → ${now}${status}`;
  }
  return before.description === "" ? "description none → new" : "description";
}

/** A move without numbers, `project WEB → OPS`, which all tasks of one project have in common; other changes as they are. */
function ofProjects(difference: Difference): Difference {
  const { field, before, after } = difference;
  if (field !== "project") return difference;
  const bare = (task: Task) => ({ ...task, key: task.key.replace(/-(?:\d+|\?)(?= |$)/, "") });
  const made = after.key.endsWith("?") ? undefined : `now ${inline(after.key, 60)}`;
  return { ...difference, before: bare(before), after: bare(after), made };
}

/** What became of several tasks: one line for all of which the same did. */
export function renderChanges(
  changed: readonly {
    located: { task: Task };
    differences: readonly Difference[];
    unchanged: readonly string[];
  }[],
  timeZone: string,
): string[] {
  const all = changed.flatMap(({ located, differences, unchanged }) => {
    const key = inline(located.task.key, 60);
    const made = differences.map(ofProjects).map((one) => {
      return { line: renderDifference(one, timeZone), shown: `${key}${renderMade(one)}` };
    });
    return [...made, ...unchanged.map((field) => ({ line: `${field} already so`, shown: key }))];
  });
  return grouped(all, ({ line }) => [line, line]).map(({ name, members }) => {
    return `${name}: ${members.map(({ shown }) => shown).join(", ")}`;
  });
}

/** ` (comment m78v…)`, behind the change or the key of its task; "" for most. */
export function renderMade({ made }: Difference): string {
  return made === undefined ? "" : ` (${made})`;
}

function shownValue(task: Task, field: string, timeZone: string): string {
  switch (field) {
    case "title":
      return quoted(task.title, 1_000);
    case "assignee":
      return inline(task.assignee?.name ?? task.assignee?.id ?? "none", 60);
    case "due":
    case "start": {
      const date = task[field];
      return date === undefined ? "none" : renderExactDate(date, timeZone);
    }
    case "project":
      return inline(task.key, 60);
    default:
      return field === "priority" ? task.priority : task.status;
  }
}

const LONGEST_OLD_TEXT = 16_000;

/** The description that a change replaced, for who wants it back; none when it shows in the change or was empty. */
export function renderOldText(differences: readonly Difference[]): string[] {
  const replaced = differences.find(
    ({ field, before, told }) =>
      field === "description" && told === undefined && before.description !== "",
  );
  return replaced === undefined ? [] : oldDescription(replaced.before.description);
}

function oldDescription(description: string): string[] {
  const cut = description.length > LONGEST_OLD_TEXT;
  const part = cut ? ` (its first ${LONGEST_OLD_TEXT} of ${description.length} characters)` : "";
  return [`The description was${part}:`, fence(sliceText(description, LONGEST_OLD_TEXT))];
}

type Fields = Record<string, string | boolean | undefined>;

/** `name: Old → New`, a line for each field that differs, with enough to undo it. */
export function renderDifferences(before: Fields, after: Fields): string {
  const lines = Object.keys(after)
    .filter((field) => (before[field] ?? "") !== (after[field] ?? ""))
    .map((field) => `${field}: ${value(before[field])} → ${value(after[field])}`);
  const old = String(before["description"] ?? "");
  const isGone = old !== value(old) && old !== "" && after["description"] !== old;
  return stacked([
    ...(lines.length === 0 ? ["It was so already."] : lines),
    ...(isGone ? oldDescription(old) : []),
  ]);
}

function value(given: string | boolean | undefined): string {
  return given === undefined || given === "" ? "none" : inline(String(given), 200);
}
