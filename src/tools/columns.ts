import { z } from "zod";
import { KaneoMcpError, prefixed } from "../errors.ts";
import type { Kaneo } from "../kaneo/api/kaneo.ts";
import { fateOf, reasonOf, saying } from "../kaneo/api/outcomes.ts";
import { type Column, columnsOf, type Project } from "../kaneo/api/schemas.ts";
import {
  arrangeColumns,
  changeColumn,
  columnNaming,
  createColumn,
  deleteColumn,
  findColumn,
  orderColumns,
} from "../kaneo/columns.ts";
import { fold, matchesOf, splitNames } from "../kaneo/names/matching.ts";
import { findProject } from "../kaneo/projects/find.ts";
import { OFF_BOARD } from "../kaneo/tasks/task.ts";
import { renderDifferences } from "../text/task-changes.ts";
import { renderColumns } from "../text/task-line.ts";
import { stacked } from "../text/text.ts";
import { inline } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { readColor } from "./labels.ts";
import { defineTool } from "./tool.ts";
import { renderWorkflowRule, workflowRulesOf } from "./workflow-rules.ts";

const isFinal = z.boolean().describe("Whether tasks here are done");

const addColumn = defineTool({
  name: "create_column",
  toolset: "board",
  description: "Adds a column, as the last one unless after says otherwise.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    ...fields.inProject,
    name: fields.text,
    final: isFinal.default(false),
    icon: fields.icon.optional(),
    color: fields.color.optional(),
    after: fields.column.describe("Column to come after, or none to be the first").optional(),
  }),
  example: { project: "WEB", name: "Fresh column", final: true, after: "in-progress" },
  run: async ({ name, final, icon, color, after, ...reference }, { kaneo }) => {
    const wish = { name, isFinal: final, icon, color: color && readColor(color) };
    const project = await findProject(kaneo, reference);
    const columns = await kaneo.fresh(columnsOf(project.id));
    assertFree(project, columns, { name });
    const isFirst = after !== undefined && fields.isNone(after);
    const before = after && !isFirst ? findColumn(project, columns, after) : undefined;
    const created = await createColumn(kaneo, project, wish);
    if (after === undefined) return { project, columns: [...columns, created] };
    const arrange = (present: readonly Column[]) => placed(present, created, before);
    await arrangeColumns(kaneo, project, arrange).catch(notPlaced);
    return boardNow(kaneo, project);
  },
  text: renderBoard,
});

/** The columns with a new one behind `before`, or first. @throws KaneoMcpError "not_found" where that is gone. */
function placed(present: readonly Column[], created: Column, before: Column | undefined): Column[] {
  const others = present.filter(({ id }) => id !== created.id);
  const at = others.findIndex(({ id }) => id === before?.id);
  if (before !== undefined && at === -1)
    throw new KaneoMcpError("not_found", `the column ${before.slug} was deleted meanwhile.`);
  return others.toSpliced(at + 1, 0, created);
}

function notPlaced(error: unknown): never {
  const isUncertain = fateOf(error) === "uncertain";
  const place = isUncertain ? "whether it is in its place is uncertain" : "not put into its place";
  const done = `The column was created; ${place}:`;
  throw prefixed(error, done, "Do not create it again; reorder_columns moves it.");
}

const updateColumn = defineTool({
  name: "update_column",
  toolset: "board",
  description: "Changes only the named fields of a column. Its slug stays, even under a new name.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    ...fields.inProject,
    column: fields.column,
    name: fields.text.optional(),
    final: isFinal.optional(),
    icon: fields.text.describe("Lucide icon name, or none").optional(),
    color: fields.text.describe("Such as green or #3b82f6, or none").optional(),
  }),
  example: { project: "WEB", column: "in-review", name: "Under review", color: "#123456" },
  run: async ({ column: named, name, final, icon, color, ...reference }, { kaneo }) => {
    fields.assertAnyGiven({ name, final, icon, color });
    const wish = {
      name,
      isFinal: final,
      icon: icon && (fields.isNone(icon) ? null : icon),
      color: color && (fields.isNone(color) ? null : readColor(color)),
    };
    const project = await findProject(kaneo, reference);
    const columns = await kaneo.fresh(columnsOf(project.id));
    const column = findColumn(project, columns, named);
    if (name !== undefined) assertFree(project, columns, { name, id: column.id });
    await changeColumn(kaneo, { project, column }, wish).catch(whereGone(project, column));
    return { ...(await boardNow(kaneo, project)), before: column };
  },
  text: ({ before, ...board }) => {
    const now = typeof board.columns === "string" ? [] : board.columns;
    const after = now.find(({ id }) => id === before.id);
    return stacked([renderBoard(board), after && renderDifferences(told(before), told(after))]);
  },
});

