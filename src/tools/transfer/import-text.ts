/** What an import says of itself: before, and behind it. */
import { KaneoMcpError } from "../../errors.ts";
import { writeCursor } from "../../kaneo/api/cursors.ts";
import { doneIn, failuresIn, fateOf } from "../../kaneo/api/outcomes.ts";
import type { Project } from "../../kaneo/api/schemas.ts";
import type { MadeTasks, Reached } from "../../kaneo/tasks/create-many.ts";
import { renderCreated, renderPlan } from "../../text/task-line.ts";
import { count, MOST_CHARACTERS, spaced, stacked } from "../../text/text.ts";
import { inline, renderPlace } from "../../text/untrusted.ts";
import type { ImportPlan } from "./import-plan.ts";

/** A call's tasks, planned, and how far they are. */
export interface ImportProgress extends Reached {
  project: Project;
  plan: ImportPlan;
  /** What the file was taken for; undefined where the tasks come from Kaneo itself. */
  kind: string | undefined;
  /** What a cursor belongs to. */
  identity: unknown;
  /** A moment of `Kaneo.elapsed`. */
  startedAt: number;
}

export type Imported = ImportProgress & { result: MadeTasks };

/** How many lines of one kind an answer has. */
const MOST_LINES = 40;

/** What an import did, and what it did not. */
export function renderImport(progress: Imported, timeZone: string): string {
  const { plan, project, from, identity, result } = progress;
  const { plans } = plan;
  const next = from + result.made.length;
  const created = doneIn(result.made);
  const failures = failuresIn(result.made);
  const isOver = next >= plans.length;
  const places = created.length === 0 ? "" : `: ${keyRuns(created.map(({ task }) => task.key))}`;
  const where = renderPlace(project);
  const verb = progress.kind === undefined ? "Copied" : "Imported";
  const head = `${verb} ${created.length} of ${count(result.made.length, "task")} into ${where}${places}.`;
  const cursor = writeCursor([next, ...result.runs.flat()], identity);
  const incomplete = created
    .filter(({ problems }) => problems.length > 0)
    .map((one) => renderCreated(one, timeZone).join(" — "));
  const unsure = failures.some((failure) => fateOf(failure) === "uncertain");
  return stacked([
    unsure && "Of one task nobody knows whether it was created: look at the project first.",
    head,
    !isOver && result.reason !== undefined && `Stopped: ${inline(result.reason, 300)}`,
    !isOver &&
      `${next} of ${plans.length} are done: call again with the same arguments and continue ${cursor}`,
    ...listed(
      "Not created",
      result.made.flatMap((one, index) =>
        one instanceof KaneoMcpError
          ? `${plans[from + index]?.name}: ${fateOf(one)}: ${one.message}`
          : [],
      ),
    ),
    ...listed("Created, but not all of it", incomplete),
    ...(from === 0 ? aboutSource(progress) : []),
  ]);
}

/** `WEB-3 to WEB-9`; where there are others between them, `6 from WEB-3 to WEB-11`. */
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

function aboutSource({ kind, plan }: ImportProgress): string[] {
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
export function renderDryRun(progress: ImportProgress, timeZone: string): string {
  const { plan, project, from, identity } = progress;
  const { plans } = plan;
  const able = plans.filter((one) => "task" in one).length;
  const where = renderPlace(project);
  const head = [
    `Checked, nothing created: ${able} of ${count(plans.length, "task")} can be made in ${where}.`,
    ...(from === 0 ? aboutSource(progress) : []),
    ...(from === 0
      ? listed(
          "Not possible",
          plans.flatMap((one) => ("failure" in one ? `${one.name}: ${one.failure.message}` : [])),
        )
      : []),
  ];
  const lines: string[] = [];
  let left = MOST_CHARACTERS - 1_000 - head.join("\n").length;
  for (const [index, one] of plans.entries()) {
    if (index < from || "failure" in one) continue;
    const line = spaced([inline(one.name, 60), renderPlan(one, plans, timeZone)]);
    left -= line.length + 1;
    if (left < 0) {
      const cursor = writeCursor([index], identity);
      lines.push(
        `${index} of ${plans.length} are shown; for the rest, dry_run again with continue ${cursor}`,
      );
      break;
    }
    lines.push(line);
  }
  return [...head, ...lines].join("\n");
}
