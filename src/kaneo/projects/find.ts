/** From the words a person uses to a project, or to what a call covers. */
import { KaneoMcpError } from "../../errors.ts";
import { inline, renderPlace } from "../../untrusted.ts";
import { allKept, type Kaneo, keptOrFresh } from "../api/kaneo.ts";
import { onFailure } from "../api/outcomes.ts";
import { type Project, projectsOf, type Workspace, workspaces } from "../api/schemas.ts";
import {
  ambiguous,
  fold,
  matchesOf,
  type Naming,
  noMatch,
  shortenedOf,
  whatThereIs,
} from "../names/matching.ts";
import { marksOf } from "../names/twins.ts";
import { EVERY, findWorkspace, idInUrl, workspacesMeant, wrongDefault } from "../workspaces.ts";

/** How people name projects. */
export const projectNaming: Naming<Project> = {
  noun: "project",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: ({ slug, name, id, archivedAt }) =>
    `${slug} (${name}, id ${id}${archivedAt === undefined ? "" : ", archived"})`,
};

/** Every project of the workspaces that {@link workspacesMeant} gives. */
async function projectsMeant(kaneo: Kaneo, workspace?: string): Promise<Project[]> {
  return projectsOfAll(kaneo, await workspacesMeant(kaneo, workspace));
}

function projectsOfAll(kaneo: Kaneo, all: Workspace[]): Promise<Project[]> {
  const ids = all.map(({ id }) => id);
  return allKept(kaneo, ids, projectsOf);
}

/** Every project of the account. */
export async function allProjects(kaneo: Kaneo): Promise<Project[]> {
  return projectsOfAll(kaneo, await kaneo.kept(workspaces));
}

/**
 * Those of the projects of the named workspace that `pick` takes, else of the default one and then, since a default does
 * not restrict, of all others.
 */
async function pickProjects(
  kaneo: Kaneo,
  workspace: string | undefined,
  pick: (projects: Project[]) => Project[],
): Promise<Project[]> {
  const found = await keptOrFresh(kaneo, async (now) => {
    const near = pick(await projectsMeant(now, workspace));
    if (near.length > 0) return near;
    const all = workspace === undefined ? await now.kept(workspaces) : [];
    const far = pick(await projectsOfAll(now, all));
    return far.length > 0 ? far : undefined;
  });
  return found ?? [];
}

/** Names a project, and where to look for it. */
export interface ProjectReference {
  /** Slug, id, name or pasted URL; undefined means the default project. */
  project?: string | undefined;
  workspace?: string | undefined;
}

/**
 * The project that `reference` names; where none is called so, the one whose name is longer by words, an archived one last.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the projects.
 */
export async function findProject(kaneo: Kaneo, reference: ProjectReference): Promise<Project> {
  const { workspace } = reference;
  const wanted = reference.project ?? kaneo.defaults.project;
  if (wanted === undefined) {
    const known = whatThereIs(await projectsMeant(kaneo, workspace), projectNaming);
    throw new KaneoMcpError("invalid_input", `Which project? ${known}`, {
      hint: "Call again with project, or set KANEO_PROJECT.",
    });
  }
  const name = idInUrl(wanted, "project") ?? wanted;
  const called = await pickProjects(kaneo, workspace, (projects) =>
    matchesOf(projects, name, projectNaming),
  );
  const near = called.length > 0 ? [] : await projectsMeant(kaneo, workspace);
  const active = near.filter(({ archivedAt }) => archivedAt === undefined);
  const longer = [active, near].map((all) => shortenedOf(all, wanted, ({ name }) => name));
  const found = [called, ...longer].find((some) => some.length > 0) ?? [];
  if (found.length === 0) {
    const hint = reference.project === undefined ? wrongDefault("KANEO_PROJECT") : undefined;
    throw noMatch(wanted, near, { ...(await namingAcross(kaneo, near)), hint });
  }
  const [, mark] = /\(([^()]+)\)\s*$/.exec(wanted) ?? [];
  const isShared = (of: "slug" | "name") => new Set(found.map((one) => fold(one[of]))).size === 1;
  const areTwins = found.length > 1 && (isShared("slug") || isShared("name"));
  const told = areTwins && mark !== undefined ? (await markedBy(kaneo, mark))(found) : found;
  const [only, ...others] = told;
  if (only !== undefined && others.length === 0) return only;
  throw ambiguous(wanted, found, await namingAcross(kaneo, found));
}

/** As {@link findProject}, in that workspace first: another one may have a project of that name. */
export async function findProjectNear(
  kaneo: Kaneo,
  project: string,
  workspace: string,
): Promise<Project> {
  const near = findProject(kaneo, { project, workspace });
  return near.catch(onFailure("not_found", () => findProject(kaneo, { project })));
}

/**
 * The project that a task is to move to.
 *
 * @throws KaneoMcpError "invalid_input" for one elsewhere: Kaneo moves tasks only within a workspace.
 */
