import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { findLabel, findWorkspace } from "../kaneo/references.ts";
import type { Label } from "../kaneo/schemas.ts";
import { createLabel, deleteLabel, updateLabel } from "../kaneo/workspace-labels.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const name = fields.text;
/** Kaneo stores any text as a color and then shows none. */
const color = z
  .string()
  .trim()
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, "must be a color such as #3b82f6");

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
    const { id } = await findWorkspace(kaneo, workspace);
    return createLabel(kaneo, { name, color, workspaceId: id });
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
    label: name.describe("Name or id"),
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
    return { before, after: await updateLabel(kaneo, before, { ...changes, workspaceId }) };
  },
  text: ({ before, after }) => `Label ${shown(before)} is now ${shown(after)}.`,
});

const remove = defineTool({
  name: "delete_label",
  toolset: "board",
  title: "Delete label",
  description: "Deletes a label and takes it off every task of the workspace.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ label: name.describe("Name or id"), workspace: fields.workspace.optional() }),
  example: { workspace: "acme", label: "bug" },
  run: async ({ label: reference, workspace }, { kaneo }) => {
    const { id: workspaceId } = await findWorkspace(kaneo, workspace);
    const label = await findLabel(kaneo, workspaceId, reference);
    await deleteLabel(kaneo, label, workspaceId);
    return label;
  },
  text: (label) => `Deleted label ${shown(label)}; no task carries it any longer.`,
});

export const labelTools = [create];
export const boardLabelTools = [update, remove];

function shown({ name, color }: Label): string {
  return `${inline(name, 60)} (${inline(color, 20)})`;
}
