/** Resources in Kaneo. Apart from what they are, so that they can be listed without all that reads Kaneo. */
import type { Kaneo } from "../kaneo/api/kaneo.ts";
import { projectsOf, type Workspace } from "../kaneo/api/schemas.ts";
import { fold, sharedNames } from "../kaneo/names/matching.ts";
import { findProject } from "../kaneo/projects/find.ts";
import { findTask, readKey } from "../kaneo/tasks/find.ts";
import { workspacesMeant } from "../kaneo/workspaces.ts";
import { inline } from "../untrusted.ts";
import { MIME_TYPE, type Resource, resources } from "./resources.ts";

/** A resource and what its address names: a project's slug or id, a task's key. */
export interface Located {
  resource: Resource;
  name: string;
}

/** Longer than any address that is given out. */
const LONGEST_NAME = 200;

/** What stands behind an address, in any case and however its letters are encoded; undefined when nothing can. */
export function locate(uri: string): Located | undefined {
  for (const resource of resources) {
    const pattern = resource.uriTemplate.replace(/\{\w+\}/, "([^/?#]+)");
    const [, encoded] = new RegExp(`^${pattern}$`, "i").exec(uri) ?? [];
    const name = encoded === undefined ? undefined : decode(encoded);
    if (name !== undefined && names(resource, name)) return { resource, name };
  }
  return undefined;
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded).trim();
  } catch {
    // Signs that are no encoding of anything.
    return undefined;
  }
}

/** A task is named by its whole key: a bare number, or several keys, would mean something else each time. */
function names({ choice }: Resource, name: string): boolean {
  if (name === "" || name.length > LONGEST_NAME) return false;
  if (choice !== "task") return true;
  return readKey(name)?.slug !== undefined && !/[,;\n]/.test(name);
}

/** People choose from such a list, or complete the address. */
const MOST_LISTED = 50;

/** The projects of the default workspace, else of all, without those that are archived, as a client lists them; 50 at most. */
export async function listProjects(kaneo: Kaneo) {
  const present = await presentProjects(kaneo);
  return present.slice(0, MOST_LISTED).map(({ project, plainName, workspace }) => ({
    uri: `kaneo://project/${encodeURIComponent(plainName)}`,
    name: inline(project.slug, 40) || project.id,
    title: inline(project.name, 80),
    description: `Project in ${inline(workspace, 80)}`,
    mimeType: MIME_TYPE,
  }));
}

/**
 * Those of them that a person may choose, each with the name of its workspace and what names it alone: its slug, else its id.
 * An archived one still has its slug.
 */
export async function presentProjects(kaneo: Kaneo) {
  const projectsIn = async ({ id, name: workspace }: Workspace) =>
    (await kaneo.kept(projectsOf(id))).map((project) => ({ project, workspace }));
  const all = (await Promise.all((await workspacesMeant(kaneo)).map(projectsIn))).flat();
  const shared = sharedNames(all.map(({ project }) => [fold(project.slug), project.id]));
  return all
    .filter(({ project }) => project.archivedAt === undefined)
    .map((one) => {
      const { slug, id } = one.project;
      return { ...one, plainName: fold(slug) === "" || shared.has(fold(slug)) ? id : slug };
    });
}

/**
 * Calls `changed` whenever the resource may show something else from now on, until `signal` aborts.
 *
 * @throws KaneoMcpError when what it names is not there.
 */
export async function watchResource(
  { resource, name }: Located,
  kaneo: Kaneo,
  { changed, signal }: { changed: () => void; signal: AbortSignal },
): Promise<void> {
  const { watchProject } = await import("../kaneo/events/project-watch.ts");
  if (resource.choice !== "task") {
    const project = await findProject(kaneo, { project: name });
    return watchProject(kaneo, project, { changed, signal });
  }
  const { task, project } = await findTask(kaneo, name);
  const ofTask = (taskId = task.id) => {
    if (taskId === task.id) changed();
  };
  return watchProject(kaneo, project, { changed: ofTask, signal });
}
