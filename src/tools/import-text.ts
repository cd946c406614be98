/** What an import says of itself: before, and behind it. */
import { reasonOf } from "../errors.ts";
import type { ImportResult, Plan, Runs } from "../kaneo/changes/task-import.ts";
import { writeCursor } from "../kaneo/cursors.ts";
import { fateOf } from "../kaneo/outcomes.ts";
import { wordsOf } from "../kaneo/relations.ts";
import type { Project } from "../kaneo/schemas.ts";
import { renderCreated, renderPlanned } from "../text/task-line.ts";
import { count, MOST_CHARACTERS, spaced, stacked } from "../text/text.ts";
import { inline, renderPlace } from "../text/untrusted.ts";
import type { Row } from "../transfer/rows.ts";
import type { ImportPlan } from "./import-plan.ts";

/** A call's tasks, planned, and how far they are. */
export interface Progress {
  project: Project;
  rows: readonly Pick<Row, "at">[];
  plan: ImportPlan;
  /** What the file was taken for; undefined where the tasks come from Kaneo itself. */
  kind: string | undefined;
  /** The first that this call is about. */
  from: number;
  runs: Runs;
  /** What a cursor belongs to. */
  identity: unknown;
  /** A moment of `Kaneo.elapsed`. */
  startedAt: number;
}

export type Imported = Progress & { result: ImportResult };

/** How many lines of one kind an answer has. */
const MOST_LINES = 40;

/** What an import did, and what it did not. */
export function renderImport(progress: Imported, timeZone: string): string {
  const { rows, project, from, identity, result } = progress;
  const next = from + result.made.length;
  const created = result.made.flatMap((one) => ("created" in one ? one.created : []));
  const failed = result.made.flatMap((one, index) => ("failure" in one ? [{ ...one, index }] : []));
  const isOver = next >= rows.length;
  const places = created.length === 0 ? "" : `: ${keyRuns(created.map(({ task }) => task.key))}`;
  const where = renderPlace(project);
  const verb = progress.kind === undefined ? "Copied" : "Imported";
  const head = `${verb} ${created.length} of ${count(result.made.length, "task")} into ${where}${places}.`;
  const cursor = writeCursor([next, ...result.runs.flat()], identity);
  const incomplete = created
    .filter(({ problems }) => problems.length > 0)
    .map((one) => renderCreated(one, timeZone).join(" — "));
  const unsure = failed.some(({ failure }) => fateOf(failure) === "uncertain");
  return stacked([
    unsure && "Of one task nobody knows whether it was created: look at the project first.",
    head,
    !isOver && result.reason !== undefined && `Stopped: ${inline(result.reason, 300)}`,
    !isOver &&
      `${next} of ${rows.length} are done: call again with the same arguments and continue ${cursor}`,
    ...listed(
      "Not created",
      failed.map(
        ({ failure, index }) =>
          `${rows[from + index]?.at}: ${fateOf(failure)}: ${reasonOf(failure)}`,
      ),
    ),
    ...listed("Created, but not all of it", incomplete),
    ...(from === 0 ? aboutSource(progress) : []),
  ]);
}

/** `WEB-3 to WEB-9, WEB-11`. */
function keyRuns(keys: readonly string[]): string {
  const [first, last] = [keys[0] ?? "", keys.at(-1) ?? ""];
  const numberOf = (key: string) => Number(key.split("-").at(-1));
  const isRun = numberOf(last) - numberOf(first) === keys.length - 1;
  if (keys.length === 1) return first;
  return isRun ? `${first} to ${last}` : `${keys.length} from ${first} to ${last}`;
}

function listed(head: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - MOST_LINES;
  const more = rest > 0 ? [`… and ${rest} more like these`] : [];
  return [`${head}:`, ...lines.slice(0, MOST_LINES).map((line) => inline(line, 400)), ...more];
}

function aboutSource({ kind, plan }: Progress): string[] {
  const labels = plan.newLabels.map(({ name }) => inline(name, 40)).join(", ");
  return [
    [
      ...(kind === undefined ? [] : [`Read as ${kind}.`]),
      ...plan.notes.map((note) => inline(note, 700)),
    ].join(" "),
    ...(labels === "" ? [] : [`New labels: ${labels}.`]),
    ...listed("Mapping", plan.mapping),
  ];
}

/** What an import would do. */
export function renderDryRun(progress: Progress, timeZone: string): string {
  const { rows, plan, project, from, identity } = progress;
  const able = plan.plans.filter((one) => "task" in one).length;
  const where = renderPlace(project);
  const head = [
    `Checked, nothing created: ${able} of ${count(rows.length, "task")} can be made in ${where}.`,
    ...(from === 0 ? aboutSource(progress) : []),
    ...(from === 0
      ? listed(
          "Not possible",
          plan.plans.flatMap((one, index) => refusalOf(one, rows[index])),
        )
      : []),
  ];
  const lines: string[] = [];
  let left = MOST_CHARACTERS - 1_000 - head.join("\n").length;
  for (let index = from; index < rows.length; index += 1) {
    const line = renderPlan(progress, index, timeZone);
    if (line === undefined) continue;
    left -= line.length + 1;
    if (left < 0) {
      const cursor = writeCursor([index], identity);
      lines.push(
        `${index} of ${rows.length} are shown; for the rest, dry_run again with continue ${cursor}`,
      );
      break;
    }
    lines.push(line);
  }
  return [...head, ...lines].join("\n");
}

function refusalOf(plan: Plan, row: Pick<Row, "at"> | undefined): string[] {
  return "failure" in plan ? [`${row?.at}: ${reasonOf(plan.failure)}`] : [];
}

/** A task as a list would show it, with where it stands in the file in the place of its key. */
function renderPlan({ rows, plan }: Progress, index: number, timeZone: string): string | undefined {
  const one = plan.plans[index];
  if (one === undefined || !("task" in one)) return undefined;
  const relations = one.links.map(({ kind, other }) => {
    const which = typeof other === "number" ? rows[other]?.at : other.task.key;
    return `${wordsOf(kind)} ${inline(which ?? "", 60)}`;
  });
  const planned = renderPlanned(one.task, relations, timeZone);
  return spaced([inline(rows[index]?.at ?? "", 60), planned]);
}
