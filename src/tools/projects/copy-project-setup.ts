import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import {
  assertAnyDone,
  fateOf,
  reasonOf,
  type Stop,
  sendOne,
  tolerable,
} from "../../kaneo/api/outcomes.ts";
import {
  type Column,
  columnsOf,
  type Label,
  labelsOf,
  type Project,
} from "../../kaneo/api/schemas.ts";
import { arrangeColumns, createColumn, type WantedColumn } from "../../kaneo/columns.ts";
import { createLabel, labelCalled, withLabels } from "../../kaneo/labels.ts";
import { fold, matchesOf } from "../../kaneo/names/matching.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { renderColumns } from "../../text/task-line.ts";
import { stacked } from "../../text/text.ts";
import { inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";
import {
  putRule,
  renderWorkflowRule,
  ruleFor,
  type WorkflowRule,
  workflowRulesOf,
} from "../workflow-rules.ts";

export const copyProjectSetup = defineTool({
  name: "copy_project_setup",
  toolset: "transfer",
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
      const why = "from and to are the same project. Nothing was changed.";
      throw new KaneoMcpError("invalid_input", why);
    }
    const [setup, present] = await Promise.all([
      setupOf(kaneo, source, target.workspaceId),
      workflowRulesOf(kaneo, target.id),
    ]);
    const before = await kaneo.fresh(columnsOf(target.id));
    const steps = createSteps(kaneo);
    const columns = await giveColumns(kaneo, { setup, target, present: before }, steps);
    await giveRules(kaneo, { setup, target, columns, present }, steps);
    await giveLabels(kaneo, { setup, target }, steps);
    const report = () => `Nothing was copied. ${steps.problems.join(" ")}`;
    assertAnyDone([...steps.done, ...steps.failures], report);
    // What was given is told whether or not the board can be read once more.
    const after = await kaneo.fresh(columnsOf(target.id)).catch(reasonOf);
    return { source, target, columns: after, ...steps };
  },
  text: ({ source, target, columns, done, kept, problems }) =>
    stacked([
      `${target.slug} (${inline(target.name, 60)}) has ${problems.length > 0 ? "a part of " : ""}the set-up of ${source.slug}: ${done.length === 0 ? "it had all of that before." : `added ${done.join(", ")}.`}`,
      typeof columns === "string"
        ? `Its columns could not be read afterwards: ${columns}`
        : `Columns: ${renderColumns(columns)}`,
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
export async function setupOf(kaneo: Kaneo, project: Project, workspaceId: string): Promise<Setup> {
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

/** What came of each step: one that fails does not stop the others, unless they would fail as well. */
export function createSteps(kaneo: Kaneo) {
  const done: string[] = [];
  const kept: string[] = [];
  const problems: string[] = [];
  const failures: KaneoMcpError[] = [];
  const stop: Stop = {};
  const fail = (what: string, error: unknown): never[] => {
    const failure = tolerable(error);
    problems.push(`${what}: ${fateOf(failure)}: ${failure.message}`);
    failures.push(failure);
    return [];
  };
  const take = async <T>(what: string, send: () => Promise<T>): Promise<T[]> => {
    try {
      const result = await sendOne(kaneo, stop, send);
      done.push(what);
      return [result];
    } catch (error) {
      return fail(what, error);
    }
  };
  return { done, kept, problems, failures, take, fail };
}

type Steps = ReturnType<typeof createSteps>;

interface Giving {
  setup: Setup;
  target: Pick<Project, "id" | "workspaceId">;
}

/** The columns that the target then has, if not certainly in this order. */
async function giveColumns(
  kaneo: Kaneo,
  { setup, target, present }: { setup: Setup; target: Project; present: readonly Column[] },
  steps: Steps,
): Promise<Column[]> {
  const order: Column[] = [];
  for (const wanted of setup.columns) {
    const { name, isFinal } = wanted;
    const free = present.filter((column) => !order.includes(column));
    const own = columnCalled(name, free);
    const create = () => createColumn(kaneo, target, wanted);
    const what = `column ${inline(name, 60)}`;
    order.push(...(own === undefined ? await steps.take(what, create) : [own]));
    const differs = own !== undefined && own.isFinal !== isFinal;
    if (differs) steps.kept.push(`${what}, ${own.isFinal ? "" : "not "}final`);
  }
  const arrange = (columns: readonly Column[]) => arranged(columns, order);
  // A new column stands behind the others.
  const unordered = [...present, ...order.filter((column) => !present.includes(column))];
  const all = arrange(unordered);
  const isOther = all.some((column, index) => column !== unordered[index]);
  const what = "the order of the columns";
  if (isOther) await steps.take(what, () => arrangeColumns(kaneo, target, arrange));
  return all;
}

/** Those of `order` that are there, and the others before the first final one. */
function arranged(columns: readonly Column[], order: readonly Column[]): Column[] {
  const isIn = (some: readonly Column[]) => (column: Column) =>
    some.some(({ id }) => id === column.id);
  const ordered = order.filter(isIn(columns));
  const others = columns.filter((column) => !isIn(ordered)(column));
  const end = ordered.findIndex(({ isFinal }) => isFinal);
  return ordered.toSpliced(end === -1 ? ordered.length : end, 0, ...others);
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
    const own = ruleFor(present, { integration, event });
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
  if (setup.labels.length === 0) return [];
  const give = async (present: readonly Label[]) => {
    const made: Label[] = [];
    for (const label of setup.labels) {
      // It may be there by now.
      if (labelCalled(label.name, present)) continue;
      const create = () => createLabel(kaneo, target.workspaceId, label);
      made.push(...(await steps.take(`label ${inline(label.name, 60)}`, create)));
    }
    return made;
  };
  const unread = (error: unknown) => steps.fail("labels", error);
  return withLabels(kaneo, target.workspaceId, give).catch(unread);
}
