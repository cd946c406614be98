import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { endpoint, type Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp } from "../../kaneo/api/outcomes.ts";
import {
  columnsOf,
  labelsOf,
  lightBoardSchema,
  membersOf,
  type ProjectRow,
} from "../../kaneo/api/schemas.ts";
import { readColumns, setColumns } from "../../kaneo/columns.ts";
import {
  changeProject,
  createProject as create,
  deleteProject,
  projectNow,
} from "../../kaneo/projects/changes.ts";
import { findProject, findProjectNear } from "../../kaneo/projects/find.ts";
import { OFF_BOARD } from "../../kaneo/tasks/task.ts";
import { findWorkspace } from "../../kaneo/workspaces.ts";
import { renderDifferences } from "../../text/task-changes.ts";
import { renderColumns, renderLabels } from "../../text/task-line.ts";
import { count, namedApart, stacked } from "../../text/text.ts";
import { fence, inline, quoted, renderMember } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";
import { renderWorkflowRule, workflowRulesOf } from "../workflow-rules.ts";
import { createSteps, giveLabels, giveRules, type Setup, setupOf } from "./copy-project-setup.ts";
import { countTasks, listProjects } from "./list-projects.ts";

const getProject = defineTool({
  name: "get_project",
  toolset: "projects",
  description:
    "Shows a project's description, columns (the statuses of its tasks) with counts, labels, members with open tasks, workflow rules.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "board, columns, statuses, members, labels, who is there",
  input: z.object(fields.inProject),
  example: { project: "WEB" },
  run: async (reference, { kaneo }) => {
    // What is kept for references may not have the description that somebody has just written.
    const project = await findProject(kaneo.asOf("now"), reference);
    const [board, columns, labels, members, rules] = await Promise.all([
      kaneo.get(endpoint`/api/task/tasks/${project.id}`, lightBoardSchema),
      kaneo.fresh(columnsOf(project.id)),
      kaneo.fresh(labelsOf(project.workspaceId)),
      kaneo.fresh(membersOf(project.workspaceId)),
      workflowRulesOf(kaneo, project.id),
    ]);
    return { project, columns, tasks: board.rows, labels, members, rules };
  },
  page: ({ project }) => ({ project }),
  text: ({ project, columns, tasks, labels, members, rules }) => {
    const counted = (slug: string, shown = slug) =>
      `${shown} ${tasks.filter(({ status }) => status === slug).length}`;
    const shown = columns.map((column) => counted(column.slug, renderColumns([column])));
    // What is planned is not open yet.
    const isOpen = (status: string) => columns.some((one) => one.slug === status && !one.isFinal);
    const open = tasks.filter(({ status }) => isOpen(status));
    const owners = open.flatMap(({ userId }) => userId || []);
    const left = owners.filter((owner) => !members.some(({ id }) => id === owner)).length;
    const people = namedApart(members, ({ id }) => id).map((member) => {
      return { member, open: owners.filter((owner) => owner === member.id).length };
    });
    const busiest = people.toSorted((a, b) => b.open - a.open).slice(0, MOST_MEMBERS);
    const others = members.length - busiest.length;
    const { description = "" } = project;
    return stacked([
      renderHead(project),
      `Columns, with their tasks: ${shown.join(", ") || "none"}; also ${OFF_BOARD.map((slug) => counted(slug)).join(", ")}`,
      `Labels: ${renderLabels(labels) || "none"}`,
      "Members:",
      ...(others > 0 ? busiest : people).map(({ member, open }) => {
        return `- ${renderMember(member)}: ${member.role}, ${open} open`;
      }),
      others > 0 && `- and ${others} more, none with more open tasks than these`,
      left > 0 && `- who left the workspace: ${left} open`,
      open.length > owners.length && `- nobody: ${open.length - owners.length} open`,
      `Rules: ${rules.map(renderWorkflowRule).join(", ") || "none"}`,
      description.trim() === "" ? "No description." : `Description:\n${fence(description)}`,
    ]);
  },
});

const MOST_MEMBERS = 50;

function renderHead({ slug, name, archivedAt, isPublic }: ProjectRow): string {
  const notes = [archivedAt && "archived", isPublic && "public"].filter(Boolean);
  const shown = notes.length === 0 ? "" : `  (${notes.join(", ")})`;
  return `${inline(slug, 40)}  ${quoted(name)}${shown}`;
}

