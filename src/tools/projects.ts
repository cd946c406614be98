import { z } from "zod";
import { KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { columnsOf, labelsOf, membersOf, projectsOf } from "../kaneo/lists.ts";
import { fateOf } from "../kaneo/outcomes.ts";
import { changeProject, createProject as create, deleteProject } from "../kaneo/project-changes.ts";
import { readColumns, setColumns, type WantedColumn } from "../kaneo/project-columns.ts";
import { findProject, findWorkspace, workspacesMeant } from "../kaneo/references.ts";
import {
  boardSchema,
  type Column,
  type Label,
  type ListedTask,
  type Member,
  type Project,
  type ProjectRow,
} from "../kaneo/schemas.ts";
import { tasksOf } from "../kaneo/tasks.ts";
import { renderDay } from "../text/dates.ts";
import { quoted, renderColumns } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { fence, inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { resolveText } from "./task-input.ts";
import { defineTool } from "./tool.ts";
import {
  putRule,
  renderWorkflowRule,
  type WorkflowRule,
  workflowRulesOf,
} from "./workflow-rules.ts";

interface WorkspaceProjects {
  name: string;
  slug: string;
  shown: Project[];
  /** Archived ones that are left out. */
  hidden: number;
}

const listProjects = defineTool({
  name: "list_projects",
  toolset: "projects",
  title: "List projects",
  description:
    "Lists projects with slug, name, number of tasks, percent done (archived tasks count as done) and earliest due date.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({
    workspace: fields.workspace.describe("Slug, name or id; all workspaces if left out").optional(),
    include_archived: z.boolean().default(false),
  }),
  example: { workspace: "acme" },
  run: async ({ workspace, include_archived }, { kaneo }) => {
    // Progress changes with every task, so what is kept for references is too old here.
    const since = kaneo.elapsed();
    const listed = await workspacesMeant(kaneo, workspace, since);
    return Promise.all(
      listed.map(async ({ id, name, slug }): Promise<WorkspaceProjects> => {
        const all = await kaneo.kept(projectsOf(id), since);
        const shown = all.filter(({ archivedAt }) => include_archived || archivedAt === undefined);
        return { name, slug, shown, hidden: all.length - shown.length };
      }),
    );
  },
  text: (listed, { timeZone }) =>
    listed.length === 0
      ? "This account belongs to no workspace. Create one in Kaneo, or ask for an invitation."
      : listed.map((workspace) => renderWorkspace(workspace, timeZone)).join("\n"),
});

function renderWorkspace(
  { name, slug, shown, hidden }: WorkspaceProjects,
  timeZone: string,
): string {
  const rest = hidden === 0 ? "" : `; ${hidden} archived not shown (include_archived)`;
  const head = `Workspace ${inline(name, 60)} (${slug}): ${count(shown.length, "project")}${rest}`;
  return [head, ...shown.map((project) => renderProjectLine(project, timeZone))].join("\n");
}

function renderProjectLine(
  { slug, name, archivedAt, statistics }: Project,
  timeZone: string,
): string {
  const { totalTasks, completionPercentage, dueDate } = statistics;
  const parts = [
    inline(slug, 40),
    quoted(name, 60),
    count(totalTasks, "task"),
    `${completionPercentage}% done`,
    dueDate && `earliest due ${renderDay(dueDate, timeZone)}`,
    archivedAt && "archived",
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

interface ProjectDetails {
  project: Project;
  columns: Column[];
  /** All of the project. */
  tasks: ListedTask[];
  labels: Label[];
  members: Member[];
  rules: WorkflowRule[];
}

const getProject = defineTool({
  name: "get_project",
  toolset: "projects",
  title: "Get project",
  description:
    "Shows a project's description, columns (the statuses of its tasks) with task counts, labels, members with roles and open tasks here, and workflow rules.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({
    project: fields.projectOrDefault,
    workspace: fields.workspace.optional(),
  }),
  example: { project: "WEB" },
  run: async (reference, { kaneo }): Promise<ProjectDetails> => {
    const project = await findProject(kaneo, reference);
    const startedAt = kaneo.elapsed();
    const [board, columns, labels, members, rules] = await Promise.all([
      kaneo.get(endpoint`/api/task/tasks/${project.id}`, boardSchema),
      kaneo.kept(columnsOf(project.id), startedAt),
      kaneo.kept(labelsOf(project.workspaceId), startedAt),
      kaneo.kept(membersOf(project.workspaceId), startedAt),
      workflowRulesOf(kaneo, project.id),
    ]);
    return { project, columns, tasks: tasksOf(board), labels, members, rules };
  },
  text: renderDetails,
});

