/** Labels: a workspace's, found and made by their names, and the copies of them that Kaneo gives each task. */

import type { KaneoMcpError } from "../errors.ts";
import { inline } from "../untrusted.ts";
import { allKept, endpoint, type Kaneo, keptOrFresh } from "./api/kaneo.ts";
import { asHelp, confirmed, confirmGone, doneIn, onFailure } from "./api/outcomes.ts";
import { type Label, labelListSchema, labelSchema, labelsOf, workspaces } from "./api/schemas.ts";
import {
  fold,
  matchesOf,
  matchOne,
  type Naming,
  noMatch,
  partsOf,
  splitNames,
} from "./names/matching.ts";
import type { Change } from "./tasks/changes.ts";
import { carriesLabel, type LabelChoice, type Task, type TaskLabel } from "./tasks/task.ts";

const labelNaming: Naming<Label> = {
  noun: "label",
  names: [({ id }) => id, ({ name }) => name],
  show: ({ name }) => name,
};

/** Also as counts name it. */
const NO_LABEL = /^(?:none|no label)$/i;

/**
 * The workspace labels that `references` (names or ids) name, each once; none is no label.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the labels.
 */
export async function findLabels(
  kaneo: Kaneo,
  workspaceId: string,
  references: readonly string[] = [],
): Promise<Label[]> {
  if (references.length === 0) return [];
  const found = new Map<string, Label>();
  const isName = await labelTest(kaneo, [workspaceId]);
  for (const name of new Set(splitNames(references, isName))) {
    if (NO_LABEL.test(name) && !isName(name)) continue;
    const kept = await findLabel(kaneo, workspaceId, name);
    const label = (await isStill(kaneo, workspaceId, kept))
      ? kept
      : await findLabel(kaneo.asOf("now"), workspaceId, name);
    found.set(label.id, label);
  }
  return [...found.values()];
}

/** Whether a label has that name by now: Kaneo would give a task the name of one that is gone, which nobody could list. */
async function isStill(kaneo: Kaneo, workspaceId: string, { id, name }: Label): Promise<boolean> {
  const lately = kaneo.asOf("lately");
  if (lately.isKept(labelsOf(workspaceId))) return true;
  // The list holds every copy, too.
  const row = { endpoint: endpoint`/api/label/${id}`, schema: labelSchema };
  return (await asHelp(lately.kept(row)))?.name === name;
}

/**
 * For each of `references`, which may be several with `or` between them, the names that such labels have: of each one in
 * each workspace that has it.
 *
 * @throws KaneoMcpError "not_found" for one that no workspace has, "ambiguous" for one that fits two of one workspace.
 */
export async function labelChoices(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  references: readonly string[],
): Promise<LabelChoice[]> {
  const isName = await labelTest(kaneo, workspaceIds);
  const isChoice = (reference: string) => isName(reference) || NO_LABEL.test(reference);
  return Promise.all(
    [...new Set(splitNames(references, isName))].map(async (reference) => {
      const parts = partsOf(reference, OR);
      // Of one that is none of them it is told that it is missing.
      const either = !isName(reference) && parts.some(isChoice) ? parts : [reference];
      const found = [...new Set(either)].map((one) => namesOfLabel(kaneo, workspaceIds, one));
      return [...new Set((await Promise.all(found)).flat())];
    }),
  );
}

/** Without the blanks around it, which may be thousands. */
const OR = /\sor\s|\|/i;

async function namesOfLabel(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  reference: string,
): Promise<LabelChoice> {
  const missed = onFailure("not_found", (miss) => miss);
  const outcomes = await Promise.all(
    workspaceIds.map((id) => findLabel(kaneo, id, reference).catch(missed)),
  );
  const found = doneIn(outcomes).map(({ name }) => name);
  if (found.length > 0) return found;
  if (NO_LABEL.test(reference)) return [undefined];
  const all = await allKept(kaneo, workspaceIds, labelsOf);
  throw noLabel(reference, [...new Map(all.map((label) => [label.name, label])).values()]);
}

/** As it is meant: `bug and ui`, `(sev1 or sev2) and api`, or `none`. */
export function sayLabels(choices: readonly LabelChoice[]): string {
  const said = choices.map((names) => {
    const each = new Map(names.map((name = "none") => [fold(name), name]));
    const either = [...each.values()].join(" or ");
    return choices.length > 1 && each.size > 1 ? `(${either})` : either;
  });
  return said.join(" and ");
}

/** Tells names of labels from lists of them. */
async function labelTest(kaneo: Kaneo, workspaceIds: readonly string[]) {
  const all = await allKept(kaneo, workspaceIds, labelsOf);
  return (name: string) => matchesOf(all, name, labelNaming).length > 0;
}

