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

/** How much a word tells by where it stands. */
const WEIGHTS = { id: 4, path: 2, tag: 2, says: 2, fields: 1 } as const;

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
  const rarity = (word: string) => {
    const count = indexed.filter(({ words }) => words.has(word)).length;
    return Math.log(1 + all.length / (count || 0.5));
  };
  const rarities = new Map(wanted.map((word) => [word, rarity(word)]));
  const sum = (words: string[], weight = (_: string) => 1) =>
    words.reduce((total, word) => total + weight(word) * (rarities.get(word) ?? 0), 0);
  const speaksOfDeleting = wanted.includes("delet");
  return indexed
    .filter(({ words }) => sum(wanted.filter((word) => words.has(word))) > FITTING * sum(wanted))
    .map(({ operation, words }) => {
      const asked = operation.method === "DELETE" && !speaksOfDeleting ? 0.5 : 1;
      const score = asked * sum(wanted, (word) => words.get(word) ?? 0);
      // Of two that fit alike, the one with fewer words of its own is about nothing else.
      return { operation, score: score / Math.sqrt(20 + words.size) };
    })
    .toSorted((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ operation }) => operation);
}

function weighed({ id, path, tag, says, query, body }: Operation): Map<string, number> {
  const texts: Record<keyof typeof WEIGHTS, string> = {
    id,
    path,
    tag,
    says,
    fields: [...query, ...body].map(({ name }) => name).join(" "),
  };
  const words = new Map<string, number>();
  // The keys of an object literal are its names, which the compiler forgets.
  for (const place of Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]) {
    for (const word of wordsIn(texts[place])) {
      words.set(word, Math.max(words.get(word) ?? 0, WEIGHTS[place]));
    }
  }
  return words;
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
