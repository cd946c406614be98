/**
 * From `WEB-12`, an id or a pasted URL to the task. Kaneo cannot address a task by its key, so its place in the list by
 * number is computed; when deletions make that uncertain, the search finds it.
 */
import { KaneoMcpError } from "../../errors.ts";
import { inline, quoted } from "../../untrusted.ts";
import { mapConcurrently } from "../api/concurrency.ts";
import { endpoint, type Kaneo, withQuery } from "../api/kaneo.ts";
import { onFailure, saying } from "../api/outcomes.ts";
import { boardSchema, columnsOf, lightBoardSchema, type Project } from "../api/schemas.ts";
import { labelsOn } from "../labels.ts";
import { fold, whatThereIs } from "../names/matching.ts";
import { tellApart } from "../names/twins.ts";
import { findProject, projectById, projectsWithSlug } from "../projects/find.ts";
import { searchFor } from "../search.ts";
import { idInUrl } from "../workspaces.ts";
import { rowNow, type Status, type Task, taskOf } from "./task.ts";

/** A task and its project. */
export interface PlacedTask {
  task: Task;
  project: Project;
}

/** A task with what is needed to change it. */
export interface LocatedTask extends PlacedTask {
  /** The project's columns in board order. */
  columns: Status[];
}

export interface TaskKey {
  /** Undefined for a bare number, which the default project has. */
  slug: string | undefined;
  number: number;
  /** Which of the projects with that slug it is, as our answers say. */
  of?: string | undefined;
}

