/** Relations that come along with a change of a task, and what a closed task sets free. */
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { columnsOf } from "./lists.ts";
import {
  assertCanBeRelated,
  type Link,
  link,
  type RelatedTask,
  type RelationKind,
  relationsOf,
  type TaskRelation,
  unlink,
} from "./relations.ts";
import type { Change } from "./task-changes.ts";
import type { PlacedTask } from "./task-finder.ts";
import { ARCHIVED } from "./tasks.ts";

/** Relations to have; those that are there stay. */
export interface WantedRelations {
  /** Null for none: a task has one parent here, though Kaneo would keep several. */
  parent?: PlacedTask | null | undefined;
  links: readonly Pick<Link, "kind" | "other">[];
}

/**
 * The changes that make the relations of a task as they are wanted.
 *
 * @throws KaneoMcpError "invalid_input" for a task and itself, or tasks of two workspaces; nothing was changed.
 */
export async function relationChanges(
  kaneo: Kaneo,
  placed: PlacedTask,
  { parent, links }: WantedRelations,
): Promise<Change[]> {
  if (parent === undefined && links.length === 0) return [];
  const others = [...(parent ? [parent] : []), ...links.map(({ other }) => other)];
  for (const other of others) assertCanBeRelated({ ...placed, other });
  const present = await relationsOf(kaneo, placed);
  return [
    ...(parent === undefined ? [] : [changeParent(parent, present)]),
    ...links.map(({ kind, other }) => addLink({ kind, other }, present)),
  ];
}

function addLink({ kind, other }: Pick<Link, "kind" | "other">, present: TaskRelation[]): Change {
  const field = `${wordsOf(kind)} ${other.task.key}`;
  let isSo = present.some((one) => one.kind === kind && one.other.id === other.task.id);
  return {
    field,
    isSo: () => isSo,
    told: () => `added ${field}`,
    send: async (kaneo, placed) => {
      await link(kaneo, { task: placed, kind, other });
      isSo = true;
      return placed.task;
    },
  };
}

/** The new parent comes first, so that a failure in between leaves the task below one too many, not below none. */
function changeParent(parent: PlacedTask | null, present: TaskRelation[]): Change {
  const above = present.filter(({ kind }) => kind === "subtask_of").map(({ other }) => other);
  const leaving = above.filter(({ id }) => id !== parent?.task.id);
  const isBelow = parent === null || above.length > leaving.length;
  let isSo = isBelow && leaving.length === 0;
  const old = above.map(({ key }) => key).join(", ") || "none";
  return {
    field: "parent",
    isSo: () => isSo,
    told: () => `parent ${old} → ${parent?.task.key ?? "none"}`,
    send: async (kaneo, placed) => {
      if (parent !== null && !isBelow) {
        await link(kaneo, { task: placed, kind: "subtask_of", other: parent });
      }
      for (const other of leaving) {
        await unlink(kaneo, { task: placed, kind: "subtask_of", other: { task: other } });
      }
      isSo = true;
      return placed.task;
    },
  };
}

/** `blocked by`. */
export function wordsOf(kind: RelationKind): string {
  return kind.replaceAll("_", " ");
}

/** How many blocked tasks are looked at, and how many at a time. */
const MOST_LOOKED_AT = 20;
const AT_ONCE = 4;

/** The tasks that were blocked by one that is now done, and by nothing else that is open. */
export async function freedBy(kaneo: Kaneo, placed: PlacedTask): Promise<RelatedTask[]> {
  const relations = await relationsOf(kaneo, placed);
  const blocked = relations.filter(({ kind }) => kind === "blocks").slice(0, MOST_LOOKED_AT);
  const freed = await mapConcurrently(blocked, AT_ONCE, async ({ other }) => {
    if (await isDone(kaneo, other)) return [];
    const around = await relationsOf(kaneo, { task: other, project: placed.project });
    const blockers = around.filter(({ kind, other: { id } }) => {
      return kind === "blocked_by" && id !== placed.task.id;
    });
    for (const blocker of blockers) if (!(await isDone(kaneo, blocker.other))) return [];
    return [other];
  });
  return freed.flat();
}

async function isDone(kaneo: Kaneo, { projectId, status }: RelatedTask): Promise<boolean> {
  if (status === ARCHIVED.slug) return true;
  const columns = await kaneo.kept(columnsOf(projectId));
  return columns.some(({ slug, isFinal }) => isFinal && slug === status);
}
