/** Names, days and marks as the board shows them. */
import type { Board } from "../contract.ts";

/** With words for a card, and marks, so that nobody has to tell them by color. */
const PRIORITY_WORDS: Record<string, string> = {
  "no-priority": "",
  low: "↓ low",
  medium: "→ medium",
  high: "↑ high",
  urgent: "‼ urgent",
};
export const PRIORITIES = Object.keys(PRIORITY_WORDS);

/** A priority as a card shows it. */
export function wordFor(priority: string): string {
  return PRIORITY_WORDS[priority] ?? priority;
}

/** A person's name; who has left the workspace is there by id only. */
export function nameIn(people: Board["people"], id: string): string {
  return people.find((person) => person.id === id)?.name ?? id;
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
  const isThisYear = date.getUTCFullYear() === now.getUTCFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return formatted(date, locale, { timeZone: "UTC", month: "short", day: "numeric", ...year });
}

/** A moment in the words of the host's locale and zone. */
export function momentIn(when: string, locale: string | undefined, timeZone?: string): string {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return formatted(new Date(when), locale, { ...style, ...(timeZone && { timeZone }) });
}

function formatted(date: Date, locale: string | undefined, options: Intl.DateTimeFormatOptions) {
  try {
    return new Intl.DateTimeFormat(locale, options).format(date);
  } catch {
    // The host's locale or zone is none that the browser knows, whose own are taken. Of days the zone stays.
    const timeZone = options.timeZone === "UTC" ? "UTC" : undefined;
    return new Intl.DateTimeFormat(undefined, { ...options, timeZone }).format(date);
  }
}

/** Whether people who use this locale read from right to left. */
export function isRightToLeft(locale: string | undefined): boolean {
  return /^(ar|arc|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)\b/i.test(locale ?? "");
}
