import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import {
  createColumn,
  deleteColumn,
  findColumn,
  reorderColumns,
  updateColumn,
} from "../kaneo/columns.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { columnsOf, projectsOf } from "../kaneo/lists.ts";
import { fold } from "../kaneo/matching.ts";
import { findProject } from "../kaneo/references.ts";
import type { Column, Project } from "../kaneo/schemas.ts";
import {
  deleteWorkflowRule,
  INTEGRATIONS,
  RULE_EVENTS,
  setWorkflowRule,
} from "../kaneo/workflow-rules.ts";
import { renderColumns } from "../text/task-line.ts";
import { count } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import { renderWorkflowRule } from "../text/workflow-rules.ts";
import * as fields from "./fields.ts";
import { boardLabelTools } from "./labels.ts";
import { defineTool } from "./tool.ts";

const name = fields.text;
const column = fields.text.describe("Slug or name");
const isFinal = z.boolean().describe("Whether tasks here are done");
const trigger = { integration: z.enum(INTEGRATIONS), event: z.enum(RULE_EVENTS) };

const addColumn = defineTool({
  name: "create_column",
  toolset: "board",
  title: "Create column",
  description: "Adds a column after the last one; reorder_columns moves it.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    project: fields.projectOrDefault,
    name,
    final: isFinal.default(false),
    icon: fields.text.describe("Lucide icon name").optional(),
    color: fields.text.describe("Such as #3b82f6").optional(),
  }),
  example: { project: "WEB", name: "Fresh column", final: true },
  run: async ({ project: reference, name, final, icon, color }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    const columns = await createColumn(kaneo, project, { name, isFinal: final, icon, color });
    return { project, columns };
  },
  text: renderBoard,
});

const changeColumn = defineTool({
  name: "update_column",
  toolset: "board",
  title: "Update column",
  description: "Changes only the named fields of a column. Its slug stays, even under a new name.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    project: fields.projectOrDefault,
    column,
    name: name.optional(),
    final: isFinal.optional(),
    icon: fields.text.describe("Lucide icon name, or none").optional(),
    color: fields.text.describe("Such as #3b82f6, or none").optional(),
  }),
  example: { project: "WEB", column: "in-review", name: "Under review", color: "#123456" },
  run: async ({ project: reference, column: named, name, final, icon, color }, { kaneo }) => {
    if ([name, final, icon, color].every((field) => field === undefined)) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const project = await findProject(kaneo, { project: reference });
    const column = await findColumn(kaneo, project, named);
    const changes = { name, isFinal: final, icon: clearable(icon), color: clearable(color) };
    return { project, columns: await updateColumn(kaneo, project, { column, ...changes }) };
  },
  text: renderBoard,
});

const orderColumns = defineTool({
  name: "reorder_columns",
  toolset: "board",
  title: "Reorder columns",
  description: "Puts all columns of a project into the given order.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    project: fields.projectOrDefault,
    columns: z.array(column).min(1).describe("Every column, left to right"),
  }),
  example: { project: "WEB", columns: ["empty", "done", "in-review", "in-progress", "to-do"] },
  run: async ({ project: reference, columns }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    return { project, columns: await reorderColumns(kaneo, project, columns) };
  },
  text: renderBoard,
});

const removeColumn = defineTool({
  name: "delete_column",
  toolset: "board",
  title: "Delete column",
  description: "Deletes a column without tasks.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ project: fields.projectOrDefault, column }),
  example: { project: "WEB", column: "empty" },
  run: async ({ project: reference, column: named }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    const column = await findColumn(kaneo, project, named);
    return { project, columns: await deleteColumn(kaneo, project, column) };
  },
  text: renderBoard,
});

const setRule = defineTool({
  name: "set_workflow_rule",
  toolset: "board",
  title: "Set workflow rule",
  description:
    "Sets the column that tasks move to when something happens to their branch, pull request or issue; replaces the rule of that event.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({ project: fields.projectOrDefault, ...trigger, column }),
  example: { project: "WEB", integration: "github", event: "pr_opened", column: "in-progress" },
  run: async ({ project: reference, column: named, ...trigger }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    const column = await findColumn(kaneo, project, named);
    const rule = await setWorkflowRule(kaneo, project.id, { ...trigger, column });
    return { project, rule: { ...rule, columnSlug: column.slug } };
  },
  text: ({ project, rule }) => `Rule of ${project.slug}: ${renderWorkflowRule(rule)}`,
});

const deleteRule = defineTool({
  name: "delete_workflow_rule",
  toolset: "board",
  title: "Delete workflow rule",
  description: "Deletes the rule of an event; get_project lists the rules.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ project: fields.projectOrDefault, ...trigger }),
  example: { project: "WEB", integration: "github", event: "pr_merged" },
  run: async ({ project: reference, ...trigger }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    return { project, rule: await deleteWorkflowRule(kaneo, project, trigger) };
  },
  text: ({ project, rule }) => `Deleted from ${project.slug}: ${renderWorkflowRule(rule)}`,
});

const deleteProject = defineTool({
  name: "delete_project",
  toolset: "board",
  title: "Delete project",
  description:
    "Deletes a project with all its tasks for good; update_project with archived keeps them.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    project: fields.project,
    confirm_slug: fields.text.describe("The project's slug, to be sure"),
  }),
  example: { project: "OPS", confirm_slug: "OPS" },
  run: async ({ project: reference, confirm_slug }, { kaneo }) => {
    const project = await findProject(kaneo, { project: reference });
    if (fold(project.slug) !== fold(confirm_slug)) throw notConfirmed(project, confirm_slug);
    await kaneo.delete(endpoint`/api/project/${project.id}`, z.object({ id: z.string() }));
    kaneo.forget(projectsOf(project.workspaceId));
    kaneo.forget(columnsOf(project.id));
    return project;
  },
  text: ({ slug, name, statistics }) =>
    `Deleted project ${slug} (${inline(name, 60)}) with ${count(statistics.totalTasks, "task")}.`,
});

export const boardTools = [
  addColumn,
  changeColumn,
  orderColumns,
  removeColumn,
  setRule,
  deleteRule,
  ...boardLabelTools,
  deleteProject,
];

function clearable(value: string | undefined): string | null | undefined {
  return value !== undefined && fields.isNone(value) ? null : value;
}

function notConfirmed({ slug, name }: Project, given: string): KaneoMcpError {
  return new KaneoMcpError(
    "invalid_input",
    `Nothing was deleted: the slug of ${inline(name, 60)} is ${slug}, not "${inline(given, 60)}".`,
    { hint: "Ask the person whether this project is meant, then repeat with its slug." },
  );
}

function renderBoard({ project, columns }: { project: Project; columns: Column[] }): string {
  return `Columns of ${project.slug}: ${renderColumns(columns)}`;
}