function told({ name, isFinal: final, icon, color }: Column) {
  return { name, final, icon, color };
}

const reorder = defineTool({
  name: "reorder_columns",
  toolset: "board",
  description: "Puts all columns of a project into the given order.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    ...fields.inProject,
    columns: fields.listOf(fields.column).describe("Every column, left to right"),
  }),
  example: { project: "WEB", columns: ["empty", "done", "in-review", "in-progress", "to-do"] },
  run: async ({ columns: references, ...reference }, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    const before = await kaneo.fresh(columnsOf(project.id));
    await orderColumns(kaneo, project, fullOrder(project, before, references));
    return { ...(await boardNow(kaneo, project)), before };
  },
  text: ({ before, ...board }) => `${renderBoard(board)}\nBefore: ${renderColumns(before)}`,
});

const removeColumn = defineTool({
  name: "delete_column",
  toolset: "board",
  description: "Deletes a column without tasks, and the workflow rules that lead to it.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ ...fields.inProject, column: fields.column }),
  example: { project: "WEB", column: "empty" },
  run: async ({ column: named, ...reference }, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    const column = findColumn(project, await kaneo.fresh(columnsOf(project.id)), named);
    const rules = await workflowRulesOf(kaneo, project.id);
    const notEmpty = saying("conflict", {
      message: `The column ${column.slug} of ${project.slug} still has tasks, and Kaneo deletes only empty ones.`,
      hint: `list_tasks with status ${column.slug} shows them; update_tasks moves them to another column.`,
    });
    await deleteColumn(kaneo, project, column).catch(whereGone(project, column)).catch(notEmpty);
    const gone = rules.filter(({ columnId }) => columnId === column.id);
    return { ...(await boardNow(kaneo, project)), gone };
  },
  text: ({ gone, ...board }) => {
    const rules = gone.map(renderWorkflowRule).join(", ");
    return `${renderBoard(board)}${rules === "" ? "" : `\nDeleted with it, its rules: ${rules}`}`;
  },
});

export const columnTools = [addColumn, updateColumn, reorder, removeColumn];

/** The board after a write, which is done whether or not the board can be read; else why it cannot. */
async function boardNow(kaneo: Kaneo, project: Project) {
  return { project, columns: await kaneo.fresh(columnsOf(project.id)).catch(reasonOf) };
}

function renderBoard({ project: { slug }, columns }: Awaited<ReturnType<typeof boardNow>>): string {
  return typeof columns === "string"
    ? `Done. The columns of ${slug} could not be read afterwards: ${columns}`
    : `Columns of ${slug}: ${renderColumns(columns) || "none"}`;
}

/**
 * Kaneo lets a column take the name of another one, and then a status named so is ambiguous.
 *
 * @throws KaneoMcpError "conflict".
 */
function assertFree(
  { slug: where }: Project,
  columns: readonly Column[],
  { name, id }: { name: string; id?: string },
): void {
  const wanted = fold(name);
  const isTaken = (other: Column) => fold(other.name) === wanted || fold(other.slug) === wanted;
  const holder = columns.find((other) => other.id !== id && isTaken(other));
  const isReserved = OFF_BOARD.includes(wanted);
  if (holder === undefined && !isReserved) return;
  const reason =
    holder === undefined
      ? `"${inline(name, 60)}" is the status of tasks that are in no column.`
      : `${where} has a column "${inline(holder.name, 60)}" (${holder.slug}) already.`;
  throw new KaneoMcpError("conflict", `${reason} Nothing was changed.`, {
    hint: "Choose another name; get_project lists the columns.",
  });
}

/** For `catch`: what is wrong with a column that was there a moment ago. */
function whereGone(project: Project, { slug }: Column) {
  return saying("not_found", {
    message: `The column ${slug} of ${project.slug} was deleted meanwhile, or this account no longer sees it.`,
    hint: "get_project lists the columns.",
  });
}

/** @throws KaneoMcpError "invalid_input" unless every column is named once: Kaneo would leave two at one position. */
function fullOrder(project: Project, all: readonly Column[], references: string[]): Column[] {
  const isOne = (reference: string) => matchesOf(all, reference, columnNaming).length > 0;
  const order = splitNames(references, isOne).map((one) => findColumn(project, all, one));
  if (order.length === all.length && new Set(order).size === all.length) return order;
  const slugs = all.map(({ slug }) => slug).join(", ");
  const why = `Name every column of ${project.slug} exactly once. They are: ${slugs}.`;
  throw new KaneoMcpError("invalid_input", why);
}
