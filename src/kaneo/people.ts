/** Of whom something is asked: apart from references.ts, since it reads the tasks, and those are found by what is there. */
import { isFailure } from "../errors.ts";
import type { Kaneo } from "./api/client.ts";
import { mapConcurrently } from "./api/concurrency.ts";
import { asHelp } from "./api/outcomes.ts";
import type { Member } from "./api/schemas.ts";
import { findMember, matchMember, type Scope } from "./references.ts";
import { boardOf, projectsWithTasks } from "./tasks/project-tasks.ts";

export type Person = Pick<Member, "id" | "name">;

/**
 * The member whom `reference` names, or who left the workspace and still has tasks: Kaneo leaves them assigned, archived ones
 * too, and shows the name.
 *
 * @throws KaneoMcpError as {@link findMember}.
 */
export async function findPerson(
  kaneo: Kaneo,
  scope: Pick<Scope, "workspaceIds" | "project">,
  reference: string,
): Promise<Person> {
  try {
    return await findMember(kaneo, scope.workspaceIds, reference);
  } catch (error) {
    if (!isFailure(error, "not_found")) throw error;
    // It only helps: who is not there is no member, however much of the boards can be read.
    const people = (await asHelp(assigneesIn(kaneo, scope))) ?? [];
    const gone = matchMember(people, reference.trim().replace(/^@/, ""));
    if (gone === undefined) throw error;
    return gone;
  }
}

async function assigneesIn(
  kaneo: Kaneo,
  { workspaceIds, project }: Pick<Scope, "workspaceIds" | "project">,
): Promise<Member[]> {
  const projects = project === undefined ? await projectsWithTasks(kaneo, workspaceIds) : [project];
  const boards = await mapConcurrently(projects, ({ id }) => kaneo.kept(boardOf(id)));
  const people = boards.flatMap(({ rows }) =>
    rows.map(({ userId: id, assigneeName: name }) => ({ id, name })),
  );
  const named = people.flatMap(({ id, name }) =>
    id && name ? [[id, { id, name, email: "", role: "" }] as const] : [],
  );
  return [...new Map(named).values()];
}
