/** New projects and changes to projects, where Kaneo accepts what it should not and wants what is not to change. */
import { z } from "zod";
import { KaneoMcpError, prefixed } from "../../errors.ts";
import { inline } from "../../untrusted.ts";
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import { asHelp, confirmed, confirmGone, fateOf, onFailure, reasonOf } from "../api/outcomes.ts";
import { type Project, type ProjectRow, projectSchema, projectsOf } from "../api/schemas.ts";
import { fold } from "../names/matching.ts";
import { allProjects } from "./find.ts";

export interface NewProject {
  workspaceId: string;
  name: string;
  /** Made from the name when undefined. */
  slug: string | undefined;
  icon: string;
  description: string;
}

/**
 * Creates a project, then describes it: Kaneo takes no description when it creates one, and a member may create a
 * project but not change it. The problems are what is to be said of it: that it has no description, or a namesake.
 *
 * @throws KaneoMcpError "invalid_input" or "conflict" for a slug that cannot start the keys of its tasks or is in use.
 */
export function createProject(kaneo: Kaneo, wanted: NewProject) {
  return kaneo.inTurn(turnOf(wanted), async () => {
    const { workspaceId, name, icon, description } = wanted;
    const others = await kaneo.fresh(projectsOf(workspaceId));
    if (wanted.slug !== undefined) assertFree(wanted.slug, others);
    const slug = wanted.slug ?? (await freeSlug(kaneo, name, others));
    const problems = others
      .filter((other) => fold(other.name) === fold(name))
      .map((other) => `${other.slug} has the same name.`);
    const body = { name, slug, icon, workspaceId };
    const answer = await kaneo.post(endpoint`/api/project`, projectSchema, body);
    const project = await confirmed(answer, {
      what: `The project ${slug}`,
      fields: { workspaceId, name, slug },
      rows: () => kaneo.fresh(projectsOf(workspaceId)),
    });
    if (description === "") return { project, problems };
    try {
      return { project: await putProject(kaneo, project, { description }), problems };
    } catch (error) {
      problems.push(`Its description: ${fateOf(error)}: ${reasonOf(error)}`);
      return { project, problems };
    }
  });
}

/** Of two that are made at once, one would get a slug that the other has by then; of two changes, one would undo the other. */
function turnOf({ workspaceId }: { workspaceId: string }): string {
  return `projects ${workspaceId}`;
}

/** What to change; an absent field stays. */
export interface ProjectChanges {
  name?: string | undefined;
  slug?: string | undefined;
  icon?: string | undefined;
  description?: string | undefined;
  isPublic?: boolean | undefined;
  isArchived?: boolean | undefined;
}

/**
 * Changes a project and gives it as the server had it, and as it then has it.
 *
 * @throws KaneoMcpError that says so when the fields were saved before archiving failed.
 */
export function changeProject(
  kaneo: Kaneo,
  located: Project,
  { isArchived, ...changes }: ProjectChanges,
): Promise<{ before: ProjectRow; after: ProjectRow }> {
  return kaneo.inTurn(turnOf(located), async () => {
    const projects = await kaneo.fresh(projectsOf(located.workspaceId));
    const before = projects.find(({ id }) => id === located.id) ?? located;
    const others = projects.filter(({ id }) => id !== before.id);
    if (changes.slug !== undefined) assertFree(changes.slug, others);
    const hasFields = Object.values(changes).some((value) => value !== undefined);
    const refused = onFailure("forbidden", (refusal): never => {
      throw prefixed(refusal, `Nothing of ${before.slug} was changed.`);
    });
    const saved = hasFields ? await putProject(kaneo, before, changes).catch(refused) : before;
    const isArchivedNow = before.archivedAt !== undefined;
    if (isArchived === undefined || isArchived === isArchivedNow) return { before, after: saved };
    const after = await archive(kaneo, before, isArchived).catch((error: unknown): never => {
      if (!hasFields) throw error;
      const rest = fateOf(error) === "uncertain" ? "." : "; only archived failed:";
      const sentence = `The other changes to ${saved.slug} are saved${rest}`;
      throw prefixed(error, sentence, "Look at the project, then call again with archived alone.");
    });
    return { before, after };
  });
}

