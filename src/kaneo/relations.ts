/** How tasks relate: who blocks whom, what is part of what. */
import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { endpoint } from "./endpoint.ts";
import { healing, projectsOf } from "./lists.ts";
import { confirmed, confirmGone } from "./outcomes.ts";
import { kaneoId, list, optional, taskSchema, whole, word } from "./schemas.ts";
import type { PlacedTask } from "./task-finder.ts";

export const RELATION_KINDS = [
  "blocks",
  "blocked_by",
  "parent_of",
  "subtask_of",
  "related_to",
] as const;
/** A relation as the task at hand has it. */
export type RelationKind = (typeof RELATION_KINDS)[number];

/** `blocked by`. */
export function wordsOf(kind: RelationKind): string {
  return kind.replaceAll("_", " ");
}

export interface TaskRelation {
  id: string;
  kind: RelationKind;
  other: RelatedTask;
}

export interface RelatedTask {
  id: string;
  /** Such as `WEB-12`; the id when its project is out of sight. */
  key: string;
  title: string;
  status: string;
  projectId: string;
  /** ISO 8601 in UTC; only {@link withDueDates} tells it. */
  due?: string | undefined;
}

/** What relations are read by. */
interface RelationEnd {
  task: { id: string };
  project: { workspaceId: string };
}

/** A relation that is wished for: `task` `kind` `other`. */
export interface Link {
  task: PlacedTask;
  kind: RelationKind;
  other: PlacedTask;
}

/** `GET /api/task-relation/:taskId`; the tasks come without the slugs of their projects. */
const endSchema = z.object({
  id: kaneoId,
  title: z.string(),
  status: word,
  number: optional(whole),
  projectId: kaneoId,
});
const relationSchema = z.object({
  id: kaneoId,
  sourceTaskId: kaneoId,
  relationType: z.string(),
  sourceTask: endSchema,
  targetTask: endSchema,
});
const idSchema = z.object({ id: kaneoId });
const madeSchema = z.object({
  sourceTaskId: kaneoId,
  targetTaskId: kaneoId,
  relationType: z.string(),
});

/** Every relation of a task, seen from it, in the order in which they were made. */
export async function relationsOf(
  kaneo: Kaneo,
  { task, project }: RelationEnd,
): Promise<TaskRelation[]> {
  const rows = await kaneo.get(endpoint`/api/task-relation/${task.id}`, list(relationSchema));
  const seen = rows.map((row) => {
    const isSource = row.sourceTaskId === task.id;
    const kind = kindOf(row.relationType, isSource);
    return { id: row.id, kind, end: isSource ? row.targetTask : row.sourceTask };
  });
  if (seen.length === 0) return [];

  const projectIds = seen.map(({ end }) => end.projectId);
  const slugs = await slugsOf(kaneo, project.workspaceId, projectIds);
  return seen.map(({ id, kind, end }) => {
    const slug = slugs.get(end.projectId);
    const key = slug === undefined || end.number === undefined ? end.id : `${slug}-${end.number}`;
    const { title, status, projectId } = end;
    return { id, kind, other: { id: end.id, key, title, status, projectId } };
  });
}

/** The relations with the due dates of the first 20, which Kaneo tells task by task only. */
export async function withDueDates(
  kaneo: Kaneo,
  relations: readonly TaskRelation[],
): Promise<TaskRelation[]> {
  const dated = await mapConcurrently(relations.slice(0, 20), 4, async (relation) => {
    const row = await kaneo
      .get(endpoint`/api/task/${relation.other.id}`, taskSchema)
      .catch((error: unknown) => {
        // It may be deleted since, or out of sight.
        if (isFailure(error, "not_found", "forbidden")) return undefined;
        throw error;
      });
    return { ...relation, other: { ...relation.other, due: row?.dueDate } };
  });
  return [...dated, ...relations.slice(dated.length)];
}

/**
 * Makes a relation; one that is there already is left as it is.
 *
 * @throws KaneoMcpError "conflict" when the two are related the other way round, "invalid_input" for a task and itself
 * or tasks of two workspaces.
 */