/** What people write around a key or an id: `#WEB-12`, `<WEB-12>`, `- **WEB-12**`, `task WEB-12`, or in backticks. */
const WRAPPING =
  /^(?:[\s#<>()[\]{}"'“”„‘’`*]|-\s|(?:task|issue|card|ticket)\s(?=\S+-\d))+|[\s<>()[\]{}"'“”‘’`*.,;:]+$/gi;
/** `WEB-12`, with any dash, that of Japanese input, or none. Kaneo accepts a project without a slug, whose keys then start with the dash. */
const KEY = /^(.*?)\s*([-‐‑‒–—−_#]|(?<=\w)ー|)\s*(\d{1,9})$/u;
/** `SITE-3 (Acme)`, of a project that shares its slug (twins.ts). */
const TWIN = /^\s*(\S{1,100}\d)\s+\((.{1,200})\)\s*$/s;
/** `WEB-1 to WEB-3`, `Login fails (WEB-1)` once unwrapped. */
const IN_SENTENCE = /[-#]\d+\s+\S| \([^\s()]+$/;
/** `Release 5.2`: where no project is called as it begins, that is a title. */
const ENDS_LIKE_TITLE = /[\p{L}\p{N})][\s.]\d+$/u;
/** What Kaneo gives as an id is 24 letters and digits long; no slug without a dash behind it is. */
const LONG_ID = /^\w{20,128}$/;
const LONGEST_REFERENCE = 300;
const MOST_PER_PAGE = 100;

/**
 * The task that `reference` (key, id or URL) names.
 *
 * @throws KaneoMcpError "not_found", saying where it was looked for, or "ambiguous" when projects share the slug.
 */
export async function findTask(kaneo: Kaneo, reference: string): Promise<LocatedTask> {
  const pasted = idInUrl(reference, "task");
  if (pasted !== undefined) return taskById(kaneo, pasted);

  const key = readKey(reference);
  const id = unwrap(reference);
  if (key === undefined || (key.of === undefined && IN_SENTENCE.test(id))) {
    if (/^\w+$/.test(id)) return taskById(kaneo, id);
    throw notATask(reference, NEITHER);
  }
  const { slug, number } = key;
  if (slug !== undefined) return taskByKey(kaneo, { ...key, slug }, reference);
  if (kaneo.defaults.project === undefined) {
    throw notATask(reference, "names no project: give the whole key, such as WEB-12");
  }
  const project = await findProject(kaneo, {});
  const found = await taskByNumber(kaneo, project, number);
  if (found === undefined) throw noSuchTask({ slug: project.slug, number }, [project]);
  return found;
}

const NEITHER = "is neither one task's key, such as WEB-12, nor its id or URL";

function notATask(reference: string, why: string): KaneoMcpError {
  const bare = unwrap(reference);
  const [key, ...others] = bare.match(/\b[a-z]\w*-\d+\b/gi) ?? [];
  const isCopied = key && (bare.startsWith(key) || bare.endsWith(`(${key}`));
  const alone =
    others.length > 0
      ? `Give one key, such as ${key}, or a list where the tool takes one.`
      : `Give the key alone: ${key}.`;
  const hint = isCopied ? alone : "search finds the key of a task by words of its title.";
  return new KaneoMcpError("invalid_input", `"${inline(reference)}" ${why}.`, { hint });
}

/** Slug and number of a key such as `WEB-12`; undefined when `reference` is none. */
export function readKey(reference: string): TaskKey | undefined {
  const [, key = reference, of] = TWIN.exec(reference) ?? [];
  const bare = unwrap(key);
  // Of several keys none is meant alone; a slug may have a comma.
  if (LONG_ID.test(bare) || /\/|[-#]\d+\s*[,;]/.test(bare)) return undefined;
  const [, slug, dash, digits] = KEY.exec(bare) ?? [];
  if (slug === undefined) return undefined;
  return { slug: slug === "" && dash === "" ? undefined : slug, number: Number(digits), of };
}

/** A key or id without what stands around it; "" for what is too long to be one, which would also take long to tell. */
function unwrap(reference: string): string {
  if (reference.length > 10 * LONGEST_REFERENCE) return "";
  const line = reference.normalize("NFKC").replaceAll(/\s+/g, " ");
  return line.length > LONGEST_REFERENCE ? "" : line.replaceAll(WRAPPING, "");
}

/** Whether `reference` can name a task, whether or not there is one. */
export function isTaskReference(reference: string): boolean {
  return (
    LONG_ID.test(unwrap(reference)) ||
    idInUrl(reference, "task") !== undefined ||
    readKey(reference) !== undefined
  );
}

async function taskByKey(
  kaneo: Kaneo,
  key: TaskKey & { slug: string },
  reference: string,
): Promise<LocatedTask> {
  const { slug, number, of } = key;
  const candidates = await projectsWithSlug(kaneo, slug, of).catch(
    onFailure("not_found", (failure) => {
      throw ENDS_LIKE_TITLE.test(unwrap(reference)) ? notATask(reference, NEITHER) : failure;
    }),
  );
  const located = await mapConcurrently(candidates, (project) =>
    taskByNumber(kaneo, project, number),
  );
  // By now another project may have that slug.
  const found = located
    .filter((task) => task !== undefined)
    .filter((task) => fold(task.project.slug) === fold(slug));
  if (found.length > 1) throw await sharedKey(kaneo, `${slug}-${number}`, found);
  const [only] = found;
  if (only === undefined) throw noSuchTask(key, candidates);
  return only;
}

/** The failure of a key whose number the projects do not have. */
export function noSuchTask(
  { slug = "", number }: TaskKey,
  searched: readonly Project[],
): KaneoMcpError {
  const names = searched.map((project) => `${inline(project.name)} (${project.slug})`);
  const why = `There is no task ${slug}-${number} in ${names.join(" and ")}.`;
  return new KaneoMcpError("not_found", why, {
    hint: "It may have been deleted, or moved, which changes its key. search finds it by a part of its title.",
  });
}

async function sharedKey(kaneo: Kaneo, key: string, found: readonly LocatedTask[]) {
  const tell = await tellApart(kaneo, found);
  const show = ({ task, project }: LocatedTask) =>
    `${tell(project.id, task.key)} ${quoted(task.title, 60)} (id ${task.id})`;
  const message = `Several projects share the key ${key}. ${whatThereIs(found, { show })}`;
  return new KaneoMcpError("ambiguous", message, { hint: "Call again with one of these." });
}

async function taskByNumber(kaneo: Kaneo, known: Project, number: number) {
  const page = pageOf(known, number);
  if (page !== undefined) {
    const path = withQuery(endpoint`/api/task/tasks/${known.id}`, { sortBy: "number", ...page });
    const { slug, columns, rows } = await kaneo.get(path, boardSchema);
    const row = rows.find((candidate) => candidate.number === number);
    const project = { ...known, slug };
    if (row !== undefined) return { task: taskOf(row, project), project, columns };
  }
  return searchByNumber(kaneo, known, number);
}

/**
 * The smallest page, in the list by number, that holds the task. Of the numbers below it at most as many are missing as
 * in the whole project, so its index lies in a window of that size.
 */
function pageOf({ statistics, lastTaskNumber }: Project, number: number) {
  if (lastTaskNumber === undefined || number < 1 || number > lastTaskNumber) return undefined;
  const missing = lastTaskNumber - statistics.totalTasks;
  const first = Math.max(0, number - 1 - missing);
  const last = Math.min(number, statistics.totalTasks) - 1;
  if (last < first) return undefined;

  for (let limit = last - first + 1; limit <= MOST_PER_PAGE; limit += 1) {
    const page = Math.floor(first / limit);
    if (page === Math.floor(last / limit)) return { page: page + 1, limit };
  }
  return undefined;
}

async function searchByNumber(kaneo: Kaneo, project: Project, number: number) {
  const { id: projectId, workspaceId, slug } = project;
  const terms = { q: `${slug}-${number}`, type: "tasks", workspaceId, projectId } as const;
  const hits = await searchFor(kaneo, { ...terms, limit: 1 });
  const hit = hits.find((one) => one.taskNumber === number && one.projectId === projectId);
  if (hit !== undefined) return taskById(kaneo, hit.id);
  // Before 2.19 the search knows no key with other letters than Latin ones (global-search.ts).
  if (/^\w[\w-]*$/.test(slug)) return undefined;
  const board = await kaneo.get(endpoint`/api/task/tasks/${projectId}`, lightBoardSchema);
  const row = board.rows.find((one) => one.number === number);
  return row === undefined ? undefined : taskById(kaneo, row.id);
}

/** The task with this id; its labels and its project's columns come beside it. */
export async function taskById(kaneo: Kaneo, id: string): Promise<LocatedTask> {
  const unknown = saying("not_found", {
    message: `Kaneo has no task with the id "${id}", or this account cannot see it.`,
    hint: "Name tasks by their key, such as WEB-12; list_tasks and search give the keys.",
  });
  const [row, labels] = await Promise.all([rowNow(kaneo, id), labelsOn(kaneo, id)]).catch(unknown);
  const project = await projectById(kaneo, row.projectId);
  if (project === undefined) {
    const message = `Task ${id} belongs to a project outside the workspaces of this account.`;
    throw new KaneoMcpError("forbidden", message);
  }
  const columns = await kaneo.kept(columnsOf(project.id));
  return { task: { ...taskOf(row, project), labels }, project, columns };
}