/** `PUT /api/project/:id` wants every field. */
async function putProject(
  kaneo: Kaneo,
  before: ProjectRow,
  changes: Omit<ProjectChanges, "isArchived">,
): Promise<ProjectRow> {
  const { id, workspaceId } = before;
  const wish = {
    name: changes.name ?? before.name,
    slug: changes.slug ?? before.slug,
    icon: changes.icon ?? before.icon ?? "Layout",
    description: changes.description ?? before.description ?? "",
    isPublic: changes.isPublic ?? before.isPublic ?? false,
  };
  const answer = await kaneo.put(endpoint`/api/project/${id}`, projectSchema, wish);
  return confirmed(answer, {
    what: `The change of the project ${wish.slug}`,
    fields: { id, ...wish },
    rows: () => kaneo.fresh(projectsOf(workspaceId)),
  });
}

async function archive(kaneo: Kaneo, project: Project, isWanted: boolean): Promise<ProjectRow> {
  const { id, slug, workspaceId } = project;
  const route = endpoint`/api/project/${id}/${isWanted ? "archive" : "unarchive"}`;
  const answer = await kaneo.put(route, projectSchema);
  return confirmed(answer, {
    what: `The project ${slug}`,
    done: isWanted ? "archived" : "brought back",
    fields: { id },
    isSo: ({ archivedAt }) => (archivedAt !== undefined) === isWanted,
    rows: () => kaneo.fresh(projectsOf(workspaceId)),
  });
}

/** A project as it is now: what is kept for references may have another slug and fewer tasks. */
export async function projectNow(kaneo: Kaneo, located: Project): Promise<Project> {
  const projects = await kaneo.fresh(projectsOf(located.workspaceId));
  return projects.find(({ id }) => id === located.id) ?? located;
}

/** Deletes a project with all its tasks. */
export async function deleteProject(kaneo: Kaneo, project: Project): Promise<void> {
  const { id, slug, workspaceId } = project;
  const answer = await kaneo.delete(endpoint`/api/project/${id}`, z.object({ id: z.string() }));
  const rows = () => kaneo.fresh(projectsOf(workspaceId));
  await confirmGone(answer, { what: `The project ${slug}`, id, rows });
}

/** Kaneo accepts a slug twice, and then no key tells the two projects' tasks apart. */
function assertFree(slug: string, others: readonly Project[]): void {
  if (!/^\p{L}[\p{L}\p{N}\p{M}_-]{0,99}$/u.test(slug)) {
    throw new KaneoMcpError("invalid_input", `"${inline(slug, 60)}" cannot start task keys.`, {
      hint: "A slug starts with a letter and has letters, digits, _ and - only, 100 at most.",
    });
  }
  const owner = others.find((other) => fold(other.slug) === fold(slug));
  if (owner === undefined) return;
  const why = `The slug ${slug} is in use by the project "${inline(owner.name)}".`;
  throw new KaneoMcpError("conflict", why, { hint: "Choose another slug." });
}

/** The first letters of the name, with a number behind when they are taken, in whichever workspace: keys are said without it. */
async function freeSlug(kaneo: Kaneo, name: string, near: readonly Project[]): Promise<string> {
  const letters = name
    .slice(0, 1_000)
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
  const [stem = "PRJ"] = /\p{L}.{0,2}/u.exec(letters) ?? [];
  const far = (await asHelp(allProjects(kaneo))) ?? [];
  const taken = new Set([...near, ...far].map(({ slug }) => fold(slug)));
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? stem : `${stem}${number}`;
    if (!taken.has(fold(slug))) return slug;
  }
}
