/** /api/project. */
import { created, createId, now, type Project, type SandboxData, where } from "../data.ts";
import { Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { flag, list as listOf, number, optional, record, text } from "../shape.ts";
import { deleteTask } from "./tasks.ts";

const access = { from: "project", key: "id" } as const;

const list = route({
  method: "GET",
  path: "/api/project",
  query: { workspaceId: text(), includeArchived: optional(text()) },
  access: { from: "query" },
  run: ({ data, workspaceId, query }) =>
    inOrder(data, workspaceId)
      .filter(({ archivedAt }) => query.includeArchived === "true" || archivedAt === null)
      .map((project) => {
        const statistics = count(data, project.id);
        return { ...project, statistics, archivedTasks: [], plannedTasks: [], columns: [] };
      }),
});

const create = route({
  method: "POST",
  path: "/api/project",
  body: { name: text(), workspaceId: text(), icon: text(), slug: text() },
  access: { from: "body" },
  needs: { project: ["create"] },
  run: ({ data, body }) => addProject(data, body),
});

const reorder = route({
  method: "PUT",
  path: "/api/project/reorder",
  query: { workspaceId: text() },
  body: { projects: listOf(record({ id: text(), position: number() }), 1) },
  access: { from: "query" },
  needs: { project: ["update"] },
  run: ({ data, workspaceId, body }) => {
    const wanted = [...body.projects].sort((a, b) => a.position - b.position);
    const foreign = wanted.find(({ id }) => data.projects.get(id)?.workspaceId !== workspaceId);
    if (foreign) {
      throw new Refusal(400, `Project ${foreign.id} does not belong to this workspace`);
    }
    const moved = new Set(wanted.map(({ id }) => id));
    const queue = wanted.flatMap(({ id }) => data.projects.get(id) ?? []);
    for (const [position, project] of inOrder(data, workspaceId).entries()) {
      const occupant = moved.has(project.id) ? queue.shift() : project;
      if (occupant) occupant.position = position;
    }
    return inOrder(data, workspaceId);
  },
});

const read = route({
  method: "GET",
  path: "/api/project/:id",
  access,
  run: ({ data, param }) => withTasks(data, requireRow(data.projects, param("id"), "Project")),
});

const replace = route({
  method: "PUT",
  path: "/api/project/:id",
  body: { name: text(), icon: text(), slug: text(), description: text(), isPublic: flag() },
  access,
  needs: { project: ["update"] },
  run: ({ data, param, body }) =>
    Object.assign(requireRow(data.projects, param("id"), "Project"), body),
});

const archive = route({
  method: "PUT",
  path: "/api/project/:id/archive",
  access,
  needs: { project: ["update"] },
  run: ({ data, param }) =>
    Object.assign(requireRow(data.projects, param("id"), "Project"), { archivedAt: now() }),
});

const unarchive = route({
  method: "PUT",
  path: "/api/project/:id/unarchive",
  access,
  needs: { project: ["update"] },
  run: ({ data, param }) =>
    Object.assign(requireRow(data.projects, param("id"), "Project"), { archivedAt: null }),
});

const remove = route({
  method: "DELETE",
  path: "/api/project/:id",
  access,
  needs: { project: ["delete"] },
  run: ({ data, param }) => {
    const answer = withTasks(data, requireRow(data.projects, param("id"), "Project"));
    for (const task of answer.tasks) deleteTask(data, task.id);
    for (const rows of [data.columns, data.workflowRules]) {
      for (const [id, row] of rows) if (row.projectId === answer.id) rows.delete(id);
    }
    for (const rule of [...data.preferences.values()].flatMap(({ rules }) => rules)) {
      rule.selectedProjectIds = rule.selectedProjectIds.filter((id) => id !== answer.id);
    }
    data.projects.delete(answer.id);
    return answer;
  },
});

export const projectRoutes = [list, create, reorder, read, replace, archive, unarchive, remove];

const DEFAULT_COLUMNS = [
  { name: "To Do", slug: "to-do", isFinal: false },
  { name: "In Progress", slug: "in-progress", isFinal: false },
  { name: "In Review", slug: "in-review", isFinal: false },
  { name: "Done", slug: "done", isFinal: true },
];

/** Adds a project at the end of its workspace, with the four columns that Kaneo makes. */
export function addProject(
  data: SandboxData,
  fields: Pick<Project, "name" | "slug" | "icon" | "workspaceId"> & Partial<Project>,
): Project {
  const positions = inOrder(data, fields.workspaceId).map(({ position }) => position);
  const project: Project = {
    id: createId(),
    description: null,
    createdAt: now(),
    isPublic: false,
    archivedAt: null,
    lastTaskNumber: 0,
    position: Math.max(-1, ...positions) + 1,
    ...fields,
  };
  data.projects.set(project.id, project);
  for (const [position, column] of DEFAULT_COLUMNS.entries()) {
    const id = createId();
    const place = { id, projectId: project.id, position, icon: null, color: null };
    data.columns.set(id, { ...column, ...place, ...created() });
  }
  return project;
}

function inOrder(data: SandboxData, workspaceId: string): Project[] {
  return where(data.projects, (project) => project.workspaceId === workspaceId).sort(
    (a, b) => a.position - b.position,
  );
}

/** Kaneo counts every task, planned and archived ones too, and takes archived ones as completed. */
function count(data: SandboxData, projectId: string) {
  const tasks = where(data.tasks, (task) => task.projectId === projectId);
  const completed = tasks.filter(({ status }) => status === "done" || status === "archived");
  const dueDates = tasks.flatMap(({ dueDate }) => dueDate ?? []).sort();
  const share = tasks.length === 0 ? 0 : (completed.length / tasks.length) * 100;
  return {
    totalTasks: tasks.length,
    completionPercentage: Math.round(share),
    dueDate: dueDates[0] ?? null,
  };
}

function withTasks(data: SandboxData, project: Project) {
  return { ...project, tasks: where(data.tasks, (task) => task.projectId === project.id) };
}