export async function link(kaneo: Kaneo, wanted: Link): Promise<"linked" | "was_linked"> {
  const { task, kind, other } = wanted;
  assertCanBeRelated({ ...task, other });
  const { type, isSource } = WIRE[kind];
  const [source, target] = isSource ? [task, other] : [other, task];
  try {
    const body = {
      sourceTaskId: source.task.id,
      targetTaskId: target.task.id,
      relationType: type,
    };
    const made = await kaneo.post(endpoint`/api/task-relation`, madeSchema, body);
    await confirmed(made, {
      what: `The relation of ${task.task.key} and ${other.task.key}`,
      fields: body,
      look: async () => {
        const relations = await between(kaneo, task, other);
        return relations.some((relation) => relation.kind === kind) ? body : undefined;
      },
    });
    return "linked";
  } catch (error) {
    if (!isFailure(error, "conflict")) throw error;
    return resolveDuplicate(kaneo, wanted, error);
  }
}

/**
 * Removes the relations between two tasks, only those of `kind` when it is given.
 *
 * @returns the kinds removed, as `task` had them.
 */
export async function unlink(
  kaneo: Kaneo,
  { task, kind, other }: { task: PlacedTask; kind?: RelationKind | undefined; other: Unlinked },
): Promise<RelationKind[]> {
  const relations = (await between(kaneo, task, other)).filter(
    (relation) => kind === undefined || relation.kind === kind,
  );
  for (const relation of relations) {
    const path = endpoint`/api/task-relation/${relation.id}`;
    const answer = await kaneo.delete(path, idSchema).catch((error: unknown) => {
      if (isFailure(error, "not_found")) return relation;
      throw error;
    });
    await confirmGone(answer, {
      what: `The relation of ${task.task.key} and ${other.task.key}`,
      done: "removed",
      id: relation.id,
      rows: () => between(kaneo, task, other),
    });
  }
  return relations.map((relation) => relation.kind);
}

/** What is known of the other end of a relation. */
interface Unlinked {
  task: { id: string; key: string };
}

async function between(kaneo: Kaneo, task: PlacedTask, other: Unlinked): Promise<TaskRelation[]> {
  return (await relationsOf(kaneo, task)).filter((relation) => relation.other.id === other.task.id);
}

/** In Kaneo the source of a "subtask" is the parent (create-task-relation.ts). */
const WIRE: Record<RelationKind, { type: string; isSource: boolean }> = {
  blocks: { type: "blocks", isSource: true },
  blocked_by: { type: "blocks", isSource: false },
  parent_of: { type: "subtask", isSource: true },
  subtask_of: { type: "subtask", isSource: false },
  related_to: { type: "related", isSource: true },
};

function kindOf(type: string, isSource: boolean): RelationKind {
  if (type === "blocks") return isSource ? "blocks" : "blocked_by";
  if (type === "subtask") return isSource ? "parent_of" : "subtask_of";
  return "related_to";
}

/** Kaneo calls a relation of the same type in the other direction a duplicate too. */
async function resolveDuplicate(
  kaneo: Kaneo,
  { task, kind, other }: Link,
  refusal: KaneoMcpError,
): Promise<"was_linked"> {
  const relations = await between(kaneo, task, other);
  if (relations.some((relation) => relation.kind === kind)) return "was_linked";
  const opposite = relations.find((relation) => WIRE[relation.kind].type === WIRE[kind].type);
  if (opposite === undefined) throw refusal;
  throw new KaneoMcpError(
    "conflict",
    `${task.task.key} is already related to ${other.task.key} the other way round: ${opposite.kind}. Kaneo keeps only one direction.`,
    { hint: "Call unlink_tasks first if the direction should change." },
  );
}

/** @throws KaneoMcpError "invalid_input" for a task and itself, or tasks of two workspaces. */
export function assertCanBeRelated({
  task,
  project,
  other,
}: PlacedTask & Pick<Link, "other">): void {
  if (task.id === other.task.id) {
    throw new KaneoMcpError("invalid_input", `${task.key} cannot be related to itself.`);
  }
  if (project.workspaceId !== other.project.workspaceId) {
    throw new KaneoMcpError(
      "invalid_input",
      `${task.key} and ${other.task.key} are in different workspaces, and Kaneo relates only tasks of one.`,
    );
  }
}

/** Slugs of projects by id. Kaneo relates only tasks of one workspace. */
async function slugsOf(
  kaneo: Kaneo,
  workspaceId: string,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const list = projectsOf(workspaceId);
  const complete = await healing(kaneo, async (since) => {
    const projects = await kaneo.kept(list, since);
    const ids = new Set(projects.map(({ id }) => id));
    return wanted.every((id) => ids.has(id)) ? projects : undefined;
  });
  const projects = complete ?? (await kaneo.kept(list));
  return new Map(projects.map(({ id, slug }) => [id, slug]));
}
