import { z } from "zod";
import { KaneoMcpError, reasonOf } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { createLabel } from "../kaneo/label-finder.ts";
import { columnsOf, labelsOf } from "../kaneo/lists.ts";
import { fold, oneLine } from "../kaneo/matching.ts";
import { confirmed, fateOf } from "../kaneo/outcomes.ts";
import { findProject } from "../kaneo/references.ts";
import { type Column, columnSchema, list, type Project } from "../kaneo/schemas.ts";
import { renderColumns } from "../text/task-line.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";
import { putRule, renderWorkflowRule, workflowRulesOf } from "./workflow-rules.ts";

const columnList = list(columnSchema);

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
    const steps = createSteps();
    const columns = await copyColumns(kaneo, { source, target }, steps);
    await copyRules(kaneo, { source, target, columns }, steps);
    await copyLabels(kaneo, { source, target }, steps);
    if (steps.done.length === 0 && steps.problems.length > 0) {
      const message = `Nothing was copied. ${steps.problems.join(" ")}`;
      throw new KaneoMcpError(steps.isUncertain() ? "outcome_unknown" : "forbidden", message);
    }
    return { source, target, columns, ...steps };
  },
  text: ({ source, target, columns, done, kept, problems }) =>
    [
      `${target.slug} (${inline(target.name, 60)}) has the set-up of ${source.slug}: ${done.length === 0 ? "it had all of it before." : `added ${done.join(", ")}.`}`,
      `Columns: ${renderColumns(columns)}`,
      ...(kept.length === 0 ? [] : [`Left as it was: ${kept.join(", ")}.`]),
      ...(problems.length === 0 ? [] : ["Not done:", ...problems]),
    ].join("\n"),
});

/** What came of each step: one that fails does not stop the others. */
function createSteps() {
  const done: string[] = [];
  const kept: string[] = [];
  const problems: string[] = [];
  let isUncertain = false;
  const take = async <T>(what: string, send: () => Promise<T>): Promise<T | undefined> => {
    try {
      const result = await send();
      done.push(what);
      return result;
    } catch (error) {
      isUncertain ||= fateOf(error) === "uncertain";
      problems.push(`${what}: ${fateOf(error)}: ${reasonOf(error)}`);
      return undefined;
    }
  };
  return { done, kept, problems, take, isUncertain: () => isUncertain };
}

type Steps = ReturnType<typeof createSteps>;
interface Pair {
  source: Project;
  target: Project;
}

/** The columns that the target then has. */
async function copyColumns(
  kaneo: Kaneo,
  { source, target }: Pair,
  steps: Steps,
): Promise<Column[]> {
  const now = (id: string) => kaneo.kept(columnsOf(id), kaneo.elapsed());
  const [wanted, present] = await Promise.all([now(source.id), now(target.id)]);
  const order: Column[] = [];
  for (const { name, isFinal, icon, color } of wanted) {
    const own = present.find((column) => fold(column.name) === fold(name));
    if (own !== undefined) {
      order.push(own);
      if (own.isFinal !== isFinal)
        steps.kept.push(`column ${inline(name, 60)}, ${own.isFinal ? "" : "not "}final`);
      continue;
    }
    const made = await steps.take(`column ${inline(name, 60)}`, async () => {
      const body = { name, isFinal, ...(icon && { icon }), ...(color && { color }) };
      const answer = await kaneo.post(endpoint`/api/column/${target.id}`, columnSchema, body);
      return confirmed(answer, {
        what: `The column ${oneLine(name, 60)}`,
        fields: { name, isFinal },
        look: async () => (await now(target.id)).find((column) => column.name === name),
      });
    });
    if (made !== undefined) order.push(made);
  }
  const own = present.filter((column) => !order.includes(column));
  const end = order.findIndex((column) => column.isFinal);
  const all = order.toSpliced(end === -1 ? order.length : end, 0, ...own);
  const isNew = order.length > 0 && all.some(({ id }, index) => id !== present[index]?.id);
  if (isNew) {
    await steps.take("the order of the columns", async () => {
      const columns = all.map(({ id }, position) => ({ id, position }));
      return kaneo.put(endpoint`/api/column/reorder/${target.id}`, columnList, { columns });
    });
  }
  kaneo.forget(columnsOf(target.id));
  return now(target.id);
}

async function copyRules(
  kaneo: Kaneo,
  { source, target, columns }: Pair & { columns: readonly Column[] },
  steps: Steps,
): Promise<void> {
  const [wanted, present, sources] = await Promise.all([
    workflowRulesOf(kaneo, source.id),
    workflowRulesOf(kaneo, target.id),
    kaneo.kept(columnsOf(source.id)),
  ]);
  for (const { integration, event, columnId } of wanted) {
    const name = sources.find(({ id }) => id === columnId)?.name ?? "";
    const column = columns.find((one) => fold(one.name) === fold(name));
    const own = present.find((rule) => rule.integration === integration && rule.event === event);
    if (own !== undefined && own.columnId !== column?.id)
      steps.kept.push(`rule ${renderWorkflowRule(own)}`);
    if (own !== undefined) continue;
    await steps.take(`rule ${inline(integration, 40)} ${inline(event, 40)}`, async () => {
      if (column === undefined) throw new KaneoMcpError("not_found", "its column is missing.");
      return putRule(kaneo, target.id, { integration, event, column });
    });
  }
}

/** A workspace's labels are those of all its projects. */
async function copyLabels(kaneo: Kaneo, { source, target }: Pair, steps: Steps): Promise<void> {
  if (source.workspaceId === target.workspaceId) return;
  const [wanted, present] = await Promise.all(
    [source, target].map(({ workspaceId }) => kaneo.kept(labelsOf(workspaceId), kaneo.elapsed())),
  );
  const names = new Set(present?.map(({ name }) => fold(name)));
  for (const label of wanted ?? []) {
    if (names.has(fold(label.name))) continue;
    await steps.take(`label ${inline(label.name, 60)}`, () =>
      createLabel(kaneo, target.workspaceId, label),
    );
  }
}

export const copySetupTools = [copySetup];
