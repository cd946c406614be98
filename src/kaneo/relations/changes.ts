/** Relations that come along with a change of a task. */
import type { Kaneo } from "../api/kaneo.ts";
import { tellApart, toldApart } from "../names/twins.ts";
import type { Change } from "../tasks/changes.ts";
import type { PlacedTask } from "../tasks/find.ts";
import {
  assertCanBeRelated,
  isIdle,
  kindWords,
  type Link,
  link,
  relationsOf,
  type TaskRelation,
  unlink,
} from "./relations.ts";

/**
 * The changes that give a task these relations. Those that are there stay, but for its parent: it has one here, though Kaneo
 * would keep several, or none.
 *
 * @throws KaneoMcpError "invalid_input" for a task and itself, or tasks of two workspaces; nothing was changed.
 */
export async function relationChanges(
  kaneo: Kaneo,
  placed: PlacedTask,
  { links, hasNoParent }: { links: readonly Link[]; hasNoParent: boolean },
): Promise<Change[]> {
  if (!hasNoParent && links.length === 0) return [];
  const others = links.map(({ other }) => other);
  for (const other of others) assertCanBeRelated(other, placed.project, placed.task.id);
  const [present, tell] = await Promise.all([
    relationsOf(kaneo, placed),
    tellApart(kaneo, [placed, ...others]),
  ]);
  const changes = links.map(({ kind, ...link }) => {
    const other = toldApart(link.other, tell);
    return kind === "subtask_of" ? changeParent(other, present) : addLink({ kind, other }, present);
  });
  return hasNoParent ? [changeParent(null, present), ...changes] : changes;
}

/** The change that relates a task to another one. `present` are its relations. */
export function addLink({ kind, other }: Link, present: readonly TaskRelation[] = []): Change {
  const { key, status } = other.task;
  const field = `${kindWords(kind)} ${key}${isIdle(kind, other) ? ` (${status})` : ""}`;
  const isSo = present.some((one) => one.kind === kind && one.other.id === other.task.id);
  return {
    field,
    isSo: () => isSo,
    told: `added ${field}`,
    send: async (kaneo, placed) => {
      await link(kaneo, placed, { kind, other });
      return placed;
    },
  };
}

/** The new parent comes first, so that a failure in between leaves the task below one too many, not below none. */
function changeParent(parent: PlacedTask | null, present: TaskRelation[]): Change {
  const above = parentsIn(present);
  const wanted = parent === null ? [] : [parent.task.id];
  const isSo = above.map(({ id }) => id).join() === wanted.join();
  const old = above.map(({ key }) => key).join(", ") || "none";
  return {
    field: "parent",
    isSo: () => isSo,
    told: `parent ${old} → ${parent?.task.key ?? "none"}`,
    send: (kaneo, placed) =>
      // Of two parents that are given at once, the task would have both.
      kaneo.inTurn(`parent of ${placed.task.id}`, async () => {
        const now = parentsIn(await relationsOf(kaneo, placed));
        if (parent !== null && !now.some(({ id }) => id === parent.task.id)) {
          await link(kaneo, placed, { kind: "subtask_of", other: parent });
        }
        for (const other of now.filter(({ id }) => id !== parent?.task.id)) {
          await unlink(kaneo, placed, { kind: "subtask_of", other });
        }
        return placed;
      }),
  };
}

function parentsIn(relations: readonly TaskRelation[]): TaskRelation["other"][] {
  return relations.filter(({ kind }) => kind === "subtask_of").map(({ other }) => other);
}
