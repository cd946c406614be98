/** Columns: found, made, changed, ordered and deleted; and those of a new project, which Kaneo makes with four of its own. */
import { KaneoMcpError } from "../errors.ts";
import { inline } from "../untrusted.ts";
import { endpoint, type Kaneo } from "./api/kaneo.ts";
import { confirmed, confirmGone, reasonOf } from "./api/outcomes.ts";
import {
  type Column,
  columnListSchema,
  columnSchema,
  columnsOf,
  type Project,
} from "./api/schemas.ts";
import { matchesOf, type Naming, noMatch, partsOf } from "./names/matching.ts";
import { matchStatus, statusName } from "./tasks/task.ts";

/** How people name the columns of one project. */
export const columnNaming: Naming<Column> = {
  noun: "column",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: statusName,
};

/**
 * The column of `project` that `reference` (slug, name or id) names among its columns.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the columns.
 */
export function findColumn(
  { slug: where }: Project,
  columns: readonly Column[],
  reference: string,
): Column {
  const status = matchStatus(columns, reference);
  const found = columns.find(({ id, slug }) => id === reference.trim() || slug === status?.slug);
  if (found !== undefined) return found;
  const hint =
    status === undefined
      ? "get_project lists the columns of a project."
      : `${status.slug} is the status of tasks that are in no column.`;
  throw noMatch(reference, columns, { ...columnNaming, where, hint });
}

/** A column to have. */
export type WantedColumn = Pick<Column, "name" | "isFinal"> &
  Partial<Pick<Column, "icon" | "color">>;

/** What stands behind a final column; answers have it the second way. */
const FINAL_MARK = /(?:\*|\[final\])$/i;

/**
 * Reads columns as people give them: in order, final with a mark behind, else the last one.
 *
 * @throws KaneoMcpError "invalid_input" for what Kaneo would refuse in the middle: a name of signs alone, one whose slug
 * another has, and what it calls the places that are no columns.
 */
export function readColumns(given: readonly string[]): WantedColumn[] {
  // One text is the list of them, and no column with commas in its name.
  const parts = given.flatMap((text) => partsOf(text));
  const said = given.length === 1 && parts.length > 0 ? parts : given;
  const isMarked = said.some((name) => FINAL_MARK.test(name));
  const columns = said.map((name, index) => {
    const isFinal = isMarked ? FINAL_MARK.test(name) : index === said.length - 1;
    return { name: name.replace(FINAL_MARK, "").trim(), isFinal };
  });
  const slugs = columns.map(({ name }) => slugOf(name));
  const wrong = columns.find((_, index) => {
    const slug = slugs[index] ?? "";
    return /^(?:planned|archived)?$/.test(slug) || slugs.indexOf(slug) !== index;
  });
  if (wrong === undefined) return columns;
  const why = `"${inline(wrong.name, 60)}" cannot be a column, or is named twice. Nothing was created.`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: "A column's name has letters or digits, which tell it from the others; planned and archived exist beside the columns of every project.",
  });
}

/** As Kaneo makes it (create-column.ts); empty where it makes none. */
function slugOf(name: string): string {
  const slug = name
    .slice(0, 1_000)
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, "-");
  return /[\p{L}\p{N}]/u.test(slug) ? slug.replaceAll(/^-|-$/g, "") : "";
}

/** Adds a column behind the others, whose name must be free. */
export async function createColumn(
  kaneo: Kaneo,
  project: Pick<Project, "id">,
  { name, isFinal, icon, color }: WantedColumn,
): Promise<Column> {
  const wish = { name, isFinal, icon, color };
  const answer = await kaneo.post(endpoint`/api/column/${project.id}`, columnSchema, wish);
  return confirmed(answer, {
    what: `The column ${inline(name, 60)}`,
    fields: wish,
    rows: () => kaneo.fresh(columnsOf(project.id)),
  });
}

/** What to change of a column; undefined stays, null clears. */
interface ColumnChanges {
  name?: string | undefined;
  isFinal?: boolean | undefined;
  icon?: string | null | undefined;
  color?: string | null | undefined;
}

/** Changes a column (`PUT /api/column/:id`). */
export async function changeColumn(
  kaneo: Kaneo,
  { project, column: { id, slug } }: { project: Pick<Project, "id">; column: Column },
  wish: ColumnChanges,
): Promise<Column> {
  return confirmed(await kaneo.put(endpoint`/api/column/${id}`, columnSchema, wish), {
    what: `The change of the column ${slug}`,
    fields: { id, ...wish },
    rows: () => kaneo.fresh(columnsOf(project.id)),
  });
}

/** Puts all columns of a project into this order. */
export async function orderColumns(
  kaneo: Kaneo,
  project: Pick<Project, "id">,
  order: readonly Column[],
): Promise<void> {
  const columns = order.map(({ id }, position) => ({ id, position }));
  const route = endpoint`/api/column/reorder/${project.id}`;
  const told = (rows: readonly Column[]) => ({ order: rows.map(({ slug }) => slug).join() });
  await confirmed(told(await kaneo.put(route, columnListSchema, { columns })), {
    what: "The order",
    fields: told(order),
    look: async () => told(await kaneo.fresh(columnsOf(project.id))),
  });
}

/** Orders all of them as they are now: somebody may have changed them since they were read. */
export async function arrangeColumns(
  kaneo: Kaneo,
  project: Pick<Project, "id">,
  arrange: (present: readonly Column[]) => readonly Column[],
): Promise<void> {
  await kaneo.inTurn(`columns of ${project.id}`, async () =>
    orderColumns(kaneo, project, arrange(await kaneo.fresh(columnsOf(project.id)))),
  );
}

/** Deletes a column, which must have no tasks. */
export async function deleteColumn(
  kaneo: Kaneo,
  project: Pick<Project, "id" | "slug">,
  { id, slug }: Column,
): Promise<void> {
  await confirmGone(await kaneo.delete(endpoint`/api/column/${id}`, columnSchema), {
    what: `The column ${slug} of ${project.slug}`,
    id,
    rows: () => kaneo.fresh(columnsOf(project.id)),
  });
}

/** Makes the columns of a project without tasks those that are wanted, and gives those that it then has; `problem` says what went wrong. */
export async function setColumns(
  kaneo: Kaneo,
  project: Pick<Project, "id" | "slug">,
  wanted: readonly WantedColumn[],
): Promise<{ columns: Column[]; problem?: string }> {
  try {
    return { columns: await replaceColumns(kaneo, project, wanted) };
  } catch (error) {
    const problem = `Its columns may not all be as wanted: ${reasonOf(error)}`;
    return { columns: await kaneo.fresh(columnsOf(project.id)).catch((): Column[] => []), problem };
  }
}

async function replaceColumns(
  kaneo: Kaneo,
  project: Pick<Project, "id" | "slug">,
  wanted: readonly WantedColumn[],
): Promise<Column[]> {
  const present = await kaneo.fresh(columnsOf(project.id));
  const order: Column[] = [];
  for (const wish of wanted) {
    const { name, isFinal } = wish;
    const free = present.filter((one) => !order.includes(one));
    const [own] = matchesOf(free, name, { names: [({ slug }) => slug, (one) => one.name] });
    if (own === undefined) order.push(await createColumn(kaneo, project, wish));
    else if (own.isFinal === isFinal) order.push(own);
    else order.push(await changeColumn(kaneo, { project, column: own }, { isFinal }));
  }
  const kept = new Set(order.map(({ id }) => id));
  for (const column of present) {
    if (!kept.has(column.id)) await deleteColumn(kaneo, project, column);
  }
  await orderColumns(kaneo, project, order);
  return order;
}
