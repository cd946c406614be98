/** Changes to a project's columns. */
import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { columnsOf, healing } from "./lists.ts";
import { matchOne, type Naming, noMatch } from "./matching.ts";
import { type Column, columnSchema, type Project } from "./schemas.ts";
import { statusName } from "./tasks.ts";

/** What may be said of a column; null clears. */
export interface ColumnFields {
  name?: string | undefined;
  icon?: string | null | undefined;
  color?: string | null | undefined;
  isFinal?: boolean | undefined;
}

const columnNaming: Naming<Column> = {
  noun: "column",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: statusName,
};

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

/** Adds a column behind the last one; Kaneo makes its slug from the name. */
export async function createColumn(
  kaneo: Kaneo,
  project: Project,
  fields: ColumnFields,
): Promise<Column[]> {
  await kaneo.post(endpoint`/api/column/${project.id}`, columnSchema, fields);
  return columnsNow(kaneo, project);
}

/** Changes what is named of a column; its slug stays. */
export async function updateColumn(
  kaneo: Kaneo,
  project: Project,
  { column, ...fields }: ColumnFields & { column: Column },
): Promise<Column[]> {
  await kaneo.put(endpoint`/api/column/${column.id}`, columnSchema, fields);
  return columnsNow(kaneo, project);
}

/**
 * Puts the columns of a board into the order of `references`.
 *
 * @throws KaneoMcpError "invalid_input" unless every column is named once: Kaneo would leave two at one position.
 */
export async function reorderColumns(
  kaneo: Kaneo,
  project: Project,
  references: readonly string[],
): Promise<Column[]> {
  // A column that somebody added meanwhile must be named too.
  const all = await kaneo.kept(columnsOf(project.id), kaneo.elapsed());
  const order: Column[] = [];
  for (const reference of references) order.push(await findColumn(kaneo, project, reference));
  const named = new Set(order.map(({ id }) => id));
  if (named.size !== order.length || named.size !== all.length) {
    const slugs = all.map(({ slug }) => slug).join(", ");
    throw new KaneoMcpError(
      "invalid_input",
      `Name every column of ${project.slug} exactly once. They are: ${slugs}.`,
    );
  }
  const columns = order.map(({ id }, position) => ({ id, position }));
  await kaneo.put(endpoint`/api/column/reorder/${project.id}`, z.array(columnSchema), { columns });
  return columnsNow(kaneo, project);
}

/**
 * Deletes an empty column.
 *
 * @throws KaneoMcpError "conflict" when tasks stand in it.
 */
export async function deleteColumn(
  kaneo: Kaneo,
  project: Project,
  column: Column,
): Promise<Column[]> {
  await kaneo.delete(endpoint`/api/column/${column.id}`, columnSchema).catch((error: unknown) => {
    if (!isFailure(error, "conflict")) throw error;
    throw new KaneoMcpError(
      "conflict",
      `The column ${column.slug} of ${project.slug} still has tasks, and Kaneo deletes only empty ones.`,
      {
        hint: `list_tasks with status ${column.slug} shows them; update_tasks moves them to another column.`,
        cause: error,
      },
    );
  });
  return columnsNow(kaneo, project);
}

function columnsNow(kaneo: Kaneo, { id }: Project): Promise<Column[]> {
  const list = columnsOf(id);
  kaneo.forget(list);
  return kaneo.kept(list);
}