function renderDetails(details: ProjectDetails): string {
  const { project, columns, tasks, labels, members, rules } = details;
  const names = labels.map(({ name }) => inline(name, 40));
  const counted = (slug: string, shown = slug) =>
    `${shown} ${tasks.filter(({ status }) => status === slug).length}`;
  const shown = columns.map((column) => counted(column.slug, renderColumns([column])));
  const openTasks = openTasksByPerson(details);
  return [
    renderHead(project),
    `Columns, with their tasks: ${shown.join(", ") || "none"}; also ${counted("planned")}, ${counted("archived")}`,
    `Labels: ${names.length === 0 ? "none" : names.join(", ")}`,
    "Members:",
    ...members.map(
      ({ id, name, email, role }) =>
        `- ${inline(name, 60)} <${email}>: ${role}, ${openTasks.get(id) ?? 0} open`,
    ),
    `Rules: ${rules.length === 0 ? "none" : rules.map(renderWorkflowRule).join(", ")}`,
    ...(project.description === undefined || project.description.trim() === ""
      ? ["No description."]
      : ["Description:", fence(project.description)]),
  ].join("\n");
}

/** How many open tasks each person has in the project, by id; what is planned is not open yet. */
function openTasksByPerson({ columns, tasks }: ProjectDetails): Map<string, number> {
  const open = columns.filter(({ isFinal }) => !isFinal).map(({ slug }) => slug);
  const counts = new Map<string, number>();
  for (const { status, userId } of tasks) {
    if (userId === undefined || !open.includes(status)) continue;
    counts.set(userId, (counts.get(userId) ?? 0) + 1);
  }
  return counts;
}

function renderHead({ slug, name, archivedAt, isPublic }: ProjectRow): string {
  const notes = [archivedAt && "archived", isPublic && "public"].filter(Boolean);
  const shown = notes.length === 0 ? "" : `  (${notes.join(", ")})`;
  return `${inline(slug, 40)}  ${quoted(name)}${shown}`;
}

const createProject = defineTool({
  name: "create_project",
  toolset: "projects",
  title: "Create project",
  description:
    "Creates a project; its columns are to-do, in-progress, in-review and done if left out, its slug is made from the name.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    name: fields.text,
    slug: fields.text.describe("Start of its task keys, such as WEB").optional(),
    icon: fields.text.describe("Lucide icon name").default("Layout"),
    description: fields.description.optional(),
    workspace: fields.workspace.optional(),
    columns: fields.names
      .max(20)
      .describe("The last one is final, or those that end in *")
      .optional(),
    like: fields.text.describe("Project to take columns and rules from").optional(),
  }),
  example: { name: "Fresh", workspace: "acme", columns: ["To Do", "Testing", "Done"] },
  run: async ({ name, slug, icon, workspace, columns, like, ...args }, { kaneo }) => {
    if (columns !== undefined && like !== undefined) {
      throw new KaneoMcpError("invalid_input", "Give either columns or like. Nothing was created.");
    }
    const wanted = columns && readColumns(columns);
    const { id: workspaceId } = await findWorkspace(kaneo, workspace);
    const model = like === undefined ? undefined : await modelOf(kaneo, like);
    const description = resolveText(args.description) ?? "";
    const created = await create(kaneo, { workspaceId, name, slug, icon, description });
    const { project } = created;
    const set = await setUp(kaneo, project, { columns: wanted, rules: [], ...model });
    const problems = [created.problem ?? [], set.problems].flat();
    return { ...set, project, problems };
  },
  text: ({ project, columns, rules, problems }) =>
    [
      `Created project ${project.slug}  ${inline(project.name)}`,
      ...(columns.length === 0 ? [] : [`Columns: ${renderColumns(columns)}`]),
      ...(rules.length === 0 ? [] : [`Rules: ${rules.map(renderWorkflowRule).join(", ")}`]),
      ...problems,
    ].join("\n"),
});

