import type { KaneoMcpError } from "../../errors.ts";
import { inline } from "../../untrusted.ts";
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import {
  type Column,
  type Label,
  type ListedTask,
  type Project,
  type TaskRow,
  taskSchema,
} from "../api/schemas.ts";
import { fold, matchOne, type Naming, noMatch, shortenedOf } from "../names/matching.ts";

export const NO_PRIORITY = "no-priority";
export const PRIORITIES = [NO_PRIORITY, "low", "medium", "high", "urgent"] as const;

/** A label as it hangs on a task: the id is that of the task's own copy. */
export type TaskLabel = Pick<Label, "id" | "name" | "color">;

/** A task in the words of a person. */
export interface Task {
  id: string;
  /** Such as `WEB-12`. */
  key: string;
  projectId: string;
  number: number;
  title: string;
  description: string;
  /** A column's slug, `planned` or `archived`. */
  status: string;
  priority: string;
  assignee: { id: string; name: string | undefined } | undefined;
  /** ISO 8601 in UTC. */
  start: string | undefined;
  due: string | undefined;
  createdAt: string;
  /** When a field was changed last, where that was looked up. */
  updatedAt?: string | undefined;
  position: number;
  labels: TaskLabel[];
  /** The issues and pull requests that integrations tied to it, where Kaneo's list told. */
  urls?: string[] | undefined;
}

/** A place where a task can stand, as the board knows it. */
export type Status = Pick<Column, "slug" | "name" | "isFinal">;

/** The two statuses that are no columns: before and behind the board. */
export const PLANNED: Status = { slug: "planned", name: "Planned", isFinal: false };
export const ARCHIVED: Status = { slug: "archived", name: "Archived", isFinal: false };
/** The slugs of the two. */
export const OFF_BOARD: readonly string[] = [PLANNED.slug, ARCHIVED.slug];

/** Whether a task with this status is done with, on a board with these columns: it blocks nothing and waits for nothing. */
export function isClosed(status: string, columns: readonly Status[]): boolean {
  return (
    status === ARCHIVED.slug || columns.some(({ slug, isFinal }) => isFinal && slug === status)
  );
}

/** A task as it is now, without its labels (`GET /api/task/:id`). */
export function rowNow(kaneo: Kaneo, id: string): Promise<TaskRow> {
  return kaneo.get(endpoint`/api/task/${id}`, taskSchema);
}

/** Reads a row of Kaneo's, with the labels where the route gives them. */
export function taskOf(row: TaskRow | ListedTask, project: Project): Task {
  return {
    ...fieldsOf(row),
    id: row.id,
    key: `${project.slug}-${row.number}`,
    projectId: row.projectId,
    number: row.number,
    assignee: row.userId === undefined ? undefined : { id: row.userId, name: row.assigneeName },
    createdAt: row.createdAt,
    position: row.position ?? 0,
    labels: "labels" in row ? row.labels : [],
    urls: "labels" in row ? row.externalLinks?.map(({ url }) => url) : undefined,
  };
}

/** What a row tells by itself; its position is not in every answer, and its labels and person not in every form. */
export function fieldsOf(row: TaskRow) {
  return {
    title: row.title,
    description: row.description ?? "",
    status: row.status,
    priority: row.priority ?? NO_PRIORITY,
    start: row.startDate,
    due: row.dueDate,
  };
}

/** Whether `task` carries the label of exactly that name, which is how Kaneo tells labels apart. */
export function carriesLabel({ labels }: Pick<Task, "labels">, name: string): boolean {
  return labels.some((label) => label.name === name);
}

/** Names of labels, any of which will do, as the same label may be written otherwise in another workspace; undefined is no label. */
export type LabelChoice = readonly (string | undefined)[];

/** Whether a task carries one of these labels, or none where that is a choice. */
export function carriesOneOf(task: Pick<Task, "labels">, choice: LabelChoice): boolean {
  return choice.some((name) =>
    name === undefined ? task.labels.length === 0 : carriesLabel(task, name),
  );
}

/** Every status of a board in the order in which a person sees them. */
export function statusesOf(columns: readonly Status[]): Status[] {
  return [PLANNED, ...columns, ARCHIVED];
}

/** Orders the tasks of a column from top to bottom; where Kaneo's numbers tie, by the keys. */
export function byPlace(one: Task, other: Task): number {
  return one.position - other.position || one.number - other.number;
}

const statusNaming: Naming<Status> = {
  noun: "status",
  plural: "statuses",
  names: [({ slug }) => slug, ({ name }) => name],
  show: statusName,
};

/** `in-progress`, with the column's name where that says more. */
export function statusName({ slug, name }: Status): string {
  const asSlug = inline(name, 200).toLowerCase().replaceAll(" ", "-");
  return asSlug === slug ? slug : `${slug} (${inline(name, 60)})`;
}

/**
 * The status that `reference` (slug or name, also shortened) names; undefined when the board has none such. `done` is also the one column
 * whose tasks are done, whatever it is called.
 */
export function matchStatus(columns: readonly Status[], reference: string): Status | undefined {
  const named = matchOne(statusesOf(columns), reference, statusNaming);
  if (named !== undefined) return named;
  const [only, ...others] =
    fold(reference) === "done"
      ? columns.filter(({ isFinal }) => isFinal)
      : shortenedOf(columns, reference, ({ name }) => name);
  return others.length === 0 ? only : undefined;
}

/** The failure of a status that a board does not have, listing those it has. */
export function unknownStatus(
  columns: readonly Status[],
  reference: string,
  where: string,
): KaneoMcpError {
  return noMatch(reference, statusesOf(columns), { ...statusNaming, where });
}
