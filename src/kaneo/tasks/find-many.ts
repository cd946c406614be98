/** Many tasks at once, found by one read of their project. */
import { KaneoMcpError } from "../../errors.ts";
import { mapConcurrently } from "../api/concurrency.ts";
import type { Kaneo } from "../api/kaneo.ts";
import { doneIn, type Outcome, onFailure } from "../api/outcomes.ts";
import { eachOnce, fold, splitNames } from "../names/matching.ts";
import { tellApart, toldApart } from "../names/twins.ts";
import { projectsWithSlug } from "../projects/find.ts";
import { findTask, isTaskReference, type LocatedTask, noSuchTask, readKey } from "./find.ts";
import { tasksIn } from "./project-tasks.ts";

/** From how many keys on one read of the whole project is cheaper than a look-up for each. */
const WORTH_A_READ = 4;

/** What a reference led to: the task, or why there is none. */
export type Finding = Outcome<LocatedTask>;

/**
 * Finds many tasks, in the order of their references; a reference that fits none does not stop the others. Those of
 * projects that share their slug have what tells them apart in their keys.
 */
export async function findTasks(kaneo: Kaneo, references: readonly string[]): Promise<Finding[]> {
  const keys = references.map(readKey);
  const slugs = frequent(keys.flatMap((key) => (key?.slug ? fold(key.slug) : [])));
  const read = await mapConcurrently(slugs, (slug) => readSole(kaneo, slug));
  const found = await mapConcurrently(references, async (reference, index) => {
    const key = keys[index];
    const sole = read[slugs.indexOf(fold(key?.slug ?? ""))];
    if (key === undefined || key.of !== undefined || sole === undefined) {
      return findTask(kaneo, reference).catch(asFinding);
    }
    const wanted = fold(`${key.slug}-${key.number}`);
    const located = sole.tasks.find(({ task }) => fold(task.key) === wanted);
    return located ?? noSuchTask(key, [sole.project]);
  });
  const tell = await tellApart(kaneo, doneIn(found));
  return found.map((one) => (one instanceof KaneoMcpError ? one : toldApart(one, tell)));
}

/** The same without tasks that were found before under another name. */
export function eachTaskOnce(findings: readonly Finding[]): Finding[] {
  const ids = findings.map((one) => (one instanceof KaneoMcpError ? undefined : one.task.id));
  return findings.filter((_, index) => {
    return ids[index] === undefined || ids.indexOf(ids[index]) === index;
  });
}

/**
 * The references of a list that may hold several in one, such as `WEB-1, WEB-2`; each once.
 *
 * @throws KaneoMcpError "invalid_input" for more than `most`.
 */
export function splitKeys(references: readonly string[], most?: number): string[] {
  const isOne = (reference: string) => !/[,;\n]/.test(reference) && isTaskReference(reference);
  const isKey = (reference: string) => /^\S+-\d+$/.test(reference);
  const keys = splitNames(splitNames(references, isOne), isKey, /\s+(?:(?:and|und|&|\+)\s+)?/i);
  return most === undefined ? [...new Set(keys)] : eachOnce(keys, most, "tasks");
}

/** The values that occur so often that one read for all of them is worth it. */
function frequent(values: readonly string[]): string[] {
  return [...new Set(values)].filter(
    (value) => values.filter((other) => other === value).length >= WORTH_A_READ,
  );
}

/** The one project with this slug, and its tasks; undefined when several share it or none has it. */
async function readSole(kaneo: Kaneo, slug: string) {
  const found = await projectsWithSlug(kaneo, slug).catch(asFinding);
  const [project, ...others] = found instanceof KaneoMcpError ? [] : found;
  if (project === undefined || others.length > 0) return undefined;
  return { project, tasks: await tasksIn(kaneo, project) };
}

/** What is wrong with the reference itself. */
const asFinding = onFailure(
  ["not_found", "ambiguous", "invalid_input", "forbidden"],
  (failure) => failure,
);
