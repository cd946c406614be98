import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed, reworded } from "../../errors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp, resolveAll } from "../../kaneo/api/outcomes.ts";
import type { Project } from "../../kaneo/api/schemas.ts";
import { showsKept } from "../../kaneo/assets.ts";
import { assertShift, type Calendar } from "../../kaneo/dates/read-dates.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import type { TaskRelation } from "../../kaneo/relations/relations.ts";
import { columnLike } from "../../kaneo/tasks/changes.ts";
import type { PlacedTask } from "../../kaneo/tasks/find.ts";
import { eachTaskOnce, findTasks, splitKeys } from "../../kaneo/tasks/find-many.ts";
import { readWholeProject, relationsOfAll, tasksIn } from "../../kaneo/tasks/project-tasks.ts";
import { ARCHIVED, type Task } from "../../kaneo/tasks/task.ts";
import { renderPastDue } from "../../text/task-line.ts";
import { type Row, rowOf, type Source } from "../../transfer/rows.ts";
import { inline, renderPlace } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { resolveArguments, shiftedDates } from "../tasks/task-arguments.ts";
import { defineTool } from "../tool.ts";
import { namesakesOf, planImport, renderNamesakes } from "./import-plan.ts";
import { readProgress, renderProgress, runImport } from "./import-progress.ts";

/** Kaneo gives relations task by task. */
const MOST_READING_MS = 8_000;

const MOST_TASKS = 100;

export const copyTasks = defineTool({
  name: "copy_tasks",
  toolset: "transfer",
  description:
    "Copies up to 100 tasks, or a whole project's but archived ones (from), into another project, or the same one: title, description, status, priority, people, dates, labels, and their relations to each other. Missing labels are created. The originals stay as they are; to move a task use update_task with project.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    tasks: fields.listOf(fields.task).max(MOST_TASKS).optional(),
    from: fields.text.describe("A project, instead of tasks").optional(),
    project: fields.project,
    workspace: fields.workspace,
    shift: fields.text.describe("Moves the dates of the copies: 1 year, -3d").optional(),
    status: fields.status.describe("Of all copies; default: each its own").optional(),
    dry_run: z.boolean().default(false),
    continue: fields.cursor.optional(),
  }),
  example: { tasks: ["WEB-4", "WEB-7", "WEB-12"], project: "OPS", shift: "1 week" },
  run: async ({ project: reference, workspace, dry_run, ...args }, context) => {
    const { kaneo } = context;
    if (args.shift !== undefined) assertShift(args.shift, context);
    const project = await findProject(kaneo, { project: reference, workspace });
    const [located, { status }] = await resolveAll([
      findOriginals(kaneo, project, args),
      resolveArguments(kaneo, { status: args.status }, { project, calendar: context }),
    ]);
    const relations = await relationsOfAll(kaneo, located, MOST_READING_MS);
    const copies = located.map(async ({ task }) => ({
      ...task,
      ...datesOf(task, args, context),
      status: status ?? (await columnLike(kaneo, task, project)) ?? task.status,
    }));
    const source = sourceOf(await Promise.all(copies), relations);
    const identity = [project.id, located.map(({ task }) => task.id), args.shift, status, dry_run];
    const plan = await planImport(source, { kaneo, project, calendar: context });
    const done = readDone(args, identity, source.rows.length);
    // Copies beside their originals are meant to have their titles, and only the first answer tells.
    const isElsewhere = located.some((one) => one.project.id !== project.id);
    const there = isElsewhere && done.from === 0 ? await asHelp(tasksIn(kaneo, project)) : [];
    const namesakes = namesakesOf(source.rows, there ?? []);
    if (namesakes.size > 0) plan.notes.push(`${renderNamesakes(namesakes, source, project)}.`);
    const past = done.from === 0 ? renderPastDue(source.rows.map(dueOf), context) : "";
    if (past !== "") plan.notes.push(`${past} shift moves the dates of copies.`);
    const progress = { project, plan, identity, ...done };
    return dry_run ? progress : runImport(kaneo, progress, context.timeZone);
  },
  text: (progress, { timeZone }) => renderProgress(progress, timeZone),
});

