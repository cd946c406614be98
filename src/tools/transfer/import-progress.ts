/** How far an import, or a copy of tasks, is: over several calls where one is too short, and what each says of it. */
import { KaneoMcpError, prefixed } from "../../errors.ts";
import { readCursor, writeCursor } from "../../kaneo/api/cursors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { assertAnyDone, doneIn, failuresIn, fateOf } from "../../kaneo/api/outcomes.ts";
import type { Project } from "../../kaneo/api/schemas.ts";
import { createLabel, labelCalled, withLabels } from "../../kaneo/labels.ts";
import {
  type MadeTasks,
  makeTasks,
  type Plan,
  type Reached,
} from "../../kaneo/tasks/create-many.ts";
import { renderCreated, renderLabels, renderPlan } from "../../text/task-line.ts";
import { count, inPart, MOST_CHARACTERS, spaced, stacked } from "../../text/text.ts";
import { inline, renderPlace, sliceText } from "../../untrusted.ts";
import type { planImport } from "./import-plan.ts";

/** A call's tasks, planned, and how far they are. */
interface ImportProgress extends Reached {
  project: Project;
  plan: Awaited<ReturnType<typeof planImport>>;
  identity: unknown;
}

type Imported = ImportProgress & { result: MadeTasks };

/**
 * A cursor of ours: how many of all rows are done, then the runs of their tasks.
 *
 * @throws KaneoMcpError "invalid_input" for one that was made for another file, or by nobody.
 */
export function readProgress(cursor: string | undefined, identity: unknown, rows: number): Reached {
  const [from = 0, ...rest] = cursor === undefined ? [] : readCursor(cursor, identity).map(Number);
  const counts = rest.filter((_, index) => index % 3 !== 2);
  if (![from, ...counts].every((number) => number >= 0 && number <= rows) || rest.length > 3 * rows)
    throw new KaneoMcpError("invalid_input", "This cursor did not come from an answer.");
  const runs = Array.from({ length: Math.floor(rest.length / 3) }, (_, index) => {
    const [first = 0, many = 0, number = 0] = rest.slice(index * 3);
    return [first, many, number] as const;
  });
  return { from, runs };
}

/**
 * Makes the labels that are missing, then the tasks.
 *
 * @throws KaneoMcpError with the whole report when not one task was created for certain.
 */
export async function runImport(
  kaneo: Kaneo,
  progress: ImportProgress,
  timeZone: string,
): Promise<Imported> {
  const imported = { ...progress, result: await importNow(kaneo, progress) };
  const hint = "Correct the file or the mapping; dry_run shows what each line becomes.";
  const { made } = imported.result;
  const tried = made.filter((_, index) => !isThere(progress.plan.plans[progress.from + index]));
  assertAnyDone(tried, () => renderImport(imported, timeZone), hint);
  return imported;
}

async function importNow(kaneo: Kaneo, progress: ImportProgress): Promise<MadeTasks> {
  const { plan, project, from, runs } = progress;
  const made: string[] = [];
  try {
    if (plan.newLabels.length > 0) {
      await withLabels(kaneo, project.workspaceId, async (present) => {
        for (const label of plan.newLabels) {
          // It was planned before that turn.
          if (labelCalled(label.name, present)) continue;
          await createLabel(kaneo, project.workspaceId, label);
          made.push(inline(label.name, 40));
        }
      });
    }
    return await makeTasks(kaneo, { plans: plan.plans, reached: { from, runs } });
  } catch (error) {
    const labels = made.length === 0 ? "" : ` Labels that were created: ${made.join(", ")}.`;
    throw prefixed(error, `No ${from === 0 ? "" : "further "}task was created.${labels}`);
  }
}

const MOST_LINES = 40;
/** Of a dry run's lines, about a hundred: enough to see whether the mapping is right. */
const MOST_PREVIEW = 6_000;

