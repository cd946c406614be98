/** Logged time, as Kaneo keeps it: entries of tasks, which nobody can delete. */
import { z } from "zod";
import { prefixed } from "../errors.ts";
import { endpoint, type Kaneo } from "./api/kaneo.ts";
import { confirmed, saying } from "./api/outcomes.ts";
import { kaneoId, list, moment, optional } from "./api/schemas.ts";

const timeEntrySchema = z
  .object({
    id: kaneoId,
    taskId: kaneoId,
    userName: optional(z.string()),
    userId: optional(z.string()),
    description: optional(z.string()),
    startTime: moment,
    endTime: optional(moment),
  })
  .transform(({ id, taskId, userName, userId, description: note = "", ...span }) => {
    const { startTime: started, endTime: ended } = span;
    return { id, taskId, person: userName, personId: userId, note, started, ended };
  });
const timeEntryListSchema = list(timeEntrySchema);

/** `person` is undefined in the answers of writes, `ended` while the entry is running. */
export type TimeEntry = z.infer<typeof timeEntrySchema>;

/** The time entries of a task, in Kaneo's order (`GET /api/time-entry/task/:taskId`). */
export function timeEntriesOf(kaneo: Kaneo, taskId: string): Promise<TimeEntry[]> {
  return kaneo.get(endpoint`/api/time-entry/task/${taskId}`, timeEntryListSchema);
}

/** What may be written of a time entry. */
export interface TimeSpan {
  /** ISO 8601. */
  started: string;
  ended?: string | undefined;
  note?: string | undefined;
}

/** Adds a time entry of the account in use; without an end it is running. */
export async function addTimeEntry(
  kaneo: Kaneo,
  taskId: string,
  span: TimeSpan,
): Promise<TimeEntry> {
  const body = { taskId, ...wireSpan(span) };
  const answer = await kaneo.post(endpoint`/api/time-entry`, timeEntrySchema, body);
  const created = await confirmed(answer, {
    what: "The time entry",
    fields: { ...span, taskId, note: span.note ?? null, ended: span.ended ?? null },
    look: () => timeEntryById(kaneo, answer.id),
  });
  if (span.ended === undefined) return created;
  // Kaneo stores the duration 0 for a new entry that has an end, and computes it only when the entry is updated.
  return putTimeEntry(kaneo, created.id, span).catch((error: unknown) => {
    throw prefixed(
      error,
      `The time entry ${created.id} was saved; only its duration may still be 0 in Kaneo:`,
      "Do not log it again. update_time_entry with the same times sets the duration.",
    );
  });
}

/** Replaces the times of an entry; without an end it keeps the one it has, and without a note its note. */
export async function putTimeEntry(kaneo: Kaneo, id: string, span: TimeSpan): Promise<TimeEntry> {
  const answer = await kaneo.put(endpoint`/api/time-entry/${id}`, timeEntrySchema, wireSpan(span));
  return confirmed(answer, {
    what: `The change of time entry ${id}`,
    fields: { id, ...span },
    look: () => timeEntryById(kaneo, id),
  });
}

function wireSpan({ started, ended, note }: TimeSpan): object {
  return { startTime: started, endTime: ended, description: note };
}

/** `GET /api/time-entry/:id`. @throws KaneoMcpError "not_found". */
export function timeEntryById(kaneo: Kaneo, id: string): Promise<TimeEntry> {
  const message = `There is no time entry with the id "${id}", or this account cannot see it.`;
  const hint = "get_task with include time shows the ids of a task's time entries.";
  const route = endpoint`/api/time-entry/${id}`;
  return kaneo.get(route, timeEntrySchema).catch(saying("not_found", { message, hint }));
}
