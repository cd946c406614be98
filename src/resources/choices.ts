/** What a client offers to choose from while a person types an argument or an address. */
import { allKept, type Kaneo } from "../kaneo/api/kaneo.ts";
import { membersOf } from "../kaneo/api/schemas.ts";
import { fold, foldAccents, sharedNames } from "../kaneo/names/matching.ts";
import { tellApart } from "../kaneo/names/twins.ts";
import { searchFor } from "../kaneo/search.ts";
import { workspacesMeant } from "../kaneo/workspaces.ts";
import { inline } from "../untrusted.ts";
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
  const workspaceIds = (await workspacesMeant(kaneo)).map(({ id }) => id);
  const members = await allKept(kaneo, workspaceIds, membersOf);
  const shared = sharedNames(members.map(({ id, name }) => [fold(name), id]));
  const named = members
    .filter(({ name, email }) => contains(name, typed) || fold(email).startsWith(fold(typed)))
    .map(({ name, email }) => (shared.has(fold(name)) ? email : inline(name)));
  return "me".startsWith(fold(typed)) ? ["me", ...named] : named;
}

/** The task whose key it is, and those with that in their title. */
async function tasks(kaneo: Kaneo, typed: string): Promise<string[]> {
  if (typed === "") return [];
  const all = await workspacesMeant(kaneo);
  const hits = await Promise.all(
    all.map(({ id }) => searchFor(kaneo, { q: typed, type: "tasks", workspaceId: id, limit: 20 })),
  );
  const present = (await presentProjects(kaneo)).map(({ project }) => project);
  const tell = await tellApart(kaneo, present);
  return hits
    .flat()
    .map(({ projectId = "", projectSlug, taskNumber }) =>
      tell(projectId, `${projectSlug}-${taskNumber}`),
    );
}

function contains(text: string, typed: string): boolean {
  return foldAccents(text).includes(foldAccents(typed));
}
