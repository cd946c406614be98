/** The labels of a workspace. Each task that carries one has a copy of its own, told apart by its name alone. */
import { z } from "zod";
import { KaneoMcpError, prefixed } from "../errors.ts";
import { mapConcurrently } from "../kaneo/api/concurrency.ts";
import { endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { asHelp, confirmed, confirmGone } from "../kaneo/api/outcomes.ts";
import {
  type Label,
  labelListSchema,
  labelSchema,
  labelsOf,
  type Workspace,
} from "../kaneo/api/schemas.ts";
import { createLabel, findLabel, labelCalled, withLabels } from "../kaneo/labels.ts";
import { fold } from "../kaneo/names/matching.ts";
import { tellApart } from "../kaneo/names/twins.ts";
import { projectsWithTasks } from "../kaneo/projects/find.ts";
import { tasksByChange } from "../kaneo/tasks/project-tasks.ts";
import { findInOne, findWorkspace } from "../kaneo/workspaces.ts";
import { count } from "../text/text.ts";
import { inline } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

/** Of labels that one call makes. */
const MOST_AT_ONCE = 20;
const labelReference = fields.text.describe("Name or id");

const create = defineTool({
  name: "create_label",
  toolset: "labels",
  description: "Creates labels in a workspace. One that has the name already stays as it is.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    name: fields.names.max(MOST_AT_ONCE),
    color: fields.color.default("#6b7280"),
    workspace: fields.workspace,
  }),
  alsoRead: { names: "name" },
  example: { name: ["fresh"], workspace: "acme" },
  run: async ({ name: names, color: given, workspace }, { kaneo }) => {
    const color = readColor(given);
    const { id } = await findWorkspace(kaneo, workspace);
    return withLabels(kaneo.asOf("now"), id, async (present) => {
      const found: FoundLabel[] = [];
      for (const name of names) {
        const known = labelCalled(name, [...found, ...present]);
        const label = known ?? (await createLabel(kaneo, id, { name, color }).catch(behind(found)));
        if (found.every((one) => one.id !== label.id)) found.push({ ...label, isNew: !known });
      }
      return found;
    });
  },
  text: (found) => renderFound(found).join("\n"),
});

type FoundLabel = Label & { isNew: boolean };

/** For `catch`: says which labels are there by then. */
function behind(found: readonly FoundLabel[]) {
  return (error: unknown): never => {
    if (found.length === 0) throw error;
    const done = renderFound(found).join(" ");
    throw prefixed(error, done, "Call again: the labels that are there stay as they are.");
  };
}

function renderFound(found: readonly FoundLabel[]): string[] {
  return found.map((label) =>
    label.isNew
      ? `Created label ${renderLabel(label)}.`
      : `There already was a label ${renderLabel(label)}; it is as it was.`,
  );
}

const update = defineTool({
  name: "update_label",
  toolset: "board",
  description:
    "Renames or recolors a label, also on the tasks that carry it; or merges it into another one, which those tasks then carry instead.",
  // After a merge nothing but its answer tells which of the two a task carried.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    label: labelReference,
    name: fields.text.optional(),
    color: fields.color.optional(),
    into: labelReference.describe("Label to merge it into").optional(),
    workspace: fields.workspaceOfOne,
  }),
  example: { workspace: "acme", label: "bug", name: "defect", color: "#111111" },
  run: async ({ label: reference, name, color, into, workspace }, { kaneo }) => {
    if (((name ?? color) === undefined) === (into === undefined)) {
      throw new KaneoMcpError("invalid_input", "Give either name or color, or into.");
    }
    const newColor = color && readColor(color);
    const { workspace: place, found } = await findInOne(kaneo, workspace, async ({ id }) => {
      const before = await findLabel(kaneo.asOf("now"), id, reference);
      return { before, other: into === undefined ? undefined : await findLabel(kaneo, id, into) };
    });
    const { before, other } = found;
    const workspaceId = place.id;
    if (other !== undefined) {
      const tasks = await merge(kaneo, workspaceId, { from: before, into: other });
      return { place, before, after: other, tasks };
    }
    const wish = { name, color: newColor };
    const changed = await withLabels(kaneo.asOf("now"), workspaceId, (present) =>
      changeLabel(kaneo, { workspaceId, label: before, present }, wish),
    );
    return { place, ...changed };
  },
  text: ({ place, before, after, tasks }) =>
    tasks === undefined
      ? `Label ${renderLabel(before)} of ${inline(place.name, 60)} is now ${renderLabel(after)}.`
      : `Merged label ${renderLabel(before)} of ${inline(place.name, 60)}, which is deleted, into ${renderLabel(after)}: ${carriers(tasks)}`,
});

