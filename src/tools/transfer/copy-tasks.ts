import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp } from "../../kaneo/api/outcomes.ts";
import { showsKept } from "../../kaneo/assets.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import type { TaskRelation } from "../../kaneo/relations/relations.ts";
import { columnLike } from "../../kaneo/tasks/changes.ts";
import type { LocatedTask } from "../../kaneo/tasks/find.ts";
import { eachTaskOnce, findTasks, splitKeys } from "../../kaneo/tasks/find-many.ts";
import { relationsOfAll, tasksIn } from "../../kaneo/tasks/project-tasks.ts";
import { type Row, rowOf, type Source } from "../../transfer/rows.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";
import { planImport, renderTwins, twinsOf } from "./import-plan.ts";
import { readProgress, renderProgress, runImport } from "./import-progress.ts";

/** Kaneo gives relations task by task. */
const MOST_READING_MS = 8_000;

const MOST_TASKS = 100;

export const copyTasks = defineTool({
  name: "copy_tasks",
  toolset: "transfer",
  description:
    "Copies up to 100 tasks into another project, or the same one: title, description, status, priority, people, dates, labels, and their relations to each other. Missing labels are created. The originals stay as they are; to move a task use update_task with project.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    tasks: fields.listOf(fields.task).max(MOST_TASKS),
    project: fields.project,
    workspace: fields.workspace,
    dry_run: z.boolean().default(false),
    continue: fields.cursor.optional(),
  }),
  example: { tasks: ["WEB-4", "WEB-7", "WEB-12"], project: "OPS" },
  run: async ({ tasks: references, project: reference, workspace, dry_run, ...args }, context) => {
    const { kaneo } = context;
    const [project, located] = await Promise.all([
      findProject(kaneo, { project: reference, workspace }),
      findAll(kaneo, references),
    ]);
    const relations = await relationsOfAll(kaneo, located, MOST_READING_MS);
    const statuses = located.map(({ task }) => columnLike(kaneo, task, project));
    const source = sourceOf(located, relations, await Promise.all(statuses));
    const identity = [project.id, located.map(({ task }) => task.id), dry_run];
    const plan = await planImport(source, { kaneo, project, calendar: context });
    const done = readProgress(args.continue, identity, source.rows.length);
    // Copies beside their originals are meant to have their titles, and only the first answer tells.
    const isElsewhere = located.some((one) => one.project.id !== project.id);
    const there = isElsewhere && done.from === 0 ? await asHelp(tasksIn(kaneo, project)) : [];
    const twins = twinsOf(source.rows, there ?? []);
    plan.notes.push(...(twins.size > 0 ? [`${renderTwins(twins, source, project)}.`] : []));
    const progress = { project, plan, identity, ...done };
    return dry_run ? progress : runImport(kaneo, progress, context.timeZone);
  },
  text: (progress, { timeZone }) => renderProgress(progress, timeZone),
});

/** Each task once. @throws KaneoMcpError of the first that is not found. */
async function findAll(kaneo: Kaneo, references: readonly string[]): Promise<LocatedTask[]> {
  const findings = await findTasks(kaneo, splitKeys(references, MOST_TASKS));
  return eachTaskOnce(findings).map((one) => {
    if (one instanceof KaneoMcpError) throw one;
    return one;
  });
}

/** What a file of these tasks would say. */
function sourceOf(
  located: readonly LocatedTask[],
  relations: readonly TaskRelation[][],
  statuses: readonly (string | undefined)[],
): Source {
  const among = new Set(located.map(({ task }) => task.id));
  const rows = located.map(({ task }, index): Row => {
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
      status: statuses[index] ?? task.status,
      priority: task.priority,
      assignee: task.assignee?.id,
      start: task.start,
      due: task.due,
      labels: task.labels.map(({ name }) => name),
      links,
    });
  });
  const labels = located.flatMap(({ task }) => task.labels);
  const people = located.flatMap(({ task }) => task.assignee ?? []);
  const isShowing = located.some(({ task }) => showsKept(task.description));
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
