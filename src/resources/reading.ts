/** Resources in Kaneo. Apart from what they are, so that they can be listed without all that reads Kaneo. */
import type { Kaneo } from "../kaneo/client.ts";
import { projectsOf } from "../kaneo/lists.ts";
import { fold } from "../kaneo/matching.ts";
import { findProject } from "../kaneo/references.ts";
import type { Project } from "../kaneo/schemas.ts";
import { findTask, readKey } from "../kaneo/task-finder.ts";
import { workspacesMeant } from "../kaneo/workspaces.ts";
import { inline } from "../text/untrusted.ts";
import type { ToolContext } from "../tools/tool.ts";
import { MIME_TYPE, type Resource, resources } from "./resources.ts";

/** A resource and what its address names: a project's slug or id, a task's key or id. */
export interface Located {
  resource: Resource;
  name: string;
}

/** Longer than any address that is given out. */
const LONGEST_NAME = 200;
const ID = /^\w{20,128}$/;

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
  return ID.test(name) || (readKey(name)?.slug !== undefined && !/[,;\n]/.test(name));
}

/** As a client lists it. */
export interface ListedResource {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

/** People choose from such a list, or complete the address. */
const MOST_LISTED = 50;

/** The projects of the default workspace, else of all, without those that are archived; 50 at most. */
export async function listProjects(kaneo: Kaneo): Promise<ListedResource[]> {
  const listed: { project: Project; workspace: string }[] = [];
  for (const { id, name } of await workspacesMeant(kaneo)) {
    if (listed.length >= MOST_LISTED) break;
    const projects = await kaneo.kept(projectsOf(id));
    const present = projects.filter(({ archivedAt }) => archivedAt === undefined);
    listed.push(...present.map((project) => ({ project, workspace: name })));
  }
  const nameOf = plainNames(listed.map(({ project }) => project));
  return listed.slice(0, MOST_LISTED).map(({ project, workspace }) => ({
    uri: `kaneo://project/${encodeURIComponent(nameOf(project))}`,
    name: inline(project.slug, 40) || project.id,
    title: inline(project.name, 80),
    description: `Project in ${inline(workspace, 80)}`,
    mimeType: MIME_TYPE,
  }));
}

/** What names each of these projects alone: its slug, else its id. */
export function plainNames(projects: readonly Project[]): (project: Project) => string {
  const counts = new Map<string, number>();
  for (const { slug } of projects) counts.set(fold(slug), (counts.get(fold(slug)) ?? 0) + 1);
  return ({ slug, id }) => (fold(slug) !== "" && counts.get(fold(slug)) === 1 ? slug : id);
}

/**
 * Calls `changed` whenever the resource may show something else from now on, until `signal` aborts.
 *
 * @throws KaneoMcpError when what it names is not there.
 */
export async function watchResource(
  { resource, name }: Located,
  { kaneo, changes }: ToolContext,
  { changed, signal }: { changed: () => void; signal: AbortSignal },
): Promise<void> {
  if (resource.choice !== "task") {
    const { id } = await findProject(kaneo, { project: name });
    return changes?.watch(id, changed, signal);
  }
  const { task, project } = await findTask(kaneo, name);
  const isMeant = (taskId: string | undefined) => taskId === undefined || taskId === task.id;
  return changes?.watch(project.id, (taskId) => isMeant(taskId) && changed(), signal);
}