const remove = defineTool({
  name: "delete_label",
  toolset: "board",
  description: "Deletes a label and takes it off every task of the workspace.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ label: labelReference, workspace: fields.workspaceOfOne }),
  example: { workspace: "acme", label: "bug" },
  run: async ({ label: reference, workspace }, { kaneo }) => {
    const find = ({ id }: Workspace) => findLabel(kaneo.asOf("now"), id, reference);
    const { workspace: place, found: label } = await findInOne(kaneo, workspace, find);
    const { all } = await carriersOf(kaneo, place.id, { from: label, into: label });
    await deleteLabel(kaneo, place.id, label);
    return { place, label, tasks: await keysOf(kaneo, place.id, all) };
  },
  text: ({ place, label, tasks }) =>
    `Deleted label ${renderLabel(label)} of ${inline(place.name, 60)}: ${carriers(tasks)}`,
});

/** Nothing else tells afterwards which tasks a person who takes it back has to name. */
function carriers(tasks: readonly string[]): string {
  const keys = tasks.length === 0 ? "" : `: ${tasks.join(", ")}`;
  return `${count(tasks.length, "task")} had it${keys}.`;
}

export const labelTools = [create, update, remove];

/**
 * The color to store. Kaneo takes any text; its web page shows its own names everywhere, and on the board whatever a
 * browser takes for a color (label-colors.ts, task-labels.tsx).
 *
 * @throws KaneoMcpError "invalid_input" for what would not be shown.
 */
export function readColor(text: string): string {
  const hex = /^#?([0-9a-f]{6})$|^#([0-9a-f]{3})$/i.exec(text.trim());
  if (hex !== null) return `#${hex[1] ?? hex[2]}`;
  const named = fold(text)
    .replaceAll(/[\s_-]+/g, "-")
    .replaceAll("grey", "gray");
  const color = KANEO_COLORS.includes(named) ? named : MORE_COLORS.get(named);
  if (color !== undefined) return color;
  throw new KaneoMcpError("invalid_input", `"${inline(text, 60)}" is not a color.`, {
    hint: `Give one such as #3b82f6, or ${[...KANEO_COLORS, ...MORE_COLORS.keys()].join(", ")}.`,
  });
}

const KANEO_COLORS = [
  "gray",
  "dark-gray",
  "purple",
  "teal",
  "green",
  "yellow",
  "orange",
  "pink",
  "red",
];
const MORE_COLORS = new Map([
  ["blue", "#3b82f6"],
  ["cyan", "#06b6d4"],
  ["brown", "#92400e"],
  ["black", "#000000"],
  ["white", "#ffffff"],
]);

/** An update needs both fields of a label. */
async function changeLabel(
  kaneo: Kaneo,
  place: { workspaceId: string; label: Label; present: readonly Label[] },
  { name, color }: { name: string | undefined; color: string | undefined },
): Promise<{ before: Label; after: Label }> {
  const { workspaceId, label, present } = place;
  const { id } = label;
  const before = present.find((row) => row.id === id) ?? label;
  const wish = { name: name ?? before.name, color: color ?? before.color };
  if (wish.name !== before.name) assertFree(wish.name, present, before);
  const answer = await kaneo.put(endpoint`/api/label/${id}`, labelSchema, wish);
  kaneo.forget(labelsOf(workspaceId));
  const after = await confirmed(answer, {
    what: `The label ${inline(wish.name, 60)}`,
    fields: { id, ...wish },
    rows: () => kaneo.fresh(labelsOf(workspaceId)),
  });
  return { before, after };
}

