/** The labels of a workspace; those on tasks are copies (task-changes.ts). */
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { healing, labelsOf } from "./lists.ts";
import { fold, oneLine } from "./matching.ts";
import { type Label, labelSchema } from "./schemas.ts";

export interface NewLabel {
  name: string;
  color: string;
  workspaceId: string;
}

/** What to change; an absent field stays. */
export interface LabelChanges {
  name?: string | undefined;
  color?: string | undefined;
  workspaceId: string;
}

/** Makes a label, or gives the one that has this name in any case, as it is. */
export async function createLabel(
  kaneo: Kaneo,
  { name, color, workspaceId }: NewLabel,
): Promise<{ label: Label; isNew: boolean }> {
  const existing = await healing(kaneo, async (since) => {
    const [first, ...others] = await labelsNamed(kaneo, { name, workspaceId }, since);
    return others.find((label) => label.name === name) ?? first;
  });
  if (existing !== undefined) return { label: existing, isNew: false };
  const label = await kaneo.post(endpoint`/api/label`, labelSchema, { name, color, workspaceId });
  kaneo.forget(labelsOf(workspaceId));
  return { label, isNew: true };
}

/**
 * Renames or recolours a label on every task that carries it.
 *
 * @throws KaneoMcpError "conflict" when another label has the name, where Kaneo itself would fail with a 500.
 */
export async function updateLabel(
  kaneo: Kaneo,
  label: Label,
  { workspaceId, ...changes }: LabelChanges,
): Promise<Label> {
  // The update needs both fields, so what is kept for references is too old here.
  const labels = await kaneo.kept(labelsOf(workspaceId), kaneo.elapsed());
  const current = labels.find(({ id }) => id === label.id) ?? label;
  const { name = current.name, color = current.color } = changes;
  const holder = labels.find(
    ({ id, name: taken }) => id !== label.id && fold(taken) === fold(name),
  );
  if (holder !== undefined && name !== current.name) {
    throw new KaneoMcpError("conflict", `There is another label "${oneLine(holder.name)}".`, {
      hint: "Choose another name, or put that label on the tasks instead.",
    });
  }
  const updated = await kaneo.put(endpoint`/api/label/${label.id}`, labelSchema, { name, color });
  kaneo.forget(labelsOf(workspaceId));
  return updated;
}

/** Deletes a label and takes it off every task. */
export async function deleteLabel(kaneo: Kaneo, label: Label, workspaceId: string): Promise<void> {
  await kaneo.delete(endpoint`/api/label/${label.id}`, labelSchema);
  kaneo.forget(labelsOf(workspaceId));
}

async function labelsNamed(
  kaneo: Kaneo,
  { name, workspaceId }: Pick<NewLabel, "name" | "workspaceId">,
  since?: number,
): Promise<Label[]> {
  const labels = await kaneo.kept(labelsOf(workspaceId), since);
  return labels.filter((label) => fold(label.name) === fold(name));
}
