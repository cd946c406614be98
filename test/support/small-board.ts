import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { taskIn } from "./scenario-state.ts";
import { startToolHarness, type ToolHarness, type ToolHarnessOptions } from "./tool-harness.ts";

/** What a test of one tool needs: project WEB with a few tasks in the workspace Acme, and bob as a second member. */
export async function startSmallBoard(options: ToolHarnessOptions = {}): Promise<SmallBoard> {
  const harness = await startToolHarness({ seed: "empty", ...options });
  const { data, people } = harness.sandbox;
  const workspaceId = data.workspaces[0]?.id ?? "";
  const bob = { organizationId: workspaceId, userId: people.bob.id, role: "member" };
  data.members.push({ id: "member-of-bob", ...bob });

  const project = addProject(data, { name: "Website", slug: "WEB", icon: "Globe", workspaceId });
  for (const title of TITLES) addTask(data, project.id, { title, status: "to-do" });
  return {
    ...harness,
    workspaceId,
    projectId: project.id,
    taskId: (number) => taskIn(harness.sandbox, project.id, number).id,
  };
}

/** The same on Wednesday, 4 March 2026, 11:00 in Berlin: WEB-1 to WEB-4 due at Berlin's midnight of these days; `null` for none. */
export async function startDue(...days: (string | null)[]): Promise<SmallBoard> {
  const board = await startSmallBoard({ nowMs: Date.parse("2026-03-04T10:00:00.000Z") });
  for (const [index, day] of days.entries()) {
    const task = board.sandbox.data.tasks.get(board.taskId(index + 1));
    const dueDate = day && new Date(`${day}T00:00:00+01:00`).toISOString();
    Object.assign(task ?? {}, { dueDate });
  }
  return board;
}

/** One more workspace of alice's; gives its id. */
export function addWorkspace({ sandbox }: ToolHarness, name: string): string {
  const { data, people } = sandbox;
  const id = `id-of-${name}`;
  const slug = name.toLowerCase();
  data.workspaces.push({ id, name, slug, description: null, createdAt: new Date() });
  const owner = { organizationId: id, userId: people.alice.id, role: "owner" };
  data.members.push({ id: `owner-of-${name}`, ...owner });
  return id;
}

export interface SmallBoard extends ToolHarness {
  workspaceId: string;
  projectId: string;
  /** The id of WEB-`number`. */
  taskId(number: number): string;
}

const TITLES = ["Fix login redirect loop", "Landing page hero", "Font loading", "Dark mode"];
