/** Our own files: what an export writes, an import reads, and nothing of it is lost on the way. */
import { z } from "zod";
import { list, optional } from "../kaneo/api/schemas.ts";
import { fold } from "../kaneo/names/matching.ts";
import type { TaskRelation } from "../kaneo/relations/relations.ts";
import { OFF_BOARD, type Task } from "../kaneo/tasks/task.ts";
import { FIELDS, type Field, linksIn, rowOf, type Source } from "./rows.ts";
import { guard, joinCell } from "./table.ts";

/** A project with all that goes into its file. */
export interface ProjectFile {
  instance: string;
  slug: string;
  name: string;
  description: string;
  columns: readonly { slug: string; name: string; isFinal: boolean }[];
  tasks: readonly ExportedTask[];
}

export interface ExportedTask {
  task: Task;
  /** Undefined for nobody, or for one whose account is gone. */
  email: string | undefined;
  relations: readonly TaskRelation[];
}

const FORMAT = "kaneo-mcp tasks 1";

/** What a file says of its tasks. */
function tasksOf({ tasks, columns }: Pick<ProjectFile, "tasks" | "columns">) {
  const names = namesOf(columns);
  const inside = new Set(tasks.map(({ task }) => task.key));
  return tasks.map(({ task, email, relations }) => {
    const others = (kind: TaskRelation["kind"]) =>
      relations.filter((one) => one.kind === kind).map(({ other }) => other.key);
    return {
      key: task.key,
      title: task.title,
      description: task.description,
      status: names.get(task.status) ?? task.status,
      priority: task.priority,
      assignee: email ?? task.assignee?.name ?? "",
      start: task.start ?? "",
      due: task.due ?? "",
      labels: [...new Set(task.labels.map(({ name }) => name))],
      parent: others("subtask_of"),
      blocks: others("blocks"),
      // Of a relation within the project one end is enough; of one that leads out of it, this is the only one.
      blocked_by: others("blocked_by").filter((key) => !inside.has(key)),
      related_to: others("related_to").filter((key) => !inside.has(key) || key > task.key),
    } satisfies Record<Field, string | string[]>;
  });
}

/**
 * Names of columns by their slugs, for files: a slug stays when its column is renamed, and may be another column's elsewhere.
 * A name that could be taken for another status is left out, so that the slug is told.
 */
function namesOf(columns: ProjectFile["columns"]): ReadonlyMap<string, string> {
  const named = columns.filter(({ slug, name }) => {
    const others = columns.filter((other) => other.slug !== slug);
    const taken = others.flatMap((other) => [other.slug, other.name]);
    return ![...taken, ...OFF_BOARD].some((one) => fold(one) === fold(name));
  });
  return new Map(named.map(({ slug, name }) => [slug, name]));
}

/** The file as JSON; fields that say nothing are left out. */
export function toJson({ tasks, columns, ...project }: ProjectFile, exportedAt: string): string {
  const { instance, ...about } = project;
  const labels = new Map(
    tasks.flatMap(({ task }) => task.labels.map(({ name, color }) => [name, color])),
  );
  const rows = tasksOf({ tasks, columns }).map((fields) => {
    const said = Object.entries(fields).filter(([name, value]) => name === "title" || value.length);
    return JSON.stringify(Object.fromEntries(said));
  });
  const head = JSON.stringify({
    format: FORMAT,
    exported_at: exportedAt,
    instance,
    project: { ...about, columns },
    labels: [...labels].map(([name, color]) => ({ name, color })),
  });
  // A task a line, so that people can compare two exports.
  return `${head.slice(0, -1)},"tasks":[\n${rows.join(",\n")}\n]}\n`;
}

/** The columns by which our own CSV is known again. */
const HEADERS = FIELDS.map((field) => (field === "key" ? "kaneo_key" : field));

/**
 * The file as CSV: CRLF, a byte order mark so that Excel reads UTF-8. A cell that a spreadsheet would take for a
 * formula begins with an apostrophe, which an import takes off again.
 */
export function toCsv(file: ProjectFile, separator: string): string {
  const rows = tasksOf(file).map((fields) => {
    const cells = FIELDS.map((field) => {
      const value = fields[field];
      const text = guard(typeof value === "string" ? value : joinCell(value));
      return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    });
    return cells.join(separator);
  });
  return `\uFEFF${[HEADERS.join(separator), ...rows].join("\r\n")}\r\n`;
}

/** Whether a table is one that {@link toCsv} wrote, whatever was done to its order since. */
export function isOurCsv(headers: readonly string[]): boolean {
  return HEADERS.every((header) => headers.includes(header));
}

const texts = optional(list(z.string())).transform((all = []) => all);
const text = optional(z.string());
const fileSchema = z.object({
  format: z.literal(FORMAT),
  labels: optional(list(z.object({ name: z.string(), color: z.string() }))),
  tasks: list(
    z.object({
      key: text,
      title: z.string(),
      description: optional(z.string()).transform((said = "") => said),
      status: text,
      priority: text,
      assignee: text,
      start: text,
      due: text,
      labels: texts,
      parent: texts,
      blocks: texts,
      blocked_by: texts,
      related_to: texts,
    }),
  ),
});

/** Undefined for a file that {@link toJson} did not write. */
export function readKaneoFile(json: unknown): Source | undefined {
  // The check itself changes the lists that it looks at (schemas.ts), and a file of another program has lists of these names.
  const { data } = Object(json).format === FORMAT ? fileSchema.safeParse(json) : {};
  if (data === undefined) return undefined;
  const rows = data.tasks.map((task, index) =>
    rowOf(task.key ?? `task ${index + 1}`, task.title, {
      ...task,
      keys: task.key === undefined ? [] : [task.key],
      links: linksIn((field) => task[field]),
    }),
  );
  const colors = new Map(data.labels?.map(({ name, color }) => [name, color]));
  return { kind: "kaneo-mcp export (JSON)", rows, colors, notes: [] };
}