interface Model {
  columns: readonly WantedColumn[] | undefined;
  rules: readonly WorkflowRule[];
}

/** What another project is like. */
async function modelOf(kaneo: Kaneo, reference: string): Promise<Model> {
  const { id } = await findProject(kaneo, { project: reference });
  const [columns, rules] = await Promise.all([
    kaneo.kept(columnsOf(id), kaneo.elapsed()),
    workflowRulesOf(kaneo, id),
  ]);
  return { columns, rules };
}

/** Gives a new project its columns and rules; what fails is told, since the project is there. */
async function setUp(kaneo: Kaneo, project: ProjectRow, { columns: wanted, rules }: Model) {
  if (wanted === undefined) return { columns: [], rules: [], problems: [] };
  const { columns, problem } = await setColumns(kaneo, project, wanted);
  const made: WorkflowRule[] = [];
  const problems = problem === undefined ? [] : [problem];
  for (const { integration, event, columnSlug } of rules) {
    const column = columns.find(({ slug }) => slug === columnSlug);
    try {
      if (column === undefined) throw new KaneoMcpError("not_found", "its column is missing.");
      made.push(await putRule(kaneo, project.id, { integration, event, column }));
    } catch (error) {
      problems.push(`rule ${integration} ${event}: ${fateOf(error)}: ${reasonOf(error)}`);
    }
  }
  return { columns, rules: made, problems };
}

const updateProject = defineTool({
  name: "update_project",
  toolset: "projects",
  title: "Update project",
  description:
    "Changes only the named fields of a project. A new slug changes the keys of its tasks. archived puts it away or brings it back.",
  // The old description is gone for good.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    project: fields.project,
    workspace: fields.workspace.optional(),
    name: fields.text.optional(),
    slug: fields.text.optional(),
    icon: fields.text.optional(),
    description: fields.description.optional(),
    public: z.boolean().describe("Readable by anyone with the link").optional(),
    archived: z.boolean().optional(),
  }),
  example: { project: "OPS", name: "Operations, new", archived: true },
  run: async ({ project: reference, workspace, ...args }, { kaneo }) => {
    const named = Object.entries(args).filter(([, value]) => value !== undefined);
    if (named.length === 0) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const located = await findProject(kaneo, { project: reference, workspace });
    const { public: isPublic, archived: isArchived, ...changes } = args;
    const project = await changeProject(kaneo, located, {
      ...changes,
      description: resolveText(args.description),
      isPublic,
      isArchived,
    });
    return { project, named: named.map(([name]) => name) };
  },
  text: ({ project, named }) => `Saved ${named.join(", ")}.\n${renderHead(project)}`,
});

const remove = defineTool({
  name: "delete_project",
  toolset: "board",
  title: "Delete project",
  description:
    "Deletes a project with all its tasks for good; update_project with archived keeps them.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    project: fields.project,
    workspace: fields.workspace.optional(),
    confirm_slug: fields.text.describe("The project's slug, to be sure"),
  }),
  example: { project: "OPS", confirm_slug: "OPS" },
  run: async ({ confirm_slug, ...reference }, { kaneo }) =>
    deleteProject(kaneo, await findProject(kaneo, reference), confirm_slug),
  text: ({ slug, name, statistics }) =>
    `Deleted project ${slug} (${inline(name, 60)}) with ${count(statistics.totalTasks, "task")}.`,
});

export const projectTools = [listProjects, getProject, createProject, updateProject];
export const boardProjectTools = [remove];
