/** From the words a person uses to a project, or to what a call covers. */
import { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../api/client.ts";
import { healing, projectsOf, workspaces } from "../api/lists.ts";
import type { Project, Workspace } from "../api/schemas.ts";
import {
  ambiguous,
  fold,
  matchesOf,
  matchShortened,
  type Naming,
  noMatch,
  oneLine,
  whatThereIs,
} from "../names/matching.ts";
import { twinNames } from "../names/twins.ts";
import { findWorkspace, idInUrl, workspacesMeant, wrongDefault } from "../workspaces.ts";

export const projectNaming: Naming<Project> = {
  noun: "project",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: ({ slug, name, id, archivedAt }) =>
    `${slug} (${name}, id ${id}${archivedAt === undefined ? "" : ", archived"})`,
};

/** Every project of the workspaces that {@link workspacesMeant} gives. */
async function projectsMeant(kaneo: Kaneo, workspace?: string): Promise<Project[]> {
  return projectsIn(kaneo, await workspacesMeant(kaneo, workspace));
}

async function projectsIn(kaneo: Kaneo, all: Workspace[]): Promise<Project[]> {
  return (await Promise.all(all.map(({ id }) => kaneo.kept(projectsOf(id))))).flat();
}

/** Every project of the account. */
export async function allProjects(kaneo: Kaneo): Promise<Project[]> {
  return projectsIn(kaneo, await kaneo.kept(workspaces));
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
  const hasDefault = workspace === undefined && kaneo.defaults.workspace !== undefined;
  const found = await healing(kaneo, async (now) => {
    const near = pick(await projectsMeant(now, workspace));
    if (near.length > 0) return near;
    const all = hasDefault ? await now.kept(workspaces) : [];
    const far = pick(await projectsIn(now, all));
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
 * The project that `reference` names; where none is called so, the only one whose name is longer by words.
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
  const found = await pickProjects(kaneo, workspace, (projects) =>
    matchesOf(projects, name, projectNaming),
  );
  const [only, ...others] = found;
  if (only === undefined) {
    const near = await projectsMeant(kaneo, workspace);
    const active = near.filter(({ archivedAt }) => archivedAt === undefined);
    const shortened = matchShortened(active, wanted, (project) => project.name);
    if (shortened !== undefined) return shortened;
    if (reference.project === undefined) {
      throw noMatch(wanted, near, { ...projectNaming, hint: wrongDefault("KANEO_PROJECT") });
    }
    throw workspace === undefined
      ? await noProject(kaneo, wanted, near)
      : noMatch(wanted, near, projectNaming);
  }
  if (others.length === 0) return only;
  const names = await workspaceNames(kaneo);
  const [, mark] = /\(([^()]+)\)\s*$/.exec(wanted) ?? [];
  const told = mark === undefined ? [] : markedBy(found, mark, names);
  if (told.length === 1 && told[0] !== undefined) return told[0];
  const isOneWorkspace = found.every(({ workspaceId }) => workspaceId === only.workspaceId);
  throw ambiguous(wanted, found, isOneWorkspace ? projectNaming : namingAcross(names));
}

/** People who have a workspace for each client say the client's name. */
async function noProject(kaneo: Kaneo, wanted: string, near: Project[]): Promise<KaneoMcpError> {
  const home = matchShortened(await kaneo.kept(workspaces), wanted, ({ name }) => name);
  if (home === undefined) return noMatch(wanted, near, projectNaming);
  const there = await projectsIn(kaneo, [home]);
  const hint = `It is a workspace: call again with one of these, or without project and with workspace "${oneLine(home.name)}" where all are meant.`;
  return noMatch(wanted, there, { ...projectNaming, hint });
}

async function workspaceNames(kaneo: Kaneo): Promise<ReadonlyMap<string, string>> {
  return new Map((await kaneo.kept(workspaces)).map(({ id, name }) => [id, name]));
}

/** Projects of several workspaces. */
function namingAcross(names: ReadonlyMap<string, string>): Naming<Project> {
  const show = (project: Project) =>
    projectNaming
      .show(project)
      .replace(/\)$/, `, in ${oneLine(names.get(project.workspaceId) ?? "")})`);
  return { ...projectNaming, show };
}

/** Those of projects alike that `mark` means: as our answers have it behind a key (twins.ts), or by words of the workspace. */
function markedBy(
  alike: readonly Project[],
  mark: string,
  names: ReadonlyMap<string, string>,
): Project[] {
  const nameOf = ({ workspaceId }: Project) => names.get(workspaceId) ?? "";
  const exact = alike.filter((project) =>
    [project.id, ...twinNames(project, nameOf(project))].some((name) => fold(name) === fold(mark)),
  );
  const shortened = matchShortened(alike, mark, nameOf);
  return exact.length > 0 || shortened === undefined ? exact : [shortened];
}

/** What a reading call covers: one project, or every project of some workspaces. */
export interface Scope {
  workspaceIds: string[];
  project: Project | undefined;
  /** For the answer: `Website (WEB)`, or the names of the workspaces. */
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
  if (project !== undefined || (workspace === undefined && kaneo.defaults.project !== undefined)) {
    const found = await findProject(kaneo, reference);
    const name = `${oneLine(found.name, 60)} (${found.slug})`;
    return { workspaceIds: [found.workspaceId], project: found, name };
  }
  const meant = await workspacesMeant(kaneo, workspace);
  const found = meant.length > 0 ? meant : [await findWorkspace(kaneo)];
  const name = found.map((one) => oneLine(one.name, 60)).join(", ");
  return { workspaceIds: found.map(({ id }) => id), project: undefined, name };
}

/**
 * The projects whose slug is `slug`, in any case; several may share one, and then `called` tells them apart (twins.ts).
 *
 * @throws KaneoMcpError "not_found", listing the projects.
 */
export async function projectsWithSlug(
  kaneo: Kaneo,
  slug: string,
  called?: string,
): Promise<Project[]> {
  const wanted = fold(slug);
  const shared = (projects: Project[]) => projects.filter((one) => fold(one.slug) === wanted);
  const alike = await pickProjects(kaneo, undefined, shared);
  const known = alike.length > 0 ? alike : await projectsMeant(kaneo);
  if (called === undefined) {
    if (alike.length > 0) return alike;
    throw noMatch(slug, known, projectNaming);
  }
  const names = await workspaceNames(kaneo);
  const told = (projects: Project[]) => markedBy(shared(projects), called, names);
  const found = await pickProjects(kaneo, undefined, told);
  if (found.length > 0) return found;
  throw noMatch(`${slug} (${called})`, known, namingAcross(names));
}

/** The project with this id, in any workspace of the account; undefined when there is none. */
export async function projectById(kaneo: Kaneo, id: string): Promise<Project | undefined> {
  const [found] = await pickProjects(kaneo, undefined, (projects) =>
    projects.filter((project) => project.id === id),
  );
  return found;
}
