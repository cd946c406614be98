/** How tasks relate: who blocks whom, what is part of what. */
import { z } from "zod";
import { isFailure, KaneoMcpError } from "../../errors.ts";
import { mapConcurrently } from "../api/concurrency.ts";
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import { asHelp, confirmed, confirmGone, onFailure } from "../api/outcomes.ts";
import {
  columnsOf,
  kaneoId,
  list,
  optional,
  type Project,
  projectsOf,
  whole,
  word,
} from "../api/schemas.ts";
import { tellApart } from "../names/twins.ts";
import type { LocatedTask, PlacedTask } from "../tasks/find.ts";
import { isClosed, rowNow, type Status } from "../tasks/task.ts";

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
export function kindWords(kind: RelationKind): string {
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
  /** The column that it stands in; only {@link withColumns} tells it. */
  column?: Status | undefined;
  projectId: string;
  /** The assignee's name. */
  assignee?: string | undefined;
  /** ISO 8601 in UTC; only {@link withDueDates} tells it. */
  due?: string | undefined;
}

/** A relation that is wished for, as the task at hand has it. */
export interface Link {
  kind: RelationKind;
  other: PlacedTask & Partial<Pick<LocatedTask, "columns">>;
}

/** Whether the tasks tell of a relation that it holds nothing up: what is done or archived blocks nothing and waits for nothing. */
export function isIdle(kind: RelationKind, { task, columns = [] }: Link["other"]): boolean {
  return (kind === "blocks" || kind === "blocked_by") && isClosed(task.status, columns);
}

/** `GET /api/task-relation/:taskId`; the tasks come without the slugs of their projects. */
const endSchema = z.object({
  id: kaneoId,
  title: z.string(),
  status: word,
  number: optional(whole),
  projectId: kaneoId,
  assigneeName: optional(z.string()),
});
const madeSchema = z.object({
  sourceTaskId: kaneoId,
  targetTaskId: kaneoId,
  relationType: z.string(),
});
const relationListSchema = list(
  madeSchema.extend({ id: kaneoId, sourceTask: endSchema, targetTask: endSchema }),
);
const idSchema = z.object({ id: kaneoId });

/** Every relation of a task, seen from it, by the numbers of the others: those of one call are made in any order. */
export async function relationsOf(
  kaneo: Kaneo,
  { task, project }: { task: { id: string }; project: Pick<Project, "workspaceId"> },
): Promise<TaskRelation[]> {
  const rows = await kaneo.get(endpoint`/api/task-relation/${task.id}`, relationListSchema);
  const seen = rows.map((row) => {
    const isSource = row.sourceTaskId === task.id;
    const kind = kindOf(row.relationType, isSource);
    return { id: row.id, kind, end: isSource ? row.targetTask : row.sourceTask };
  });
  seen.sort((one, other) => (one.end.number ?? 0) - (other.end.number ?? 0));
  if (seen.length === 0) return [];

  const projectIds = rows.flatMap(({ sourceTask, targetTask }) => [
    sourceTask.projectId,
    targetTask.projectId,
  ]);
  const slugs = await slugsOf(kaneo, project.workspaceId, projectIds);
  const met = projectIds.map((one) => ({ id: one, slug: slugs.get(one) ?? one }));
  const tell = await tellApart(kaneo, met);
  return seen.map(({ id, kind, end }) => {
    const { title, status, projectId, assigneeName: assignee } = end;
    const slug = slugs.get(projectId);
    const isKnown = slug !== undefined && end.number !== undefined;
    const key = isKnown ? tell(projectId, `${slug}-${end.number}`) : end.id;
    return { id, kind, other: { id: end.id, key, title, status, projectId, assignee } };
  });
}

/** The relations with the due dates of the first 20, which Kaneo tells task by task only. */
export async function withDueDates(
  kaneo: Kaneo,
  relations: readonly TaskRelation[],
): Promise<TaskRelation[]> {
  const dated = await mapConcurrently(relations.slice(0, 20), async (relation) => {
    // It may be deleted since, or out of sight.
    const unseen = onFailure(["not_found", "forbidden"], () => undefined);
    const row = await rowNow(kaneo, relation.other.id).catch(unseen);
    return { ...relation, other: { ...relation.other, due: row?.dueDate } };
  });
  return [...dated, ...relations.slice(dated.length)];
}

/**
 * The relations of a task with the columns of the others: who reads only a slug does not know which are final, nor what it is
 * called. Only those of other projects are asked for.
 */
export async function withColumns(
  kaneo: Kaneo,
  relations: readonly TaskRelation[],
  { project, columns: own }: Pick<LocatedTask, "project" | "columns">,
): Promise<TaskRelation[]> {
  const ids = [...new Set(relations.map(({ other }) => other.projectId))];
  const boards = await mapConcurrently(ids, async (id) =>
    id === project.id ? own : asHelp(kaneo.kept(columnsOf(id))),
  );
  return relations.map(({ other, ...relation }) => {
    const columns = boards[ids.indexOf(other.projectId)] ?? [];
    const column = columns.find(({ slug }) => slug === other.status);
    return { ...relation, other: { ...other, column } };
  });
}

