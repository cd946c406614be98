import { secondsOf, type TimeEntry } from "../kaneo/time-entries.ts";
import { renderMoment } from "./dates.ts";
import { inline } from "./untrusted.ts";

/** Where and when the reader is. */
export interface Viewpoint {
  timeZone: string;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** Time entries, a line each, and their sum when there are several; "" when there are none. */
export function renderTimeEntries(entries: readonly TimeEntry[], view: Viewpoint): string {
  const lines = entries.map((entry) => renderTimeEntry(entry, view));
  if (entries.length < 2) return lines.join("\n");
  const seconds = entries.reduce((sum, entry) => sum + secondsOf(entry, view.nowMs), 0);
  return [...lines, `Total: ${renderDuration(seconds)}`].join("\n");
}

/** `1 h 30 min  from 2026-01-05 09:00 +01:00 to 2026-01-05 10:30 +01:00  Alice Doe  entry ohui…  Note`. */
export function renderTimeEntry(entry: TimeEntry, { timeZone, nowMs }: Viewpoint): string {
  const duration = renderDuration(secondsOf(entry, nowMs));
  const started = renderMoment(entry.started, timeZone);
  const parts = [
    entry.ended === undefined ? `running, ${duration} so far` : duration,
    entry.ended === undefined
      ? `since ${started}`
      : `from ${started} to ${renderMoment(entry.ended, timeZone)}`,
    entry.person === undefined ? undefined : inline(entry.person, 60),
    `entry ${entry.id}`,
    entry.note.trim() === "" ? undefined : inline(entry.note),
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

/** `1 h 30 min`, `45 min`, `30 s`. */
function renderDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