async function deleteLabel(kaneo: Kaneo, workspaceId: string, label: Label): Promise<void> {
  const { id, name } = label;
  await confirmGone(await kaneo.delete(endpoint`/api/label/${id}`, labelSchema), {
    what: `The label ${inline(name, 60)}`,
    id,
    rows: () => kaneo.fresh(labelsOf(workspaceId)),
  });
  kaneo.forget(labelsOf(workspaceId));
}

type Merge = Record<"from" | "into", Label>;

/** Puts `into` on every task that carries `from`, then deletes `from`; gives the keys of the tasks that carried it. */
async function merge(kaneo: Kaneo, workspaceId: string, { from, into }: Merge): Promise<string[]> {
  if (from.id === into.id) {
    throw new KaneoMcpError("invalid_input", "A label cannot be merged into itself.");
  }
  const { name, color } = into;
  const before = await carriersOf(kaneo, workspaceId, { from, into });
  try {
    await mapConcurrently(before.without, (taskId) =>
      kaneo.post(endpoint`/api/label`, labelSchema, { name, color, workspaceId, taskId }),
    );
    // Nothing but this look keeps tasks from losing both.
    const { without } = await carriersOf(kaneo, workspaceId, { from, into });
    if (without.length > 0) {
      throw new KaneoMcpError("conflict", `Still without it: ${count(without.length, "task")}.`);
    }
  } catch (error) {
    const what = `${inline(from.name, 60)} is not deleted, since ${inline(name, 60)} is not known to be on every task that carries it:`;
    throw prefixed(error, what, "Repeat the call: what is done already does no harm.");
  }
  await deleteLabel(kaneo, workspaceId, from).catch((error: unknown) => {
    const done = `Every task that carries ${inline(from.name, 60)} carries ${inline(name, 60)} too.`;
    throw prefixed(error, done, "Repeat the call, or delete_label, to delete the first.");
  });
  return keysOf(kaneo, workspaceId, before.all);
}

/** The ids of the tasks that carry `from`, all and those that do not carry `into` as well. */
async function carriersOf(kaneo: Kaneo, workspaceId: string, { from, into }: Merge) {
  const route = endpoint`/api/label/workspace/${workspaceId}`;
  const labels = await kaneo.get(route, labelListSchema);
  const tasksWith = ({ name }: Label) =>
    labels.flatMap((label) => (label.name === name ? (label.taskId ?? []) : []));
  const [all, having] = [tasksWith(from), new Set(tasksWith(into))];
  return { all, without: all.filter((id) => !having.has(id)) };
}

/** How people call these tasks; their ids where that cannot be read, since the change itself is done. */
async function keysOf(kaneo: Kaneo, workspaceId: string, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const read = async () => {
    const projects = await projectsWithTasks(kaneo, { workspaceIds: [workspaceId] });
    const tell = await tellApart(kaneo, projects);
    const tasks = await tasksByChange(kaneo, projects);
    return new Map(tasks.map(({ id, key, project }) => [id, tell(project.id, key)]));
  };
  const keys = await asHelp(read());
  return ids.map((id) => inline(keys?.get(id) ?? id, 60));
}

/** @throws KaneoMcpError "conflict" when another label has the name, where Kaneo itself would fail with a 500. */
function assertFree(name: string, labels: readonly Label[], current: Label): void {
  const others = labels.filter(({ id }) => id !== current.id);
  const holder = labelCalled(name, others);
  if (holder === undefined) return;
  throw new KaneoMcpError("conflict", `There is another label "${inline(holder.name)}".`, {
    hint: "Choose another name, or give that one as into to merge the two.",
  });
}

function renderLabel({ name, color }: Label): string {
  return `${inline(name, 60)} (${inline(color, 20)})`;
}
