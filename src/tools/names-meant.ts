/** What is meant by arguments, however their names and values are written. */
import { hasTooManyParts, parsedJson } from "../json.ts";

interface Names {
  known: ReadonlyMap<string, unknown>;
  alsoRead: Readonly<Record<string, string>>;
}

/** `No priority`, `no_priority` and `NoPriority` are `no-priority`; `-due` is not `due`, but the other way round. */
export function squeeze(name: string): string {
  return name
    .slice(0, LONGEST)
    .trim()
    .toLowerCase()
    .replaceAll(/(?!^)[\s_-]/g, "");
}

/** No name or choice is as long, however it is written. */
const LONGEST = 1_000;

/** The one meaning of "empty": as if it were left out. Lists in a list are something, however deep they go. */
export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isBlank) : isBlank(value);
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" ? value.trim() === "" : value === undefined || value === null;
}

/** With `add_labels` for `addLabels`, and `task`, which takes ids too, for `taskId`; never where that is given as well, or twice. */
export function withNamesMeant(args: object, { known, alsoRead }: Names): [string, unknown][] {
  const names = [...Object.entries(alsoRead), ...[...known.keys()].map((name) => [name, name])];
  const meant = new Map(names.map(([written = "", name = ""]) => [squeeze(written), name]));
  const entries = Object.entries(args);
  const given = new Set(entries.flatMap(([name, value]) => (isEmpty(value) ? [] : name)));
  const read = entries.map(([written, value]): [string, unknown] => {
    const squeezed = squeeze(written).replace(/^(task|project|workspace)(?:id|key|slug)$/, "$1");
    const name = meant.get(squeezed);
    if (name === undefined || isEmpty(value) || given.has(name)) return [written, value];
    given.add(name);
    return [name, value];
  });
  return read.filter(([name, value]) => !isEmpty(value) || !given.has(name));
}

/** What a text is as JSON that starts so, also with the quotes of Python; anything else as it is. */
export function parseJson(value: unknown, start: "[" | "{"): unknown {
  if (typeof value !== "string" || !value.trim().startsWith(start)) return value;
  const isQuotedOnce = /^[[{\s]+'/.test(value) && !value.includes('"');
  const json = isQuotedOnce ? value.replaceAll("'", '"') : value;
  if (hasTooManyParts(json)) return value;
  const read = parsedJson(json);
  return read === undefined ? value : read;
}