function datesOf(task: Task, { shift }: { shift?: string | undefined }, calendar: Calendar) {
  try {
    return shiftedDates(task, { shift }, calendar);
  } catch (error) {
    throw prefixed(error, `${inline(task.key, 60)}:`);
  }
}

/** As {@link readProgress}; to start over would copy what is done already once more. */
function readDone(
  args: { from?: string | undefined; continue?: string | undefined },
  identity: unknown,
  rows: number,
) {
  try {
    return readProgress(args.continue, identity, rows);
  } catch (error) {
    if (args.from === undefined || !isFailure(error, "invalid_input")) throw error;
    throw reworded(error, error.message, IF_CHANGED);
  }
}

const IF_CHANGED =
  "Repeat the arguments of the call that gave the cursor. If the project's tasks have changed since, name those that are not copied yet in tasks; starting over would copy the others twice.";

const dueOf = ({ at, due }: Row) => ({ key: at, due });

/** What is to be copied. @throws KaneoMcpError "invalid_input" or "not_found" for what is not there, or names the copies' own project. */
async function findOriginals(
  kaneo: Kaneo,
  project: Project,
  { tasks, from }: { tasks?: string[] | undefined; from?: string | undefined },
): Promise<PlacedTask[]> {
  if (tasks !== undefined && from === undefined) return findAll(kaneo, tasks);
  if (from === undefined || tasks !== undefined) {
    const message = "Give either tasks, or from with a project. Nothing was copied.";
    throw new KaneoMcpError("invalid_input", message);
  }
  const source = await findProject(kaneo, { project: from });
  const where = renderPlace(source);
  if (source.id === project.id) {
    const hint = "Give another project, or name the tasks that are to be there twice.";
    throw new KaneoMcpError("invalid_input", `${where} would be copied into itself.`, { hint });
  }
  const all = await readWholeProject(kaneo, source, { withRelations: false });
  const current = all.tasks.filter(({ task }) => task.status !== ARCHIVED.slug);
  if (current.length > 0) return current;
  throw new KaneoMcpError("not_found", `${where} has no task that is not archived.`);
}

/** Each task once. @throws KaneoMcpError of the first that is not found. */
async function findAll(kaneo: Kaneo, references: readonly string[]): Promise<PlacedTask[]> {
  const findings = await findTasks(kaneo, splitKeys(references, MOST_TASKS));
  return eachTaskOnce(findings).map((one) => {
    if (one instanceof KaneoMcpError) throw one;
    return one;
  });
}

/** What a file of these copies would say. */
function sourceOf(copies: readonly Task[], relations: readonly TaskRelation[][]): Source {
  const among = new Set(copies.map(({ id }) => id));
  const rows = copies.map((task, index): Row => {
    const links = (relations[index] ?? [])
      .filter(({ other }) => among.has(other.id))
      // The other end names the rest, since it is copied too.
      .filter(({ kind, other }) =>
        kind === "related_to" ? other.id > task.id : kind === "subtask_of" || kind === "blocks",
      )
      .map(({ kind, other }) => ({ kind, key: other.id }));
    return rowOf(task.key, task.title, {
      keys: [task.id],
      description: task.description,
      status: task.status,
      priority: task.priority,
      assignee: task.assignee?.id,
      start: task.start,
      due: task.due,
      labels: task.labels.map(({ name }) => name),
      links,
    });
  });
  const labels = copies.flatMap((task) => task.labels);
  const people = copies.flatMap(({ assignee }) => assignee ?? []);
  const isShowing = copies.some(({ description }) => showsKept(description));
  const lost = relations.flat().filter(({ other }) => !among.has(other.id)).length;
  return {
    kind: "",
    rows,
    colors: new Map(labels.map(({ name, color }) => [name, color])),
    names: new Map(people.map(({ id, name = id }) => [id, name])),
    notes: [
      "Not copied: comments, logged time, activity.",
      ...(isShowing
        ? [
            "Nor pictures: the copies show those of the originals, which only people of that workspace see, and which are gone when these are deleted.",
          ]
        : []),
      ...(lost > 0 ? [`Relations to tasks that are not among these: ${lost}.`] : []),
    ],
  };
}
