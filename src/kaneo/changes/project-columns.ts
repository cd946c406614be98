/** The columns of a new project, which Kaneo makes with four of its own. */
import { isDeepStrictEqual } from "node:util";
import { KaneoMcpError, reasonOf } from "../../errors.ts";
import type { Kaneo } from "../client.ts";
import { endpoint } from "../endpoint.ts";
import { columnsOf } from "../lists.ts";
import { matchesOf, oneLine } from "../matching.ts";
import { fateOf } from "../outcomes.ts";
import { type Column, columnSchema, list, type ProjectRow } from "../schemas.ts";

/** A column to have. */
export type WantedColumn = Pick<Column, "name" | "isFinal"> &
  Partial<Pick<Column, "icon" | "color">>;

const columnList = list(columnSchema);
const idSchema = columnSchema.pick({ id: true });

/**
 * Reads columns as people give them: in order, final with a `*` behind, else the last one.
 *
 * @throws KaneoMcpError "invalid_input" for what Kaneo would refuse in the middle: a name of signs alone, one whose slug
 * another has, and what it calls the places that are no columns.
 */
export function readColumns(given: readonly string[]): WantedColumn[] {
  // One text is the list of them, and no column with commas in its name.
  const parts = given.flatMap((text) => text.split(/[,;\n]/)).filter((part) => part.trim() !== "");
  const said = given.length === 1 && parts.length > 0 ? parts : given;
  const isMarked = said.some((name) => name.trim().endsWith("*"));
  const columns = said.map((name, index) => {
    const isFinal = isMarked ? name.trim().endsWith("*") : index === said.length - 1;
    return { name: name.trim().replace(/\*$/, "").trim(), isFinal };
  });
  const slugs = columns.map(({ name }) => slugOf(name));
  const wrong = columns.find((_, index) => {
    const slug = slugs[index] ?? "";
    return /^(?:planned|archived)?$/.test(slug) || slugs.indexOf(slug) !== index;
  });
  if (wrong === undefined) return columns;
  throw new KaneoMcpError(
    "invalid_input",
    `"${oneLine(wrong.name, 60)}" can be no column, or is named twice. Nothing was created.`,
    {
      hint: "A column's name has letters or digits, which tell it from the others; planned and archived exist beside the columns of every project.",
    },
  );
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

/**
 * Makes the columns of a project without tasks those that are wanted. `columns` are those that it then has, none where
 * nobody knows; `problem` says what went wrong.
 */
export async function setColumns(
  kaneo: Kaneo,
  { id }: ProjectRow,
  wanted: readonly WantedColumn[],
): Promise<{ columns: Column[]; problem?: string }> {
  const now = () => kaneo.fresh(columnsOf(id));
  let own: Column[] | undefined;
  try {
    own = await now();
    await sendColumns(kaneo, { projectId: id, present: own }, wanted);
    const columns = await now();
    const isDone = wanted.every((column, index) => {
      const { name, isFinal } = columns[index] ?? { name: "", isFinal: false };
      return isSame(column.name, name) && isFinal === column.isFinal;
    });
    if (isDone && columns.length === wanted.length) return { columns };
    return { columns, problem: "The columns are not all as they were wanted: look at them." };
  } catch (error) {
    const why = reasonOf(error);
    if (own === undefined) return { columns: [], problem: `Its columns could not be set: ${why}` };
    const columns = await now().catch((): Column[] => []);
    if (fateOf(error) === "uncertain" || columns.length === 0) {
      const unknown = `It is uncertain whether its columns are as wanted: ${why}`;
      return { columns: [], problem: `${unknown} get_project shows them.` };
    }
    const isOwn = isDeepStrictEqual(columns, own);
    const left = isOwn ? "so they are Kaneo's own" : "and are only in part as wanted";
    return { columns, problem: `Its columns could not be set, ${left}: ${why}` };
  }
}

function isSame(one: string, other: string): boolean {
  return matchesOf([one], other, { names: [(name) => name] }).length > 0;
}

async function sendColumns(
  kaneo: Kaneo,
  { projectId, present }: { projectId: string; present: readonly Column[] },
  wanted: readonly WantedColumn[],
): Promise<void> {
  const order: Column[] = [];
  for (const { name, isFinal, icon, color } of wanted) {
    const [own] = matchesOf(present, name, { names: [({ slug }) => slug, (one) => one.name] });
    if (own !== undefined && own.isFinal === isFinal) order.push(own);
    else if (own !== undefined) {
      order.push(await kaneo.put(endpoint`/api/column/${own.id}`, columnSchema, { isFinal }));
    } else {
      const body = { name, isFinal, ...(icon && { icon }), ...(color && { color }) };
      order.push(await kaneo.post(endpoint`/api/column/${projectId}`, columnSchema, body));
    }
  }
  const kept = new Set(order.map(({ id }) => id));
  for (const column of present.filter((one) => !kept.has(one.id))) {
    await kaneo.delete(endpoint`/api/column/${column.id}`, idSchema);
  }
  const columns = order.map(({ id }, position) => ({ id, position }));
  await kaneo.put(endpoint`/api/column/reorder/${projectId}`, columnList, { columns });
}
