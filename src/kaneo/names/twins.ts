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
  const twins = new Map<string, Set<string>>();
  for (const { id, slug } of met) {
    const key = fold(slug);
    twins.set(key, (twins.get(key) ?? new Set()).add(id));
  }
  const shared = [...twins].filter(([, ids]) => ids.size > 1);
  if (shared.length === 0) return (_, key) => key;
  const all = await namedInAll(kaneo);
  const marks = new Map(
    shared.flatMap(([slug, ids]) => {
      const namesakes = all.filter((one) => fold(one.slug) === slug);
      return marksOf([...ids], namesakes);
    }),
  );
  return (id, key) => (marks.has(id) ? `${key} (${marks.get(id)})` : key);
}

/** The same task, with a key that is told apart. */
export function toldApart<Placed extends { task: { key: string }; project: Pick<Project, "id"> }>(
  placed: Placed,
  tell: Tell,
): Placed {
  return { ...placed, task: { ...placed.task, key: tell(placed.project.id, placed.task.key) } };
}

/** A project and what it may be called behind a key. */
interface Named extends Pick<Project, "id" | "slug"> {
  names: string[];
}

/** Of a longer one a row would show but the beginning. */
const LONGEST_MARK = 30;

/** The first kind of name that none of all `namesakes` has but the one that is meant: it is read among all of them. */
function marksOf(
  ids: readonly string[],
  namesakes: readonly Named[],
): (readonly [id: string, mark: string])[] {
  const isOwn = (mark: string, id: string) =>
    namesakes.every((one) => one.id === id || !one.names.some((name) => fold(name) === fold(mark)));
  const kinds = Math.max(...namesakes.map(({ names }) => names.length));
  for (let kind = 0; kind < kinds; kind += 1) {
    const marks = ids.map((id): [id: string, mark: string] => {
      const names = namesakes.find((one) => one.id === id)?.names;
      return [id, oneLine(names?.[kind] ?? id, Infinity)];
    });
    if (marks.every(([id, mark]) => mark.length <= LONGEST_MARK && isOwn(mark, id))) return marks;
  }
  return ids.map((id) => [id, id]);
}

/** Every project of the account. */
async function namedInAll(kaneo: Kaneo): Promise<Named[]> {
  const all = await kaneo.kept(workspaces);
  const lists = await Promise.all(
    all.map(async (workspace) => {
      const projects = await kaneo.kept(projectsOf(workspace.id));
      return projects.map((project): Named => {
        return { ...project, names: twinNames(project, workspace.name) };
      });
    }),
  );
  return lists.flat();
}

/** What a project may be called behind a key, besides its id. */
export function twinNames({ name }: Pick<Project, "name">, workspace: string): string[] {
  return [workspace, name, `${name}, ${workspace}`];
}
