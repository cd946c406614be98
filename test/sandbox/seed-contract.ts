/** The state that the recordings presuppose: WEB with 30 tasks, OPS, BIG, and SEC that bob cannot see. */
import type { Task } from "./data.ts";
import { addActivity } from "./events.ts";
import { addLabel } from "./routes/labels.ts";
import { addProject } from "./routes/projects.ts";
import { addTask, PRIORITIES } from "./routes/tasks.ts";
import { addBigProject, addWorkspace, type Garden, STATUSES } from "./seed-tools.ts";

const TITLES = [
  "Fix login redirect loop",
  "Landing page hero",
  "Font loading",
  "SEO audit",
  "Emoji party 🎉🚀👩‍👩‍👧‍👦",
  `<b>HTML</b> & "quotes" 'single'`,
  "Zero​width and RTL ‮abc",
  "日本語のタイトル 🇯🇵",
  "Dark mode contrast",
  "Bundle size budget",
];

export async function sowContract(garden: Garden): Promise<void> {
  await sowAcme(garden);
  addBigProject(garden, garden.data.workspaces[0]?.id ?? "", { bigProjectTasks: 5_000 });
}

/** All of it but BIG, which takes longer to make than most tests. */
export async function sowAcme(garden: Garden): Promise<void> {
  const { people, data } = garden;
  const acme = await addWorkspace(garden, {
    name: "Acme",
    slug: "acme",
    description: "Acme Inc. workspace",
    members: [[people.bob, "member"]],
  });
  const hidden = await addWorkspace(garden, { name: "Private", slug: "private" });
  for (const [name, color] of LABELS)
    addLabel(data, { name, color, workspaceId: acme, taskId: null });
  sowWeb(garden, acme);
  const ops = { name: "Operations", slug: "OPS", icon: "Server", workspaceId: acme };
  const { id: opsId } = addProject(data, ops);
  for (const number of [1, 2, 3]) {
    addTask(data, opsId, { title: `Ops task ${number}`, status: "to-do", priority: "low" });
  }
  const sec = addProject(data, { name: "Secret", slug: "SEC", icon: "Lock", workspaceId: hidden });
  addTask(data, sec.id, { title: "Secret task", status: "to-do", priority: "low" });
}

/** The workspace's labels, each with its color. */
export const LABELS = [
  ["bug", "#ef4444"],
  ["feature", "#22c55e"],
  ["docs", "#3b82f6"],
  ["größe/üml 🏷️", "#a855f7"],
] as const;

/** The tasks of WEB, in the order of their numbers. */
export const WEB_TASKS = Array.from({ length: 30 }, (_, index) => ({
  title: TITLES[index] ?? `Web task ${index + 1}`,
  description: index % 3 === 2 ? "# Heading\n\n- [ ] todo item\n- [x] done item" : "",
  status: STATUSES[index % STATUSES.length] ?? "to-do",
  priority: PRIORITIES[index % PRIORITIES.length] ?? "low",
  ...(index % 7 === 0 && { startDate: "2026-01-05T00:00:00.000Z" }),
  ...(index % 4 === 0 && { dueDate: "2026-10-01T17:00:00.000Z" }),
}));

function sowWeb(garden: Garden, workspaceId: string): void {
  const { people, data } = garden;
  const web = { name: "Website", slug: "WEB", icon: "Globe", workspaceId };
  const { id } = addProject(data, { ...web, description: "Public web site ✨" });
  const assignees = [people.alice.id, people.bob.id, null];
  const tasks = WEB_TASKS.map(({ startDate = null, dueDate = null, ...task }, index) =>
    addTask(data, id, { ...task, startDate, dueDate, userId: assignees[index % 3] ?? null }),
  );
  for (const [index, task] of tasks.entries()) sowOnTask(garden, task, index);
}

function sowOnTask({ people, data }: Garden, task: Task, index: number): void {
  const workspaceId = data.projects.get(task.projectId)?.workspaceId ?? "";
  const [name, color] = LABELS[index % 4] ?? LABELS[0];
  addLabel(data, { name, color, workspaceId, taskId: task.id });
  if (index > 1) return;
  const content = index === 0 ? "First comment" : "Reply with **markdown** and 🎉";
  addActivity(data, { taskId: task.id, userId: people.bob.id, type: "comment", content });
}
