/** From a person's words to the operations of the instance. */
import { foldAccents } from "../names/matching.ts";
import type { Operation } from "./operations.ts";

/** Words that mean the same here; the first stands for all. */
const SAME: readonly (readonly string[])[] = [
  ["delete", "remove"],
  ["get", "read", "show", "see", "list", "find"],
  ["create", "add", "new", "make"],
  ["update", "change", "edit", "rename"],
  ["organization", "workspace"],
  ["bulk", "multiple", "several", "many"],
];
const CANON = new Map(
  SAME.flatMap(([first = "", ...others]) => others.map((word) => [stem(word), stem(first)])),
);

const IDLE = new Set(
  "a an and are at be by can do does every for from has have how i if in into is it its kaneo me my need of on once or our own please put so still that the their there this to up want was what when where which who whole with".split(
    " ",
  ),
);

/**
 * The operations that have most words of the query, the best first. What deletes stands behind the others where the query
 * does not speak of it.
 */
export function searchOperations(
  all: readonly Operation[],
  query: string,
  most: number,
): Operation[] {
  const wanted = [...new Set(wordsIn(query.slice(0, 400)))];
  const isUnasked = ({ method }: Operation) => method === "DELETE" && !wanted.includes("delet");
  return all
    .map((operation) => {
      const { id, path, tag, says, query: fields, body } = operation;
      // What PATCH /task/bulk can do is the choice of a field.
      const choices = body.map(({ type }) => (type.includes("|") ? type : ""));
      const names = [...fields, ...body]
        .map(({ name }) => name)
        .concat(choices)
        .join(" ");
      const words = new Set(wordsIn(`${id} ${path} ${tag} ${says} ${names}`));
      const inName = new Set(wordsIn(id));
      const found = wanted.filter((word) => words.has(word));
      const named = found.filter((word) => inName.has(word));
      // Of two that fit alike, the one with the shorter name is about nothing else.
      const score = found.length + named.length - inName.size / 10;
      return { operation, found, score: isUnasked(operation) ? score - wanted.length : score };
    })
    .filter(({ found }) => found.length > wanted.length / 2)
    .toSorted((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ operation }) => operation);
}

/** `updateTaskTitle` is `update`, `task`, `title`; each word in the form that stands for its like. */
function wordsIn(text: string): string[] {
  return foldAccents(
    text.replaceAll(/GitHub/gi, "github").replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2"),
  )
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !IDLE.has(word))
    .map(stem)
    .map((word) => CANON.get(word) ?? word);
}

/** `tasks` and `task`, `invited` and `invite` are one word. */
function stem(word: string): string {
  return word
    .replace(/ies$/, "y")
    .replace(/(?<=[^s])s$/, "")
    .replace(/(?<=\w{3})(?:ing|ed|e)$/, "");
}