/**
 * Does `work` in its turn, with a workspace's labels, which another call of this process cannot have changed unseen: none of
 * two undoes or makes what the other one does.
 */
export function withLabels<T>(
  kaneo: Kaneo,
  workspaceId: string,
  work: (present: readonly Label[]) => Promise<T>,
): Promise<T> {
  return kaneo.inTurn(`labels ${workspaceId}`, async () =>
    work(await kaneo.kept(labelsOf(workspaceId))),
  );
}

/** The label of that name, rather in the same letters; undefined when there is none. */
export function labelCalled(name: string, labels: readonly Label[]): Label | undefined {
  const same = labels.filter((label) => fold(label.name) === fold(name));
  return same.find((label) => label.name === name) ?? same[0];
}

/** Makes a workspace label, whose name must be free ({@link withLabels}). */
export async function createLabel(
  kaneo: Kaneo,
  workspaceId: string,
  { name, color }: Pick<Label, "name" | "color">,
): Promise<Label> {
  const answer = await kaneo.post(endpoint`/api/label`, labelSchema, { name, color, workspaceId });
  kaneo.forget(labelsOf(workspaceId));
  return confirmed(answer, {
    what: `The label ${inline(name, 60)}`,
    fields: { name, taskId: null },
    rows: () => kaneo.fresh(labelsOf(workspaceId)),
  });
}

/** The workspace label that `reference` (name or id) names. @throws As {@link findLabels}. */
export async function findLabel(
  kaneo: Kaneo,
  workspaceId: string,
  reference: string,
): Promise<Label> {
  const list = labelsOf(workspaceId);
  const found = await keptOrFresh(kaneo, async (now) =>
    matchOne(await now.kept(list), reference, labelNaming),
  );
  if (found !== undefined) return found;
  const [all, labels] = await Promise.all([kaneo.kept(workspaces), kaneo.kept(list)]);
  // Another workspace may have it.
  const where = all.length > 1 ? all.find(({ id }) => id === workspaceId)?.name : undefined;
  throw noLabel(reference, labels, where);
}

function noLabel(reference: string, labels: readonly Label[], where?: string): KaneoMcpError {
  const hint = "Use one of these, or make it with create_label first.";
  return noMatch(reference, labels, { ...labelNaming, ...(where && { where }), hint });
}

/**
 * The change that puts a label on a task. `PUT /api/label/:id/task` would do the same on a new Kaneo, but takes the label
 * away from the workspace, or from another task, on one older than 2.12.2.
 */
export function addLabel({ name, color }: Label): Change {
  const field = `label ${inline(name)}`;
  return {
    field,
    isSo: (task) => carriesLabel(task, name),
    told: `added ${field}`,
    send: async (kaneo, { task, project: { workspaceId } }) => {
      const body = { name, color, workspaceId, taskId: task.id };
      const copy = await confirmed(await kaneo.post(endpoint`/api/label`, labelSchema, body), {
        what: `The ${field}`,
        done: `added to ${task.key}`,
        fields: { name, taskId: task.id },
        rows: () => labelsOn(kaneo, task.id),
      });
      return { task: { ...task, labels: [...task.labels, copy] } };
    },
  };
}

/** The change that takes a label off, also one that the workspace no longer has. */
export function removeLabel({ name }: Pick<Label, "name">): Change {
  const isSo = (task: Task) => !carriesLabel(task, name);
  return {
    field: `label ${inline(name)} (removed)`,
    isSo,
    told: `removed label ${inline(name)}`,
    send: async (kaneo, { task }) => {
      for (const copy of task.labels.filter((label) => label.name === name)) {
        await detachCopy(kaneo, task, copy);
      }
      return { task: { ...task, labels: task.labels.filter((label) => label.name !== name) } };
    },
  };
}

async function detachCopy(kaneo: Kaneo, { id, key }: Task, copy: TaskLabel): Promise<void> {
  const path = endpoint`/api/label/${copy.id}/task`;
  const answer = await kaneo.delete(path, labelSchema).catch(onFailure("not_found", () => copy));
  await confirmGone(answer, {
    what: `The label ${inline(copy.name)}`,
    done: `taken off ${key}`,
    id: copy.id,
    rows: () => labelsOn(kaneo, id),
  });
}

/** A task's own copies of labels (`GET /api/label/task/:id`). */
export function labelsOn(kaneo: Kaneo, taskId: string): Promise<Label[]> {
  return kaneo.get(endpoint`/api/label/task/${taskId}`, labelListSchema);
}
