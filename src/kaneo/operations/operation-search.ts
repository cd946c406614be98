/** From a person's words to the operations of the instance. */
import { foldAccents } from "../names/matching.ts";
import type { Operation } from "./operations.ts";

/** Words that mean the same here; the first stands for all. */
const SAME: readonly (readonly string[])[] = [
  ["delete", "remove", "erase", "destroy", "drop", "detach", "clear", "trash"],
  ["get", "read", "show", "view", "see", "look", "fetch", "download", "list", "find"],
  ["create", "add", "new", "make", "attach", "start", "set"],
  ["update", "change", "edit", "modify", "rename", "switch", "upload", "replace"],
  ["member", "people", "person", "teammate", "colleague"],
  ["organization", "workspace", "org"],
  ["task", "ticket", "card", "todo"],
  ["avatar", "picture", "photo", "profile"],
  ["reorder", "order", "sort", "arrange", "sidebar"],
  ["invitation", "invite"],
  ["permission", "allowed", "right", "role"],
  ["external", "pull", "request", "link", "url", "commit"],
  ["unarchive", "restore", "back"],
  ["archive", "archived"],
  ["reject", "decline", "refuse"],
  ["leave", "quit", "exit"],
  ["check", "free", "taken", "available", "verify"],
  ["time", "hour", "logged", "tracked", "spent", "timer"],
  ["repositories", "repository", "repo"],
  ["export", "dump", "backup"],
  ["relation", "dependency", "blocker", "subtask"],
  ["bulk", "batch", "many", "multiple", "several"],
];
const CANON = new Map(
  SAME.flatMap(([first = "", ...others]) =>
    [first, ...others].map((word) => [stem(word), stem(first)]),
  ),
);

const IDLE = new Set(
  "a an and are at be by can do does every for from has have how i if in into is it its kaneo me my need of on once or our own please put so still that the their there this to up want was what when where which who whole with".split(
    " ",
  ),
);

/**
 * How much of a query an operation has to have, by what its words tell: else `recurring task every monday` would find whatever
 * is done to tasks, deleting first.
 */
const FITTING = 0.3;

/** The operations that fit, the best first. What deletes stands behind the others where the query does not speak of it. */
export function searchOperations(
  all: readonly Operation[],
  query: string,
  most: number,
): Operation[] {
  const wanted = [...new Set(wordsIn(query.slice(0, 400)))];
  const indexed = all.map((operation) => ({ operation, words: weighed(operation) }));
  const rarities = wanted.map((word) => {
    const count = indexed.filter(({ words }) => words.has(word)).length;
    return Math.log(1 + all.length / (count || 0.5));
  });
  const sum = (weightOf: (word: string) => number) =>
    wanted.reduce((total, word, at) => total + weightOf(word) * (rarities[at] ?? 0), 0);
  const speaksOfDeleting = wanted.includes("delet");
  return indexed
    .filter(({ words }) => sum((word) => Number(words.has(word))) > FITTING * sum(() => 1))
    .map(({ operation, words }) => {
      const asked = operation.method === "DELETE" && !speaksOfDeleting ? 0.5 : 1;
      // Of two that fit alike, the one with fewer words of its own is about nothing else.
      const score = (asked * sum((word) => words.get(word) ?? 0)) / Math.sqrt(20 + words.size);
      return { operation, score };
    })
    .toSorted((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ operation }) => operation);
}

/** Its words, each with how much it tells by where it stands. */
function weighed({ id, path, tag, says, query, body }: Operation): Map<string, number> {
  const fields = [...query, ...body].map(({ name }) => name).join(" ");
  const places: [text: string, weight: number][] = [
    [fields, 1],
    [`${path} ${tag} ${says}`, 2],
    [id, 4],
  ];
  // Of a word that stands in several places the last one counts.
  return new Map(places.flatMap(([text, weight]) => wordsIn(text).map((word) => [word, weight])));
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
