/** Names, days and marks as the board shows them. */
import type { BoardData } from "../contract.ts";

export const PRIORITIES = ["no-priority", "low", "medium", "high", "urgent"];

/** So that nobody has to tell priorities by color. */
export const PRIORITY_MARKS: Record<string, string> = {
  low: "↓",
  medium: "→",
  high: "↑",
  urgent: "‼",
};

/** A person's name; who has left the workspace is there by id only. */
export function nameIn(people: BoardData["people"], id: string): string {
  return people?.find((person) => person.id === id)?.name ?? id;
}

/** Two letters at most, whole characters of any script. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  const letters = ends.map(
    (word = "") => [...new Intl.Segmenter().segment(word)][0]?.segment ?? "",
  );
  return letters.join("").toLocaleUpperCase();
}

/** `2026-03-01` as "Mar 1", with the year when it is another one than `now`'s. */
export function dayIn(day: string, locale: string | undefined, now = new Date()): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  const isThisYear = date.getUTCFullYear() === now.getUTCFullYear();
  return new Intl.DateTimeFormat(localeOr(locale), {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    ...(!isThisYear && { year: "numeric" }),
  }).format(date);
}

/** A moment in the words of the host's locale and zone; what is no moment stays as it is. */
export function momentIn(when: string, locale: string | undefined, timeZone?: string): string {
  const date = new Date(when);
  if (!/^\d{4}-\d\d-\d\dT/.test(when) || Number.isNaN(date.getTime())) return when;
  const zone = timeZone !== undefined && isZone(timeZone) ? { timeZone } : {};
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat(localeOr(locale), { ...style, ...zone }).format(date);
}

/** Whether people who use this locale read from right to left. */
export function isRightToLeft(locale: string | undefined): boolean {
  return /^(ar|arc|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)\b/i.test(locale ?? "");
}

function localeOr(locale: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale ?? [])[0];
  } catch {
    return undefined;
  }
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone }) !== undefined;
  } catch {
    return false;
  }
}
