/** A believable team: Acme with the projects WEB and OPS, and alice's own workspace with one more. */
import type { Activity, Project, Task } from "./data.ts";
import { CABIN_TASKS, type DemoTask, OPS_TASKS, WEB_TASKS } from "./demo-content.ts";
import { addActivity, notifyAbout } from "./events.ts";
import { addLabel } from "./routes/labels.ts";
import { addProject } from "./routes/projects.ts";
import { addRelation } from "./routes/relations.ts";
import { addTask } from "./routes/tasks.ts";
import { addTimeEntry } from "./routes/time-entries.ts";
import { addWorkspace, type Garden } from "./seed-tools.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const COLORS: Readonly<Record<string, string>> = {
  bug: "#ef4444",
  feature: "#22c55e",
  design: "#a855f7",
  a11y: "#0ea5e9",
  i18n: "#f59e0b",
  search: "#14b8a6",
  incident: "#b91c1c",
};

export async function sowDemo(garden: Garden): Promise<void> {
  const { bob, carol, dan } = garden.people;
  const acme = await addWorkspace(garden, {
    name: "Acme",
    slug: "acme",
    description: "The web shop and what it runs on",
    members: [
      [bob, "member"],
      [carol, "viewer"],
      [dan, "admin"],
    ],
  });
  const home = await addWorkspace(garden, { name: "Alice's cabin", slug: "cabin" });
  for (const [name, color] of Object.entries(COLORS)) {
    addLabel(garden.data, { name, color, workspaceId: acme, taskId: null });
  }
  const web = { name: "Website", slug: "WEB", icon: "Globe", workspaceId: acme };
  const webTasks = plant(garden, { ...web, description: "Shop and landing pages ✨" }, WEB_TASKS);
  const ops = { name: "Operations", slug: "OPS", icon: "Server", workspaceId: acme };
  const opsTasks = plant(garden, { ...ops, description: null }, OPS_TASKS);
  const cabin = { name: "Cabin", slug: "CABIN", icon: "Home", workspaceId: home };
  plant(garden, { ...cabin, description: null }, CABIN_TASKS);
  connect(garden, webTasks, opsTasks);
}

type NewProject = Pick<Project, "name" | "slug" | "icon" | "workspaceId" | "description">;

/** Adds a project whose tasks were created one a day, the last one yesterday. */
function plant(garden: Garden, project: NewProject, plans: readonly DemoTask[]): Task[] {
  const { data, people } = garden;
  const { id, workspaceId } = addProject(data, project);
  return plans.map((plan, index) => {
    const createdAt = daysAgo(plans.length - index);
    const task = addTask(data, id, {
      title: plan.title,
      description: plan.description ?? "",
      status: plan.status,
      priority: plan.priority ?? "no-priority",
      userId: plan.who ? people[plan.who].id : null,
      startDate: plan.start === undefined ? null : midnight(plan.start),
      dueDate: plan.due === undefined ? null : midnight(plan.due),
      createdAt,
      updatedAt: createdAt,
    });
    for (const name of plan.labels ?? []) {
      addLabel(data, { name, color: COLORS[name] ?? "#71717a", workspaceId, taskId: task.id });
    }
    recordHistory(garden, task, plan);
    return task;
  });
}

function recordHistory({ data, people }: Garden, task: Task, plan: DemoTask): void {
  const { alice } = people;
  const creation = addActivity(data, { taskId: task.id, userId: alice.id, type: "created" });
  backdate(creation, Date.parse(task.createdAt));
  if (plan.status !== "to-do" && plan.status !== "planned") {
    const eventData = { oldStatus: "to-do", newStatus: plan.status };
    const userId = task.userId ?? alice.id;
    const change = addActivity(data, {
      taskId: task.id,
      userId,
      type: "status_changed",
      eventData,
    });
    backdate(change, Date.parse(task.createdAt) + 5 * HOUR_MS);
  }
  for (const [index, [who, content]] of (plan.comments ?? []).entries()) {
    const userId = people[who].id;
    const comment = addActivity(data, { taskId: task.id, userId, type: "comment", content });
    backdate(comment, Date.parse(task.createdAt) + (6 + index) * HOUR_MS);
  }
}

function backdate(activity: Activity, at: number): void {
  const createdAt = new Date(at).toISOString();
  Object.assign(activity, { createdAt, updatedAt: createdAt });
}

/** Relations, time and notifications between tasks that exist. */
function connect(garden: Garden, webTasks: Task[], opsTasks: Task[]): void {
  const { data, people } = garden;
  const web = (number: number) => numbered(webTasks, number);
  const relate = (relationType: string, source: Task, target: Task) =>
    addRelation(data, { relationType, sourceTaskId: source.id, targetTaskId: target.id });
  relate("subtask", web(1), web(6));
  relate("blocks", web(4), web(7));
  relate("related", web(12), numbered(opsTasks, 10));
  const spent = { taskId: web(4).id, userId: people.bob.id, description: "Reproducing it" };
  addTimeEntry(data, { ...spent, startTime: hoursAgo(26), endTime: hoursAgo(24.5) });
  const running = { taskId: web(12).id, userId: people.alice.id, description: "" };
  addTimeEntry(data, { ...running, startTime: hoursAgo(0.7), endTime: null });
  const details = { commenterName: people.dan.name, commentPreview: "Looks good to me" };
  notifyAbout(data, web(1), { userId: people.alice.id, type: "task_comment", details });
  notifyAbout(data, web(7), { userId: people.alice.id, type: "task_assignee_changed" });
  notifyAbout(data, web(12), { userId: people.bob.id, type: "task_assignee_changed" });
}

function numbered(tasks: Task[], number: number): Task {
  const task = tasks[number - 1];
  if (!task) throw new Error(`The demo has no task with the number ${number}.`);
  return task;
}

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * HOUR_MS).toISOString();
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

/** Local midnight so many days from today. */
function midnight(days: number): string {
  const date = new Date();
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() + days);
  return date.toISOString();
}
