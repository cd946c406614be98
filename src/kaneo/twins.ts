/**
 * Projects with the same slug, which Kaneo allows in one workspace and in several: what stands behind their keys in an
 * answer, `SITE-3 (Acme)`, and is read in a reference, too.
 */
import type { Kaneo } from "./client.ts";
import { projectsOf, workspaces } from "./lists.ts";
import { fold, oneLine } from "./matching.ts";
import type { Project } from "./schemas.ts";

/** A key or slug of a project, with what tells it from another one that has it. */
export type Tell = (projectId: string, keyOrSlug: string) => string;

/** How keys are written where these projects meet. Asks for nothing where no two of them share a slug. */
export async function tellApart(
  kaneo: Kaneo,
  met: readonly Pick<Project, "id" | "slug">[],
): Promise<Tell> {
  const twins = new Map<string, Set<string>>();
  for (const { id, slug } of met) {
    const key = fold(slug);
    twins.set(key, (twins.get(key) ?? new Set()).add(id));
  }
  const shared = [...twins.values()].filter(({ size }) => size > 1);
  if (shared.length === 0) return (_, key) => key;
  const names = await namesOfAll(kaneo);
  const marks = new Map(shared.flatMap((ids) => marksOf([...ids], names)));
  return (id, key) => (marks.has(id) ? `${key} (${marks.get(id)})` : key);
}

/** Of a longer one a row would show but the beginning. */
const LONGEST_MARK = 30;

/** The first kind of name that is another one for each of them. */
function marksOf(
  ids: readonly string[],
  names: ReadonlyMap<string, readonly string[]>,
): (readonly [id: string, mark: string])[] {
  const most = Math.max(...ids.map((id) => names.get(id)?.length ?? 0));
  for (let kind = 0; kind < most; kind += 1) {
    const marks = ids.map((id) => oneLine(names.get(id)?.[kind] ?? id, Infinity));
    const areApart = new Set(marks.map(fold)).size === ids.length;
    if (areApart && marks.every(({ length }) => length <= LONGEST_MARK))
      return ids.map((id, index) => [id, marks[index] ?? id]);
  }
  return ids.map((id) => [id, id]);
}

/** Of every project of the account, by its id. */
async function namesOfAll(kaneo: Kaneo): Promise<Map<string, string[]>> {
  const all = await kaneo.kept(workspaces);
  const lists = await Promise.all(
    all.map(async ({ id, name }) => {
      const projects = await kaneo.kept(projectsOf(id));
      return projects.map((project) => [project.id, twinNames(project, name)] as const);
    }),
  );
  return new Map(lists.flat());
}

/** What a project may be called behind a key, besides its id. */
export function twinNames({ name }: Pick<Project, "name">, workspace: string): string[] {
  return [workspace, name, `${name}, ${workspace}`];
}
