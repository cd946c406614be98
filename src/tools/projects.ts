import { z } from "zod";
import { KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { columnsOf, labelsOf, projectsOf } from "../kaneo/lists.ts";
import { fateOf } from "../kaneo/outcomes.ts";
import { changeProject, createProject as create, deleteProject } from "../kaneo/project-changes.ts";
import { readColumns, setColumns, type WantedColumn } from "../kaneo/project-columns.ts";
import { findProject, findWorkspace, workspacesMeant } from "../kaneo/references.ts";
import type { Label, Project, ProjectRow } from "../kaneo/schemas.ts";
import { renderDay } from "../text/dates.ts";
import { renderColumns } from "../text/task-line.ts";
import { count, spaced } from "../text/text.ts";
import { inline, quoted, renderPlace } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { haveLabel } from "./labels.ts";
import { getProject, renderHead } from "./project-get.ts";
import { resolveText } from "./task-input.ts";
import { defineTool, foundBy } from "./tool.ts";
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
    "Lists projects with number of tasks, percent done (archived tasks count as done) and earliest due date.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  _meta: foundBy("boards, workspaces, progress"),
  input: z.object({
    workspace: fields.workspaceOrAll,
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

function renderWorkspace(workspace: WorkspaceProjects, timeZone: string): string {
  const { shown, hidden } = workspace;
  const rest = hidden === 0 ? "" : `; ${hidden} archived not shown (include_archived)`;
  const head = `Workspace ${renderPlace(workspace)}: ${count(shown.length, "project")}${rest}`;
  return [head, ...shown.map((project) => renderProjectLine(project, timeZone))].join("\n");
}

function renderProjectLine(
  { slug, name, archivedAt, statistics }: Project,
  timeZone: string,
): string {
  const { totalTasks, completionPercentage, dueDate } = statistics;
  return spaced([
    inline(slug, 40),
    quoted(name, 60),
    count(totalTasks, "task"),
    `${completionPercentage}% done`,
    dueDate && `earliest due ${renderDay(dueDate, timeZone)}`,
    archivedAt && "archived",
  ]);
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
    icon: fields.icon.default("Layout"),
    description: fields.description.optional(),
    workspace: fields.workspace,
    columns: fields.names
      .max(20)
      .describe("The last one is final, or those that end in *")
      .optional(),
    like: fields.text.describe("Project to take columns, rules and labels from").optional(),
  }),
  example: { name: "Fresh", workspace: "acme", columns: ["To Do", "Doing", "Testing", "Done"] },
  run: async ({ name, slug, icon, workspace, columns, like, ...args }, { kaneo }) => {
    if (columns !== undefined && like !== undefined) {
      throw new KaneoMcpError("invalid_input", "Give either columns or like. Nothing was created.");
    }
    const wanted = columns && readColumns(columns);
    const { id: workspaceId } = await findWorkspace(kaneo, workspace);
    const model = like === undefined ? undefined : await modelOf(kaneo, like, workspaceId);
    const description = resolveText(args.description) ?? "";
    const created = await create(kaneo, { workspaceId, name, slug, icon, description });
    const { project } = created;
    const set = await setUp(kaneo, project, { columns: wanted, rules: [], labels: [], ...model });
    const problems = [created.problem ?? [], set.problems].flat();
    return { ...set, project, problems };
  },
  page: ({ project }) => ({ project }),
  text: ({ project, columns, rules, labels, problems }) =>
    [
      `Created project ${project.slug}  ${quoted(project.name)}`,
      ...(columns.length === 0 ? [] : [`Columns: ${renderColumns(columns)}`]),
      ...(rules.length === 0 ? [] : [`Rules: ${rules.map(renderWorkflowRule).join(", ")}`]),
      ...(labels.length === 0
        ? []
        : [`New labels: ${labels.map(({ name }) => inline(name, 40)).join(", ")}`]),
      ...problems,
    ].join("\n"),
});

interface Model {
  columns: readonly WantedColumn[] | undefined;
  rules: readonly WorkflowRule[];
  /** Of its workspace, where that is another one. */
  labels: readonly Label[];
}

/** What another project is like, for a new one in `workspaceId`. */
async function modelOf(kaneo: Kaneo, reference: string, workspaceId: string): Promise<Model> {
  const project = await findProject(kaneo, { project: reference });
  const startedAt = kaneo.elapsed();
  const [columns, rules, labels] = await Promise.all([
    kaneo.kept(columnsOf(project.id), startedAt),
    workflowRulesOf(kaneo, project.id),
    project.workspaceId === workspaceId ? [] : kaneo.kept(labelsOf(project.workspaceId), startedAt),
  ]);
  return { columns, rules, labels };
}

/** Gives a new project its columns, rules and labels; what fails is told, since the project is there. */
async function setUp(kaneo: Kaneo, project: ProjectRow, model: Model) {
  if (model.columns === undefined) return { columns: [], rules: [], labels: [], problems: [] };
  const { columns, problem } = await setColumns(kaneo, project, model.columns);
  const problems = problem === undefined ? [] : [problem];
  const tryTo = async <T>(what: string, send: () => Promise<T>): Promise<T[]> => {
    try {
      return [await send()];
    } catch (error) {
      problems.push(`${what}: ${fateOf(error)}: ${reasonOf(error)}`);
      return [];
    }
  };
  const rules: WorkflowRule[] = [];
  for (const { integration, event, columnSlug } of model.rules) {
    const put = async () => {
      const column = columns.find(({ slug }) => slug === columnSlug);
      if (column === undefined) throw new KaneoMcpError("not_found", "its column is missing.");
      return putRule(kaneo, project.id, { integration, event, column });
    };
    rules.push(...(await tryTo(`rule ${integration} ${event}`, put)));
  }
  const labels: Label[] = [];
  for (const wanted of model.labels) {
    const have = () => haveLabel(kaneo, project.workspaceId, wanted);
    const had = await tryTo(`label ${inline(wanted.name, 40)}`, have);
    labels.push(...had.flatMap(({ label, isNew }) => (isNew ? label : [])));
  }
  return { columns, rules, labels, problems };
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
    workspace: fields.workspace,
    name: fields.text.optional(),
    slug: fields.text.optional(),
    icon: fields.text.optional(),
    description: fields.description.optional(),
    public: z.boolean().describe("Readable by anyone with the link").optional(),
    archived: z.boolean().optional(),
  }),
  example: { project: "OPS", name: "Operations, new", archived: true },
  run: async ({ project: reference, workspace, ...args }, { kaneo }) => {
    fields.assertAnyGiven(args);
    const located = await findProject(kaneo, { project: reference, workspace });
    const { public: isPublic, archived: isArchived, ...changes } = args;
    const project = await changeProject(kaneo, located, {
      ...changes,
      description: resolveText(args.description),
      isPublic,
      isArchived,
    });
    return { project, named: Object.keys(args) };
  },
  page: ({ project }) => ({ project, mayAsk: false }),
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
    workspace: fields.workspace,
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