export async function findDestination(
  kaneo: Kaneo,
  reference: string,
  { task, project: from }: { task: { key: string }; project: Project },
): Promise<Project> {
  const found = await findProjectNear(kaneo, reference, from.workspaceId);
  if (found.workspaceId === from.workspaceId) return found;
  const why = `${task.key} cannot move to ${inline(found.name)}, which is in another workspace. Nothing was changed.`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: "Kaneo moves tasks only within a workspace. copy_tasks, of the toolset transfer, copies it there; without that, create_task.",
  });
}

async function workspaceNames(kaneo: Kaneo): Promise<ReadonlyMap<string, string>> {
  return new Map((await kaneo.kept(workspaces)).map(({ id, name }) => [id, name]));
}

/** How projects are shown that may be of several workspaces. */
async function namingAcross(kaneo: Kaneo, projects: Project[]): Promise<Naming<Project>> {
  if (new Set(projects.map(({ workspaceId }) => workspaceId)).size < 2) return projectNaming;
  const names = await workspaceNames(kaneo);
  const show = (project: Project) =>
    projectNaming
      .show(project)
      .replace(/\)$/, `, in ${inline(names.get(project.workspaceId) ?? "")})`);
  return { ...projectNaming, show };
}

/** Keeps the projects that `mark` means where our answers have it behind a key (twins.ts). */
async function markedBy(kaneo: Kaneo, mark: string): Promise<(alike: Project[]) => Project[]> {
  const names = await workspaceNames(kaneo);
  const marks = (project: Project) => marksOf(project, names.get(project.workspaceId) ?? "");
  return (alike) =>
    alike.filter((project) => marks(project).some((one) => fold(one) === fold(mark)));
}

/** One project, or every project of some workspaces. */
interface Covered {
  workspaceIds: readonly string[];
  project?: Project | undefined;
}

/** Those projects, archived ones too; as they are now, since what somebody has just made or renamed must not be missing. */
export async function projectsIn(
  kaneo: Kaneo,
  { workspaceIds, project }: Covered,
): Promise<Project[]> {
  return project ? [project] : allKept(kaneo.asOf("now"), workspaceIds, projectsOf);
}

/** Those that have tasks; the one that is named has some by now, perhaps. */
export async function projectsWithTasks(kaneo: Kaneo, covered: Covered): Promise<Project[]> {
  const all = await projectsIn(kaneo, covered);
  return all.filter((one) => one === covered.project || one.statistics.totalTasks > 0);
}

/** What a reading call covers. */
export interface Scope extends Covered {
  project: Project | undefined;
  /** For the answer: `Website (WEB)`, `Old site (OLD, archived)`, or the names of the workspaces. */
  name: string;
}

/**
 * The project that is named, else the workspace that is named, else the default project, else the default workspace, else
 * all workspaces.
 *
 * @throws KaneoMcpError "not_found" also when the account has no workspace.
 */
export async function scopeOf(kaneo: Kaneo, reference: ProjectReference): Promise<Scope> {
  const { project, workspace } = reference;
  const named = project ?? (workspace === undefined ? kaneo.defaults.project : undefined);
  if (named !== undefined && !(await meansEvery(kaneo, reference))) {
    const found = await findProject(kaneo, reference);
    return { workspaceIds: [found.workspaceId], project: found, name: renderPlace(found) };
  }
  const meant = await workspacesMeant(kaneo, workspace);
  const found = meant.length > 0 ? meant : [await findWorkspace(kaneo)];
  const name = found.map((one) => inline(one.name, 60)).join(", ");
  return { workspaceIds: found.map(({ id }) => id), project: undefined, name };
}

/** Whether the word for all projects stands where none is called so. */
async function meansEvery(kaneo: Kaneo, { project = "", workspace }: ProjectReference) {
  if (!EVERY.test(project)) return false;
  const called = (all: Project[]) => matchesOf(all, project, projectNaming);
  return (await pickProjects(kaneo, workspace, called)).length === 0;
}

/**
 * The projects whose slug is `slug`, in any case; several may share one, and then `mark` tells them apart (twins.ts).
 *
 * @throws KaneoMcpError "not_found", listing the projects.
 */
export async function projectsWithSlug(
  kaneo: Kaneo,
  slug: string,
  mark?: string,
): Promise<Project[]> {
  const wanted = fold(slug);
  const called = mark === undefined ? (all: Project[]) => all : await markedBy(kaneo, mark);
  const found = await pickProjects(kaneo, undefined, (projects) =>
    called(projects.filter((one) => fold(one.slug) === wanted)),
  );
  if (found.length > 0) return found;
  const known = await projectsMeant(kaneo);
  const reference = mark === undefined ? slug : `${slug} (${mark})`;
  // What stands in brackets may as well be the task's title.
  const hint = mark === undefined ? undefined : "Give the key alone, without what is in brackets.";
  throw noMatch(reference, known, { ...(await namingAcross(kaneo, known)), hint });
}

/** The project with this id, in any workspace of the account; undefined when there is none. */
export async function projectById(kaneo: Kaneo, id: string): Promise<Project | undefined> {
  const [found] = await pickProjects(kaneo, undefined, (projects) =>
    projects.filter((project) => project.id === id),
  );
  return found;
}