/**
 * Makes a relation; one that is there already is left as it is.
 *
 * @throws KaneoMcpError "conflict" when the two are related the other way round, "invalid_input" for a task and itself
 * or tasks of two workspaces.
 */
export async function link(
  kaneo: Kaneo,
  task: PlacedTask,
  { kind, other }: Link,
): Promise<"linked" | "was_linked"> {
  assertCanBeRelated(other, task.project, task.task.id);
  const { type, isSource } = WIRE[kind];
  const [source, target] = isSource ? [task, other] : [other, task];
  const body = { sourceTaskId: source.task.id, targetTaskId: target.task.id, relationType: type };
  const pair = [source.task.id, target.task.id].toSorted().join(" and ");
  const present = () => between(kaneo, task, other.task);
  try {
    // Of two at once, Kaneo would make both directions.
    const answer = await kaneo.inTurn(`relation of ${pair}`, () =>
      kaneo.post(endpoint`/api/task-relation`, madeSchema, body),
    );
    await confirmed(answer, {
      what: `The relation of ${task.task.key} and ${other.task.key}`,
      fields: body,
      look: async () => ((await present()).some((one) => one.kind === kind) ? body : undefined),
    });
    return "linked";
  } catch (error) {
    if (!isFailure(error, "conflict")) throw error;
    const relations = await present();
    if (relations.some((one) => one.kind === kind)) return "was_linked";
    // Kaneo calls a relation of the same type in the other direction a duplicate too.
    const opposite = relations.find((one) => WIRE[one.kind].type === type);
    if (opposite === undefined) throw error;
    const why = `${task.task.key} is already related to ${other.task.key} the other way round: ${opposite.kind}. Kaneo keeps only one direction.`;
    throw new KaneoMcpError("conflict", why, {
      hint: "Call unlink_tasks first if the direction should change.",
    });
  }
}

/**
 * Removes the relations between two tasks, only those of `kind` when it is given.
 *
 * @returns the kinds removed, as `task` had them.
 */
export async function unlink(
  kaneo: Kaneo,
  task: PlacedTask,
  { kind, other }: { kind?: RelationKind | undefined; other: Pick<RelatedTask, "id" | "key"> },
): Promise<RelationKind[]> {
  const present = () => between(kaneo, task, other);
  const leaving = (await present()).filter((one) => kind === undefined || one.kind === kind);
  for (const relation of leaving) {
    const path = endpoint`/api/task-relation/${relation.id}`;
    const answer = await kaneo.delete(path, idSchema).catch(onFailure("not_found", () => relation));
    await confirmGone(answer, {
      what: `The relation of ${task.task.key} and ${other.key}`,
      done: "removed",
      id: relation.id,
      rows: present,
    });
  }
  return leaving.map((relation) => relation.kind);
}

async function between(kaneo: Kaneo, task: PlacedTask, { id }: Pick<RelatedTask, "id">) {
  return (await relationsOf(kaneo, task)).filter(({ other }) => other.id === id);
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
  const isIt = (kind: RelationKind) => WIRE[kind].type === type && WIRE[kind].isSource === isSource;
  return RELATION_KINDS.find(isIt) ?? "related_to";
}

/** The relation as the other task has it. */
export function inverseOf(kind: RelationKind): RelationKind {
  const { type, isSource } = WIRE[kind];
  return kindOf(type, !isSource);
}

/**
 * @param id Of the task at hand, where it is there already.
 * @throws KaneoMcpError "invalid_input" for a task and itself, or tasks of two workspaces.
 */
export function assertCanBeRelated(
  { task, project }: PlacedTask,
  { workspaceId }: Pick<Project, "workspaceId">,
  id?: string,
): void {
  if (task.id === id)
    throw new KaneoMcpError("invalid_input", `${task.key} cannot be related to itself.`);
  if (project.workspaceId === workspaceId) return;
  const done = id === undefined ? " Nothing was created." : "";
  const why = `${task.key} is in another workspace, and Kaneo relates only tasks of one.${done}`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: "Instead, name its key in a description or a comment.",
  });
}

/** Slugs of projects by id. Kaneo relates only tasks of one workspace. */
async function slugsOf(kaneo: Kaneo, workspaceId: string, wanted: readonly string[]) {
  const list = projectsOf(workspaceId);
  const kept = await kaneo.kept(list);
  const isComplete = wanted.every((id) => kept.some((project) => project.id === id));
  const projects = isComplete ? kept : await kaneo.fresh(list);
  return new Map(projects.map(({ id, slug }) => [id, slug]));
}
