import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { columnsOf, healing } from "../kaneo/lists.ts";
import { matchOne, type Naming, noMatch } from "../kaneo/matching.ts";
import { findProject } from "../kaneo/references.ts";
import { type Column, columnSchema, type Project } from "../kaneo/schemas.ts";
import { statusName } from "../kaneo/tasks.ts";
import { renderColumns } from "../text/task-line.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const columnNaming: Naming<Column> = {
  noun: "column",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: statusName,
};

export const columnReference = fields.text.describe("Slug or name");

/** The column of `project` that `reference` (slug, name or id) names. @throws KaneoMcpError "not_found", "ambiguous". */
export async function findColumn(
  kaneo: Kaneo,
  project: Project,
  reference: string,
): Promise<Column> {
  const list = columnsOf(project.id);
  const found = await healing(kaneo, async (since) =>
    matchOne(await kaneo.kept(list, since), reference, columnNaming),
  );
  if (found !== undefined) return found;
  throw noMatch(reference, await kaneo.kept(list), {
    ...columnNaming,
    where: project.slug,
    hint: "planned and archived are no columns and cannot be changed.",
  });
}

const name = fields.text;
const isFinal = z.boolean().describe("Whether tasks here are done");

const addColumn = defineTool({
  name: "create_column",
  toolset: "board",
  title: "Create column",
  description: "Adds a column after the last one; reorder_columns moves it.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    project: fields.projectOrDefault,
    name,
    final: isFinal.default(false),
    icon: fields.text.describe("Lucide icon name").optional(),
    color: fields.text.describe("Such as #3b82f6").optional(),
  }),
  example: { project: "WEB", name: "Fresh column", final: true },
  run: async ({ project: reference, final, ...given }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    // Kaneo makes the slug from the name.
    const body = { ...given, isFinal: final };
    await kaneo.post(endpoint`/api/column/${project.id}`, columnSchema, body);
    return boardNow(kaneo, project);
  },
  text: renderBoard,
});

const changeColumn = defineTool({
  name: "update_column",
  toolset: "board",
  title: "Update column",
  description: "Changes only the named fields of a column. Its slug stays, even under a new name.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    project: fields.projectOrDefault,
    column: columnReference,
    name: name.optional(),
    final: isFinal.optional(),
    icon: fields.text.describe("Lucide icon name, or none").optional(),
    color: fields.text.describe("Such as #3b82f6, or none").optional(),
  }),
  example: { project: "WEB", column: "in-review", name: "Under review", color: "#123456" },
  run: async ({ project: reference, column: named, name, final, icon, color }, { kaneo }) => {
    if ([name, final, icon, color].every((field) => field === undefined)) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const project = await findProject(kaneo, { project: reference });
    const column = await findColumn(kaneo, project, named);
    const body = { name, isFinal: final, icon: clearable(icon), color: clearable(color) };
    await kaneo.put(endpoint`/api/column/${column.id}`, columnSchema, body);
    return boardNow(kaneo, project);
  },
  text: renderBoard,
});

const orderColumns = defineTool({
  name: "reorder_columns",
  toolset: "board",
  title: "Reorder columns",
  description: "Puts all columns of a project into the given order.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    project: fields.projectOrDefault,
    columns: z.array(columnReference).min(1).describe("Every column, left to right"),
  }),
  example: { project: "WEB", columns: ["empty", "done", "in-review", "in-progress", "to-do"] },
  run: async ({ project: reference, columns: references }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    const order = await fullOrder(kaneo, project, references);
    const columns = order.map(({ id }, position) => ({ id, position }));
    const route = endpoint`/api/column/reorder/${project.id}`;
    await kaneo.put(route, z.array(columnSchema), { columns });
    return boardNow(kaneo, project);
  },
  text: renderBoard,
});

const removeColumn = defineTool({
  name: "delete_column",
  toolset: "board",
  title: "Delete column",
  description: "Deletes a column without tasks.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ project: fields.projectOrDefault, column: columnReference }),
  example: { project: "WEB", column: "empty" },
  run: async ({ project: reference, column: named }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    const column = await findColumn(kaneo, project, named);
    await kaneo.delete(endpoint`/api/column/${column.id}`, columnSchema).catch((error: unknown) => {
      throw isFailure(error, "conflict") ? stillHasTasks(project, column, error) : error;
    });
    return boardNow(kaneo, project);
  },
  text: renderBoard,
});

export const columnTools = [addColumn, changeColumn, orderColumns, removeColumn];

interface ProjectBoard {
  project: Project;
  columns: Column[];
}

async function boardNow(kaneo: Kaneo, project: Project): Promise<ProjectBoard> {
  const list = columnsOf(project.id);
  kaneo.forget(list);
  return { project, columns: await kaneo.kept(list) };
}

function renderBoard({ project, columns }: ProjectBoard): string {
  return `Columns of ${project.slug}: ${renderColumns(columns)}`;
}

function clearable(value: string | undefined): string | null | undefined {
  return value !== undefined && fields.isNone(value) ? null : value;
}

/** @throws KaneoMcpError "invalid_input" unless every column is named once: Kaneo would leave two at one position. */
async function fullOrder(
  kaneo: Kaneo,
  project: Project,
  references: readonly string[],
): Promise<Column[]> {
  // A column that somebody added meanwhile must be named too.
  const all = await kaneo.kept(columnsOf(project.id), kaneo.elapsed());
  const order: Column[] = [];
  for (const reference of references) order.push(await findColumn(kaneo, project, reference));
  const named = new Set(order.map(({ id }) => id));
  if (named.size === order.length && named.size === all.length) return order;
  const slugs = all.map(({ slug }) => slug).join(", ");
  throw new KaneoMcpError(
    "invalid_input",
    `Name every column of ${project.slug} exactly once. They are: ${slugs}.`,
  );
}

function stillHasTasks(project: Project, { slug }: Column, cause: unknown): KaneoMcpError {
  return new KaneoMcpError(
    "conflict",
    `The column ${slug} of ${project.slug} still has tasks, and Kaneo deletes only empty ones.`,
    {
      hint: `list_tasks with status ${slug} shows them; update_tasks moves them to another column.`,
      cause,
    },
  );
}
