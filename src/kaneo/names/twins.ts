/**
 * Projects with the same slug, which Kaneo allows in one workspace and in several: what stands behind their keys in an
 * answer, `SITE-3 (Acme)`, and is read in a reference, too.
 */
import type { Kaneo } from "../api/client.ts";
import { projectsOf, workspaces } from "../api/lists.ts";
import type { Project } from "../api/schemas.ts";
import { fold, oneLine } from "./matching.ts";

/** A key or slug of a project, with what tells it from another one that has it. */
export type Tell = (projectId: string, keyOrSlug: string) => string;

/** How keys are written where these projects meet. Asks for nothing where no two of them share a slug. */
export async function tellApart(
  kaneo: Kaneo,
  met: readonly Pick<Project, "id" | "slug">[],
): Promise<Tell> {
  // Each once: thousands of events may be of two projects.
  const places = [...new Map(met.map((place) => [place.id, place])).values()];
  const twins = places.filter(({ id, slug }) =>
    places.some((other) => other.id !== id && fold(other.slug) === fold(slug)),
  );
  if (twins.length === 0) return (_, key) => key;
  const all = await markedInAll(kaneo);
  const marks = new Map(twins.map(({ id }) => [id, markOf(id, all)]));
  return (id, key) => (marks.has(id) ? `${key} (${marks.get(id)})` : key);
}

/** The same task, with a key that is told apart. */
export function toldApart<Placed extends { task: { key: string }; project: Pick<Project, "id"> }>(
  placed: Placed,
  tell: Tell,
): Placed {
  return { ...placed, task: { ...placed.task, key: tell(placed.project.id, placed.task.key) } };
}

/** What may stand behind a key of a project, the plainest first. */
export function marksOf({ id, name }: Pick<Project, "id" | "name">, workspace: string): string[] {
  return [workspace, name, id];
}

/** Of a longer one a row would show but the beginning. */
const LONGEST_MARK = 30;

interface Marked extends Project {
  marks: string[];
}

/** The first that no other project with that slug has, also of those that an answer does not show. */
function markOf(projectId: string, all: readonly Marked[]): string {
  const own = all.find(({ id }) => id === projectId);
  const others = all.filter(
    ({ id, slug }) => id !== projectId && fold(slug) === fold(own?.slug ?? ""),
  );
  const taken = new Set(others.flatMap(({ marks }) => marks.map(fold)));
  const mark = own?.marks.find((one) => one.length <= LONGEST_MARK && !taken.has(fold(one)));
  return oneLine(mark ?? projectId, Infinity);
}

/** Every project of the account. */
async function markedInAll(kaneo: Kaneo): Promise<Marked[]> {
  const all = await kaneo.kept(workspaces);
  const lists = await Promise.all(
    all.map(async ({ id, name }) => {
      const projects = await kaneo.kept(projectsOf(id));
      return projects.map((project) => ({ ...project, marks: marksOf(project, name) }));
    }),
  );
  return lists.flat();
}
