/** The labels of a workspace; those on tasks are copies. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { healing, labelsOf } from "../kaneo/lists.ts";
import { fold, oneLine } from "../kaneo/matching.ts";
import { findLabel, findWorkspace } from "../kaneo/references.ts";
import { type Label, labelSchema } from "../kaneo/schemas.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const name = fields.text;
/** Kaneo stores any text as a color and then shows none. */
const color = z
  .string()
  .trim()
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, "must be a color such as #3b82f6");
const labelReference = name.describe("Name or id");

const create = defineTool({
  name: "create_label",
  toolset: "labels",
  title: "Create label",
  description: "Creates a label in a workspace. If one has that name already, it stays as it is.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    name,
    color: color.describe("Such as #3b82f6").default("#6b7280"),
    workspace: fields.workspace.optional(),
  }),
  example: { name: "fresh", workspace: "acme" },
  run: async ({ name, color, workspace }, { kaneo }) => {
    const { id: workspaceId } = await findWorkspace(kaneo, workspace);
    const existing = await healing(kaneo, async (since) => {
      const labels = await kaneo.kept(labelsOf(workspaceId), since);
      const same = labels.filter((label) => fold(label.name) === fold(name));
      return same.find((label) => label.name === name) ?? same[0];
    });
    if (existing !== undefined) return { label: existing, isNew: false };
    const label = await kaneo.post(endpoint`/api/label`, labelSchema, { name, color, workspaceId });
    kaneo.forget(labelsOf(workspaceId));
    return { label, isNew: true };
  },
  text: ({ label, isNew }) =>
    isNew
      ? `Created label ${shown(label)}.`
      : `There already was a label ${shown(label)}; it is as it was.`,
});

const update = defineTool({
  name: "update_label",
  toolset: "board",
  title: "Update label",
  description: "Renames or recolors a label, also on the tasks that carry it.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    label: labelReference,
    name: name.optional(),
    color: color.describe("Such as #3b82f6").optional(),
    workspace: fields.workspace.optional(),
  }),
  example: { workspace: "acme", label: "bug", name: "defect", color: "#111111" },
  run: async ({ label: reference, workspace, ...changes }, { kaneo }) => {
    if ((changes.name ?? changes.color) === undefined) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: give name or color.");
    }
    const { id: workspaceId } = await findWorkspace(kaneo, workspace);
    const before = await findLabel(kaneo, workspaceId, reference);
    // The update needs both fields, so what is kept for references is too old here.
    const labels = await kaneo.kept(labelsOf(workspaceId), kaneo.elapsed());
    const current = labels.find(({ id }) => id === before.id) ?? before;
    const { name = current.name, color = current.color } = changes;
    if (name !== current.name) assertFree(name, labels, current);
    const route = endpoint`/api/label/${current.id}`;
    const after = await kaneo.put(route, labelSchema, { name, color });
    kaneo.forget(labelsOf(workspaceId));
    return { before, after };
  },
  text: ({ before, after }) => `Label ${shown(before)} is now ${shown(after)}.`,
});

const remove = defineTool({
  name: "delete_label",
  toolset: "board",
  title: "Delete label",
  description: "Deletes a label and takes it off every task of the workspace.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ label: labelReference, workspace: fields.workspace.optional() }),
  example: { workspace: "acme", label: "bug" },
  run: async ({ label: reference, workspace }, { kaneo }) => {
    const { id: workspaceId } = await findWorkspace(kaneo, workspace);
    const label = await findLabel(kaneo, workspaceId, reference);
    await kaneo.delete(endpoint`/api/label/${label.id}`, labelSchema);
    kaneo.forget(labelsOf(workspaceId));
    return label;
  },
  text: (label) => `Deleted label ${shown(label)}; no task carries it any longer.`,
});

export const labelTools = [create];
export const boardLabelTools = [update, remove];

/** @throws KaneoMcpError "conflict" when another label has the name, where Kaneo itself would fail with a 500. */
function assertFree(name: string, labels: readonly Label[], current: Label): void {
  const holder = labels.find(
    ({ id, name: taken }) => id !== current.id && fold(taken) === fold(name),
  );
  if (holder === undefined) return;
  throw new KaneoMcpError("conflict", `There is another label "${oneLine(holder.name)}".`, {
    hint: "Choose another name, or put that label on the tasks instead.",
  });
}

function shown({ name, color }: Label): string {
  return `${inline(name, 60)} (${inline(color, 20)})`;
}
