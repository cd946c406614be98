/** What a client offers to choose from while a person types an argument or an address. */
import { endpoint, type Kaneo, withQuery } from "../kaneo/api/kaneo.ts";
import { lightBoardSchema, membersOf, type Project } from "../kaneo/api/schemas.ts";
import { fold, foldAccents } from "../kaneo/names/matching.ts";
import { type Tell, tellApart } from "../kaneo/names/twins.ts";
import { searchFor } from "../kaneo/search.ts";
import { workspacesMeant } from "../kaneo/workspaces.ts";
import { inline } from "../text/untrusted.ts";
import { presentProjects } from "./reading.ts";
import type { Choice } from "./resources.ts";

/** What a person who has typed so much may mean, the likeliest first. */
export async function choicesFor(choice: Choice, typed: string, kaneo: Kaneo): Promise<string[]> {
  const all = await { project: projects, person: people, task: tasks }[choice](kaneo, typed.trim());
  return [...new Set(all)];
}

async function projects(kaneo: Kaneo, typed: string): Promise<string[]> {
  const present = await presentProjects(kaneo);
  const bySlug = present.filter(({ project: { slug } }) => fold(slug).startsWith(fold(typed)));
  const byName = present.filter(({ project: { name } }) => contains(name, typed));
  return [...bySlug, ...byName].map(({ plainName }) => plainName);
}

async function people(kaneo: Kaneo, typed: string): Promise<string[]> {
  const all = await workspacesMeant(kaneo);
  const members = (await Promise.all(all.map(({ id }) => kaneo.kept(membersOf(id))))).flat();
  const ids = new Map<string, Set<string>>();
  for (const { id, name } of members) {
    ids.set(fold(name), (ids.get(fold(name)) ?? new Set()).add(id));
  }
  const named = members
    .filter(({ name, email }) => contains(name, typed) || fold(email).startsWith(fold(typed)))
    .map(({ name, email }) => (ids.get(fold(name))?.size === 1 ? inline(name) : email));
  return "me".startsWith(fold(typed)) ? ["me", ...named] : named;
}

/** Of the projects whose keys begin with what is typed, their newest tasks are looked at. */
const MOST_PROJECTS = 3;
const MOST_OF_EACH = 100;

/** The newest of the keys that begin so, then the task whose key it is, and those with that in their title. */
async function tasks(kaneo: Kaneo, typed: string): Promise<string[]> {
  const present = (await presentProjects(kaneo)).map(({ project }) => project);
  const [slug = ""] = fold(typed).split(/-\d*$/);
  const isKey = slug !== fold(typed);
  const near = present
    .filter((project) =>
      isKey ? fold(project.slug) === slug : fold(project.slug).startsWith(slug),
    )
    .slice(0, MOST_PROJECTS);
  const tell = await tellApart(kaneo, present);
  const [found, newest] = await Promise.all([
    typed === "" ? [] : searched(kaneo, typed, tell),
    Promise.all(near.map((project) => newestOf(kaneo, project, tell))),
  ]);
  const begun = newest.flat().filter((key) => fold(key).startsWith(fold(typed)));
  return [...begun, ...found];
}

async function newestOf(kaneo: Kaneo, { id, slug }: Project, tell: Tell): Promise<string[]> {
  const page = { sortBy: "number", sortOrder: "desc", limit: MOST_OF_EACH, page: 1 };
  const path = withQuery(endpoint`/api/task/tasks/${id}`, page);
  const { rows } = await kaneo.get(path, lightBoardSchema);
  const numbers = rows.map(({ number }) => number).sort((one, other) => other - one);
  return numbers.map((number) => tell(id, `${slug}-${number}`));
}

async function searched(kaneo: Kaneo, typed: string, tell: Tell): Promise<string[]> {
  const all = await workspacesMeant(kaneo);
  const hits = await Promise.all(
    all.map(({ id }) => searchFor(kaneo, { q: typed, type: "tasks", workspaceId: id, limit: 20 })),
  );
  return hits
    .flat()
    .map(({ projectId = "", projectSlug, taskNumber }) =>
      tell(projectId, `${projectSlug}-${taskNumber}`),
    );
}

function contains(text: string, typed: string): boolean {
  return foldAccents(text).includes(foldAccents(typed));
}
