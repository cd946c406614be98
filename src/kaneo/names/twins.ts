/**
 * Projects with the same slug, which Kaneo allows in one workspace and in several: what stands behind their keys in an
 * answer, `SITE-3 (Acme)`, and is read in a reference, too.
 */
import { inline } from "../../untrusted.ts";
import type { Kaneo } from "../api/kaneo.ts";
import { type Project, projectsOf, workspaces } from "../api/schemas.ts";
import { fold, sharedNames } from "./matching.ts";

/** A key or slug of a project, with what tells it from another one that has it. */
export type Tell = (projectId: string, keyOrSlug: string) => string;

type Place = Pick<Project, "id" | "slug">;

/** How keys are written where these projects, or things of them, meet. Asks for nothing where no two of them share a slug. */
export async function tellApart(
  kaneo: Kaneo,
  met: readonly (Place | { project: Place })[],
): Promise<Tell> {
  // Each once: thousands of events may be of two projects.
  const all = met.map((one) => ("project" in one ? one.project : one));
  const places = new Map(all.map((place) => [place.id, place]));
  const shared = sharedNames([...places].map(([id, { slug }]) => [fold(slug), id]));
  if (shared.size === 0) return (_, key) => key;
  const marks = await marksInAll(kaneo);
  const isTwin = (id: string) => shared.has(fold(places.get(id)?.slug ?? ""));
  return (id, key) => (isTwin(id) ? `${key} (${marks.get(id) ?? id})` : key);
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

/** For each project of the account, by its id, the first mark that no other one with its slug has: it is read among all of them. */
async function marksInAll(kaneo: Kaneo): Promise<Map<string, string>> {
  const all = await kaneo.kept(workspaces);
  const lists = await Promise.all(
    all.map(async (workspace) => {
      const projects = await kaneo.kept(projectsOf(workspace.id));
      return projects.map((project) => ({ project, marks: marksOf(project, workspace.name) }));
    }),
  );
  const projects = lists.flat();
  // No fold has a line break.
  const keyOf = ({ slug }: Project, mark: string) => `${fold(slug)}\n${fold(mark)}`;
  const owners = new Map<string, number>();
  for (const { project, marks } of projects) {
    const keys = new Set(marks.map((mark) => keyOf(project, mark)));
    for (const key of keys) owners.set(key, (owners.get(key) ?? 0) + 1);
  }
  const isSole = (project: Project, mark: string) =>
    mark.length <= LONGEST_MARK && owners.get(keyOf(project, mark)) === 1;
  return new Map(
    projects.map(({ project, marks }) => {
      const mark = marks.find((one) => isSole(project, one)) ?? project.id;
      return [project.id, inline(mark, Infinity)];
    }),
  );
}
