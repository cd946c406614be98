/** What the seeds have in common. */
import { createId, type SandboxData } from "./data.ts";
import { createWorkspace, type People, type Person } from "./people.ts";
import { addProject } from "./routes/projects.ts";
import { addTask, PRIORITIES } from "./routes/tasks.ts";

export interface Garden {
  readonly data: SandboxData;
  readonly people: People;
}

export interface WorkspacePlan {
  readonly name: string;
  readonly slug: string;
  readonly description?: string;
  readonly members?: readonly (readonly [Person, "admin" | "member" | "viewer"])[];
}

/** Creates a workspace of alice's and returns its id. */
export async function addWorkspace(
  { data, people }: Garden,
  { name, slug, description, members = [] }: WorkspacePlan,
): Promise<string> {
  const words = { name, slug, description: description ?? null };
  const id = await createWorkspace(data.auth, people.alice, words);
  for (const [{ id: userId }, role] of members) {
    const row = { id: createId(), organizationId: id, userId, role, createdAt: new Date() };
    data.members.push(row);
  }
  return id;
}

/** Of a new project, and those that stand on no board. */
export const STATUSES = [
  "to-do",
  "in-progress",
  "in-review",
  "done",
  "planned",
  "archived",
] as const;
const AREAS = ["login", "payment", "search", "export", "billing"] as const;
const DAY_MS = 86_400_000;

export interface BigProject {
  readonly bigProjectTasks: number;
  /** Where each has a position of its own, as people's have; without it all share one, as after an import. */
  readonly arranged?: "in all columns" | "in one column";
}

/** A project as an import makes it: few priorities and dates, no assignees. */
export function addBigProject(
  { data }: Garden,
  workspaceId: string,
  { bigProjectTasks: count, arranged }: BigProject,
): void {
  const { id } = addProject(data, {
    name: "Big Project",
    slug: "BIG",
    icon: "Layout",
    workspaceId,
  });
  const lorem = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. ".repeat(3);
  const statuses = arranged === "in one column" ? ["to-do"] : STATUSES;
  const start = Date.now() - count;
  for (let index = 0; index < count; index += 1) {
    const at = new Date(start + index).toISOString();
    const dueDate = new Date(Date.UTC(2026, 0, 1) + (index % 365) * DAY_MS).toISOString();
    const area = AREAS[index % AREAS.length];
    addTask(data, id, {
      title: `Task ${index} ${area} flow`,
      description: `Description of task ${index}.\n\n${lorem}`,
      status: statuses[index % statuses.length] ?? "to-do",
      priority: PRIORITIES[index % PRIORITIES.length] ?? "low",
      dueDate: index % 3 === 0 ? dueDate : null,
      position: arranged ? index + 1 : 0,
      createdAt: at,
      updatedAt: at,
    });
  }
}
