/** From the names of labels to the labels of a workspace. */
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { healing, labelsOf } from "./lists.ts";
import { matchesOf, matchOne, type Naming, noMatch, oneLine, splitNames } from "./matching.ts";
import { confirmed } from "./outcomes.ts";
import { type Label, labelSchema } from "./schemas.ts";

const labelNaming: Naming<Label> = {
  noun: "label",
  names: [({ id }) => id, ({ name }) => name],
  show: ({ name }) => name,
};

/**
 * The workspace labels that `references` (names or ids) name, each once.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the labels.
 */
export async function findLabels(
  kaneo: Kaneo,
  workspaceId: string,
  references: readonly string[],
): Promise<Label[]> {
  const found = new Map<string, Label>();
  for (const name of splitNames(references, await labelTest(kaneo, [workspaceId], references))) {
    const label = await findLabel(kaneo, workspaceId, name);
    found.set(label.id, label);
  }
  return [...found.values()];
}

/**
 * For each of `references` the names that such labels have: one in each workspace that has it.
 *
 * @throws KaneoMcpError "not_found" for one that no workspace has, "ambiguous" for one that fits two of one workspace.
 */
export async function labelNames(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  references: readonly string[],
): Promise<string[][]> {
  const names = splitNames(references, await labelTest(kaneo, workspaceIds, references));
  return Promise.all(
    names.map(async (reference) => {
      const outcomes = await Promise.all(
        workspaceIds.map((id) =>
          findLabel(kaneo, id, reference).catch((error: unknown) => {
            if (isFailure(error, "not_found")) return error;
            throw error;
          }),
        ),
      );
      const found = outcomes.filter((outcome) => !(outcome instanceof KaneoMcpError));
      const [missing] = outcomes.filter((outcome) => outcome instanceof KaneoMcpError);
      if (found.length === 0 && missing !== undefined) throw missing;
      return [...new Set(found.map(({ name }) => name))];
    }),
  );
}

/** Tells names of labels from lists of them; asks for none where no reference could be a list. */
async function labelTest(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  references: readonly string[],
): Promise<(name: string) => boolean> {
  if (!references.some((reference) => /[,;\n]/.test(reference))) return () => true;
  const lists = await Promise.all(workspaceIds.map((id) => kaneo.kept(labelsOf(id))));
  return (name) => matchesOf(lists.flat(), name, labelNaming).length > 0;
}

/** Makes a workspace label, whose name must be free. */
export async function createLabel(
  kaneo: Kaneo,
  workspaceId: string,
  { name, color }: Pick<Label, "name" | "color">,
): Promise<Label> {
  const answer = await kaneo.post(endpoint`/api/label`, labelSchema, { name, color, workspaceId });
  kaneo.forget(labelsOf(workspaceId));
  return confirmed(answer, {
    what: `The label ${oneLine(name, 60)}`,
    fields: { name, taskId: null },
    look: async () => {
      const labels = await kaneo.kept(labelsOf(workspaceId), kaneo.elapsed());
      return labels.find((row) => row.name === name);
    },
  });
}

/** The workspace label that `reference` (name or id) names. @throws As {@link findLabels}. */
export async function findLabel(
  kaneo: Kaneo,
  workspaceId: string,
  reference: string,
): Promise<Label> {
  const list = labelsOf(workspaceId);
  const found = await healing(kaneo, async (since) =>
    matchOne(await kaneo.kept(list, since), reference, labelNaming),
  );
  if (found !== undefined) return found;
  throw noMatch(reference, await kaneo.kept(list), {
    ...labelNaming,
    hint: "Use one of these, or make it with create_label first.",
  });
}
