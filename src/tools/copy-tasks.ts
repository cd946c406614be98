import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { findProject } from "../kaneo/references.ts";
import type { TaskRelation } from "../kaneo/relations.ts";
import { findTasks, splitKeys } from "../kaneo/task-bulk.ts";
import type { LocatedTask } from "../kaneo/task-finder.ts";
import { relationsOfAll } from "../kaneo/whole-project.ts";
import { type Row, rowOf } from "../transfer/rows.ts";
import * as fields from "./fields.ts";
import { planImport } from "./import-plan.ts";
import { readProgress, runImport } from "./import-tasks.ts";
import { renderDryRun, renderImport } from "./import-text.ts";
import { defineTool } from "./tool.ts";

/** Kaneo gives relations task by task. */
const MOST_READING_MS = 8_000;

const copyTasks = defineTool({
  name: "copy_tasks",
  toolset: "transfer",
  title: "Copy tasks",
  description:
    "Copies up to 100 tasks into another project, or the same one: title, description, status, priority, people, dates, labels, and their relations among each other. Missing labels are created. The originals stay as they are; to move a task use update_task with project.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    tasks: z.array(fields.task).min(1).max(100),
    project: fields.project,
    workspace: fields.workspace,
    dry_run: z.boolean().default(false),
    continue: fields.cursor.optional(),
  }),
  example: { tasks: ["WEB-4", "WEB-7", "WEB-12"], project: "OPS" },
  run: async ({ tasks: references, project: reference, workspace, dry_run, ...args }, context) => {
    const { kaneo } = context;
    const startedAt = kaneo.elapsed();
    const [project, found] = await Promise.all([
      findProject(kaneo, { project: reference, workspace }),
      findTasks(kaneo, splitKeys(references)),
    ]);
    const located = [...new Map(found.map((one) => [idOf(one), one])).values()].map((one) => {
      if (one instanceof KaneoMcpError) throw one;
      return one;
    });
    const relations = await relationsOfAll(kaneo, located, startedAt + MOST_READING_MS);
    const source = sourceOf(located, relations);
    const identity = [project.id, located.map(({ task }) => task.id), dry_run];
    const plan = await planImport(source, { kaneo, project, calendar: context });
    const progress = {
      ...{ project, plan, identity, startedAt, rows: source.rows, kind: undefined },
      ...readProgress(args.continue, identity, source.rows.length),
    };
    return dry_run ? progress : runImport(kaneo, progress, context.timeZone);
  },
  text: (progress, { timeZone }) =>
    "result" in progress ? renderImport(progress, timeZone) : renderDryRun(progress, timeZone),
});

function idOf(one: LocatedTask | KaneoMcpError): string {
  return one instanceof KaneoMcpError ? one.message : one.task.id;
}

/** What a file of these tasks would say. */
function sourceOf(located: readonly LocatedTask[], relations: readonly TaskRelation[][]) {
  const rows = located.map(({ task, columns }, index): Row => {
    const keys = (kind: TaskRelation["kind"]) =>
      (relations[index] ?? []).filter((one) => one.kind === kind).map(({ other }) => other.id);
    const column = columns.find(({ slug }) => slug === task.status);
    return rowOf(task.key, task.title, {
      ...{ keys: [task.id], description: task.description, priority: task.priority },
      // In another project the same column may have another slug.
      status: column?.name ?? task.status,
      assignees: task.assignee === undefined ? [] : [task.assignee.id],
      ...{ start: task.start, due: task.due },
      labels: task.labels.map(({ name }) => name),
      parents: keys("subtask_of"),
      blocks: keys("blocks"),
      // The other end names the rest, where it is copied too.
      relatedTo: keys("related_to").filter((id) => id > task.id),
    });
  });
  const colors = new Map(
    located.flatMap(({ task }) => task.labels.map(({ name, color }) => [name, color] as const)),
  );
  const names = new Map(
    located.flatMap(({ task: { assignee } }) =>
      assignee ? [[assignee.id, assignee.name ?? assignee.id] as const] : [],
    ),
  );
  const among = new Set(located.map(({ task }) => task.id));
  const lost = relations.flat().filter(({ other }) => !among.has(other.id)).length;
  const notes = ["Not copied: comments, logged time, activity."];
  if (lost > 0) notes.push(`Relations to tasks that are not among these: ${lost}.`);
  const mapping = { columns: new Map(), values: new Map(), dayOrder: undefined };
  const inside = rows.map((row) => {
    const only = (ids: string[]) => ids.filter((id) => among.has(id));
    return {
      ...row,
      parents: only(row.parents),
      blocks: only(row.blocks),
      relatedTo: only(row.relatedTo),
    };
  });
  return { kind: "", rows: inside, colors, columns: [], notes, mapping, names };
}

export const copyTaskTools = [copyTasks];
