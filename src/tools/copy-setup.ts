import { z } from "zod";
import { KaneoMcpError, reasonOf } from "../errors.ts";
import type { WantedColumn } from "../kaneo/changes/project-columns.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { createLabel } from "../kaneo/labels.ts";
import { columnsOf, labelsOf } from "../kaneo/lists.ts";
import { fold, matchesOf } from "../kaneo/matching.ts";
import { fateOf } from "../kaneo/outcomes.ts";
import { findProject } from "../kaneo/references.ts";
import type { Column, Label, Project } from "../kaneo/schemas.ts";
import { renderColumns } from "../text/task-line.ts";
import { stacked } from "../text/text.ts";
import { inline } from "../text/untrusted.ts";
import { columnsNow, createColumn, orderColumns } from "./columns.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";
import {
  putRule,
  renderWorkflowRule,
  type WorkflowRule,
  workflowRulesOf,
} from "./workflow-rules.ts";

const copySetup = defineTool({
  name: "copy_project_setup",
  toolset: "transfer",
  title: "Copy project setup",
  description:
    "Gives a project the columns, workflow rules and, in another workspace, the labels of another one: adds what it lacks, in that order, and takes nothing away. For a new project use create_project with like.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    from: fields.project,
    to: fields.project,
    workspace: fields.text.describe("Of both, where their names need it").optional(),
  }),
  example: { from: "WEB", to: "OPS" },
  run: async ({ from, to, workspace }, { kaneo }) => {
    const [source, target] = await Promise.all([
      findProject(kaneo, { project: from, workspace }),
      findProject(kaneo, { project: to, workspace }),
    ]);
    if (source.id === target.id) {
      throw new KaneoMcpError(
        "invalid_input",
        "from and to are the same project. Nothing was changed.",
      );
    }
    const [setup, present] = await Promise.all([
      readSetup(kaneo, source, target.workspaceId),
      workflowRulesOf(kaneo, target.id),
    ]);
    const steps = createSteps();
    const columns = await giveColumns(kaneo, { setup, target }, steps);
    await giveRules(kaneo, { setup, target, columns, present }, steps);
    await giveLabels(kaneo, { setup, target }, steps);
    if (steps.done.length === 0 && steps.problems.length > 0) {
      const message = `Nothing was copied. ${steps.problems.join(" ")}`;
      throw new KaneoMcpError(steps.isUncertain() ? "outcome_unknown" : "forbidden", message);
    }
    return { source, target, columns, ...steps };
  },
  text: ({ source, target, columns, done, kept, problems }) =>
    stacked([
      `${target.slug} (${inline(target.name, 60)}) has the set-up of ${source.slug}: ${done.length === 0 ? "it had all of it before." : `added ${done.join(", ")}.`}`,
      `Columns: ${renderColumns(columns)}`,
      kept.length > 0 && `Left as it was: ${kept.join(", ")}.`,
      problems.length > 0 && "Not done:",
      ...problems,
    ]),
});

/** What a project has that another one can take over. */
export interface Setup {
  columns: readonly WantedColumn[];
  /** `column` is a name: a slug stays when its column is renamed, and tells nothing elsewhere. */
  rules: readonly (Pick<WorkflowRule, "integration" | "event"> & { column: string })[];
  /** Those that the other one's workspace lacks; a workspace's labels are those of all its projects. */
  labels: readonly Label[];
}

/** The setup of a project, for one in `workspaceId`. */
export async function readSetup(
  kaneo: Kaneo,
  project: Project,
  workspaceId: string,
): Promise<Setup> {
  const isElsewhere = project.workspaceId !== workspaceId;
  const [columns, rules, labels, present] = await Promise.all([
    kaneo.fresh(columnsOf(project.id)),
    workflowRulesOf(kaneo, project.id),
    isElsewhere ? kaneo.fresh(labelsOf(project.workspaceId)) : [],
    isElsewhere ? kaneo.fresh(labelsOf(workspaceId)) : [],
  ]);
  const names = new Map(columns.map(({ id, name }) => [id, name]));
  const taken = new Set(present.map(({ name }) => fold(name)));
  return {
    columns,
    rules: rules.map(({ integration, event, columnId }) => {
      return { integration, event, column: names.get(columnId) ?? "" };
    }),
    labels: labels.filter(({ name }) => !taken.has(fold(name))),
  };
}