const createProject = defineTool({
  name: "create_project",
  toolset: "projects",
  description:
    "Creates a project. Without columns or like it gets to-do, in-progress, in-review and done; its slug is made from the name if left out.",
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
    const named = columns && { ...NO_SETUP, columns: readColumns(columns) };
    const { workspaceId, model } = await placeOf(kaneo, workspace, like);
    const setup = model === undefined ? named : await setupOf(kaneo, model, workspaceId);
    const description = fields.textToStore(args.description) ?? "";
    const created = await create(kaneo, { workspaceId, name, slug, icon, description });
    const { project } = created;
    const given = await giveSetup(kaneo, project, setup);
    return { ...given, project, model, problems: [...created.problems, ...given.problems] };
  },
  page: ({ project }) => ({ project }),
  text: ({ project, model, columns, rules, labels, problems }) =>
    stacked([
      `Created project ${project.slug}  ${quoted(project.name)}`,
      columns.length > 0 && `Columns: ${renderColumns(columns)}`,
      rules.length > 0 && `Rules: ${rules.map(renderWorkflowRule).join(", ")}`,
      labels.length > 0 && `New labels: ${renderLabels(labels)}`,
      model &&
        model.statistics.totalTasks > 0 &&
        `Without the tasks of ${inline(model.slug, 40)}: copy_tasks has from for them.`,
      ...problems,
    ]),
});

/** The workspace of a new project, which is its model's where nothing else tells, and the model. */
async function placeOf(kaneo: Kaneo, workspace: string | undefined, like: string | undefined) {
  if (like !== undefined && (workspace ?? kaneo.defaults.workspace) === undefined) {
    const model = await findProject(kaneo, { project: like });
    return { workspaceId: model.workspaceId, model };
  }
  const { id } = await findWorkspace(kaneo, workspace);
  const model = like === undefined ? undefined : await findProjectNear(kaneo, like, id);
  return { workspaceId: id, model };
}

const NO_SETUP: Setup = { columns: [], rules: [], labels: [] };

/** Gives a new project its columns, rules and labels; what fails is told, since the project is there. */
async function giveSetup(kaneo: Kaneo, project: ProjectRow, setup: Setup | undefined) {
  if (setup === undefined) return { columns: [], rules: [], labels: [], problems: [] };
  const { columns, problem } = await setColumns(kaneo, project, setup.columns);
  const steps = createSteps(kaneo);
  const giving = { setup, target: project };
  const rules = await giveRules(kaneo, { ...giving, columns, present: [] }, steps);
  const labels = await giveLabels(kaneo, giving, steps);
  return { columns, rules, labels, problems: [problem ?? [], steps.problems].flat() };
}

const updateProject = defineTool({
  name: "update_project",
  toolset: "projects",
  description:
    "Changes only the named fields of a project, and archives or restores it. A new slug changes the keys of its tasks.",
  // The old description is in the answer alone.
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
    const changed = await changeProject(kaneo, located, {
      ...changes,
      description: fields.textToStore(args.description),
      isPublic,
      isArchived,
    });
    const { before, after } = changed;
    const isPutAway = after.archivedAt !== undefined && before.archivedAt === undefined;
    const open = isPutAway ? await asHelp(openIn(kaneo, after)) : undefined;
    return { ...changed, open };
  },
  page: ({ after }) => ({ project: after, mayAsk: after.isPublic === true }),
  text: ({ before, after, open = 0 }) =>
    stacked([
      `Project ${renderHead(after)}`,
      renderDifferences(told(before), told(after)),
      open > 0 &&
        `Still open in it: ${count(open, "task")}, which lists over all projects leave out now.`,
    ]),
});

/** How many tasks are in columns that are not final. */
async function openIn(kaneo: Kaneo, { id }: ProjectRow): Promise<number> {
  const columns = await kaneo.kept(columnsOf(id));
  const open = columns.filter(({ isFinal }) => !isFinal);
  return countTasks(
    kaneo,
    id,
    open.map(({ slug }) => slug),
  );
}

function told({ name, slug, icon, isPublic, archivedAt, description }: ProjectRow) {
  return { name, slug, icon, public: isPublic, archived: archivedAt !== undefined, description };
}

const remove = defineTool({
  name: "delete_project",
  toolset: "board",
  description:
    "Deletes a project with all its tasks for good; update_project with archived keeps them.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    project: fields.project,
    workspace: fields.workspace,
    confirm_slug: fields.text.describe("The project's slug, to be sure"),
  }),
  example: { project: "OPS", confirm_slug: "OPS" },
  run: async ({ confirm_slug, ...reference }, { kaneo }) => {
    const project = await projectNow(kaneo, await findProject(kaneo, reference));
    const { slug, name, statistics } = project;
    fields.assertConfirmed(confirm_slug, slug, {
      why: `Nothing was deleted: the slug of ${inline(name, 60)} is ${slug}, not "${inline(confirm_slug, 60)}".`,
      hint: `Ask the person whether this project with its tasks (${statistics.totalTasks}) is meant, then repeat with its slug.`,
    });
    await deleteProject(kaneo, project);
    return project;
  },
  text: ({ slug, name, statistics }) =>
    `Deleted project ${slug} (${inline(name, 60)}) with ${count(statistics.totalTasks, "task")}.`,
});

export const projectTools = [listProjects, getProject, createProject, updateProject, remove];