/** What was done, and what was not; without a result, what would be. */
export function renderProgress(progress: ImportProgress | Imported, timeZone: string): string {
  return "result" in progress ? renderImport(progress, timeZone) : renderDryRun(progress, timeZone);
}

function renderImport(progress: Imported, timeZone: string): string {
  const { plan, project, from, identity, result } = progress;
  const { plans } = plan;
  const next = from + result.made.length;
  const created = doneIn(result.made);
  const failures = failuresIn(result.made);
  const isOver = next >= plans.length;
  const [first, last] = [created[0]?.task.key, created.at(-1)?.task.key];
  const places = first === undefined ? "" : `, the first ${first}, the last ${last}`;
  const where = renderPlace(project);
  const verb = plan.kind === "" ? "Copied" : "Imported";
  const incomplete = created
    .filter(({ problems }) => problems.length > 0)
    .map((one) => renderCreated(one, timeZone).join(" — "));
  const head = `${verb} ${created.length} of ${count(result.made.length, "task")} into ${where}${inPart(incomplete.length)}${places}.`;
  const cursor = writeCursor([next, ...result.runs.flat()], identity);
  const unsure = failures.some((failure) => fateOf(failure) === "uncertain");
  return stacked([
    unsure && "Of one task nobody knows whether it was created: look at the project first.",
    !isOver &&
      `${next} of ${plans.length} are done: call again with the same arguments and continue ${cursor}`,
    !isOver && result.reason !== undefined && `Stopped: ${inline(result.reason, 300)}`,
    head,
    ...listed(
      "Not created",
      result.made.flatMap((one, index) =>
        one instanceof KaneoMcpError && !isThere(plans[from + index])
          ? `${plans[from + index]?.name}: ${fateOf(one)}: ${one.message}`
          : [],
      ),
    ),
    ...listed("Created, but not all of it", incomplete),
    ...(from === 0 ? aboutSource(plan) : []),
  ]);
}

/** A note counts those: they are no failures. */
function isThere(plan: Plan | undefined): boolean {
  return plan !== undefined && "failure" in plan && plan.failure.kind === "conflict";
}

function listed(head: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - MOST_LINES;
  const more = rest > 0 ? [`… and ${rest} more like these`] : [];
  return [`${head}:`, ...lines.slice(0, MOST_LINES).map((line) => inline(line, 400)), ...more];
}

function aboutSource({ kind, mapping, newLabels, notes }: ImportProgress["plan"]): string[] {
  const labels = renderLabels(newLabels);
  const said = notes.map((note) => inline(note, 700));
  return [
    (kind === "" ? said : [`Read as ${kind}.`, ...said]).join(" "),
    ...(labels === "" ? [] : [`New labels: ${labels}.`]),
    ...listed("Mapping", mapping),
  ];
}

function renderDryRun(progress: ImportProgress, timeZone: string): string {
  const { plan, project, from, identity } = progress;
  const { plans } = plan;
  const able = plans.filter((one) => "task" in one).length;
  const refused = plans.flatMap((one) =>
    "failure" in one && !isThere(one) ? `${one.name}: ${one.failure.message}` : [],
  );
  const about = [...aboutSource(plan), ...listed("Not possible", refused)];
  const head = [
    `Checked, nothing created: ${able} of ${count(plans.length, "task")} can be made in ${renderPlace(project)}.`,
    ...(from === 0 ? about : []),
  ];
  const lines: string[] = [];
  let left = Math.min(MOST_PREVIEW, MOST_CHARACTERS - 1_000 - head.join("\n").length);
  for (const [index, one] of plans.entries()) {
    if (index < from || "failure" in one) continue;
    const whole = spaced([inline(one.name, 60), renderPlan(one, plans, timeZone)]);
    const line = sliceText(whole, MOST_CHARACTERS / 2);
    left -= line.length + 1;
    // At least one, else the next call would show none of them either.
    if (left < 0 && lines.length > 0) {
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