/** What came of each step: one that fails does not stop the others. */
export function createSteps() {
  const done: string[] = [];
  const kept: string[] = [];
  const problems: string[] = [];
  let isUncertain = false;
  const take = async <T>(what: string, send: () => Promise<T>): Promise<T[]> => {
    try {
      const result = await send();
      done.push(what);
      return [result];
    } catch (error) {
      isUncertain ||= fateOf(error) === "uncertain";
      problems.push(`${what}: ${fateOf(error)}: ${reasonOf(error)}`);
      return [];
    }
  };
  return { done, kept, problems, take, isUncertain: () => isUncertain };
}

type Steps = ReturnType<typeof createSteps>;

interface Giving {
  setup: Setup;
  target: Pick<Project, "id" | "workspaceId">;
}

/** The columns that the target then has. */
async function giveColumns(
  kaneo: Kaneo,
  { setup, target }: { setup: Setup; target: Project },
  steps: Steps,
): Promise<Column[]> {
  const present = await columnsNow(kaneo, target);
  const order: Column[] = [];
  for (const { name, isFinal, icon, color } of setup.columns) {
    const own = columnCalled(name, present);
    const create = () => createColumn(kaneo, target, { name, isFinal, icon, color });
    const what = `column ${inline(name, 60)}`;
    order.push(...(own === undefined ? await steps.take(what, create) : [own]));
    const differs = own !== undefined && own.isFinal !== isFinal;
    if (differs) steps.kept.push(`${what}, ${own.isFinal ? "" : "not "}final`);
  }
  const own = present.filter((column) => !order.includes(column));
  const end = order.findIndex((column) => column.isFinal);
  const all = order.toSpliced(end === -1 ? order.length : end, 0, ...own);
  const isNew = order.length > 0 && all.some(({ id }, index) => id !== present[index]?.id);
  if (isNew) await steps.take("the order of the columns", () => orderColumns(kaneo, target, all));
  return columnsNow(kaneo, target);
}

function columnCalled(called: string, columns: readonly Column[]): Column | undefined {
  return matchesOf(columns, called, { names: [({ name }) => name] })[0];
}

/** Gives the rules that are new; those of events that have one already stay. */
export async function giveRules(
  kaneo: Kaneo,
  {
    setup,
    target,
    columns,
    present,
  }: Giving & { columns: readonly Column[]; present: readonly WorkflowRule[] },
  steps: Steps,
): Promise<WorkflowRule[]> {
  const made: WorkflowRule[] = [];
  for (const { integration, event, column: name } of setup.rules) {
    const column = columnCalled(name, columns);
    const own = present.find((rule) => rule.integration === integration && rule.event === event);
    if (own !== undefined && own.columnId !== column?.id)
      steps.kept.push(`rule ${renderWorkflowRule(own)}`);
    if (own !== undefined) continue;
    const put = async () => {
      if (column === undefined) throw new KaneoMcpError("not_found", "its column is missing.");
      return putRule(kaneo, target.id, { integration, event, column });
    };
    const what = `rule ${inline(integration, 40)} ${inline(event, 40)}`;
    made.push(...(await steps.take(what, put)));
  }
  return made;
}

/** Gives the labels, which are new. */
export async function giveLabels(
  kaneo: Kaneo,
  { setup, target }: Giving,
  steps: Steps,
): Promise<Label[]> {
  const made: Label[] = [];
  for (const label of setup.labels) {
    const create = () => createLabel(kaneo, target.workspaceId, label);
    made.push(...(await steps.take(`label ${inline(label.name, 60)}`, create)));
  }
  return made;
}

export const copySetupTools = [copySetup];
