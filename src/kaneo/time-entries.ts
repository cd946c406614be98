import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { kaneoId, moment, optional } from "./answer-fields.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";

export interface TimeEntry {
  id: string;
  taskId: string;
  /** Undefined in the answers of writes. */
  person: string | undefined;
  note: string;
  /** ISO 8601 in UTC. */
  started: string;
  /** Undefined while it is running. */
  ended: string | undefined;
}

/** What may be written of a time entry. */
export interface TimeSpan {
  /** ISO 8601. */
  started: string;
  ended?: string | undefined;
  note?: string | undefined;
}

const timeEntrySchema = z
  .object({
    id: kaneoId,
    taskId: kaneoId,
    userName: optional(z.string()),
    description: optional(z.string()),
    startTime: moment,
    endTime: optional(moment),
  })
  .transform(
    (row): TimeEntry => ({
      id: row.id,
      taskId: row.taskId,
      person: row.userName,
      note: row.description ?? "",
      started: row.startTime,
      ended: row.endTime,
    }),
  );

/** The time entries of a task, in Kaneo's order (`GET /api/time-entry/task/:taskId`). */
export function timeEntriesOf(kaneo: Kaneo, taskId: string): Promise<TimeEntry[]> {
  return kaneo.get(endpoint`/api/time-entry/task/${taskId}`, z.array(timeEntrySchema));
}

/** One time entry. @throws KaneoMcpError "not_found". */
export async function timeEntryById(kaneo: Kaneo, id: string): Promise<TimeEntry> {
  return kaneo.get(endpoint`/api/time-entry/${id}`, timeEntrySchema).catch((error: unknown) => {
    if (!isFailure(error, "not_found")) throw error;
    throw new KaneoMcpError(
      "not_found",
      `There is no time entry with the id "${id}", or this account cannot see it.`,
      { hint: "get_task with include time shows the ids of a task's time entries.", cause: error },
    );
  });
}

/**
 * Adds a time entry of the account in use; without an end it is running.
 *
 * @throws KaneoMcpError "invalid_input" when it ends before it starts.
 */
export async function addTimeEntry(
  kaneo: Kaneo,
  taskId: string,
  span: TimeSpan,
): Promise<TimeEntry> {
  assertInOrder(span);
  const created = await kaneo.post(endpoint`/api/time-entry`, timeEntrySchema, {
    taskId,
    ...wireSpan(span),
  });
  if (span.ended === undefined) return created;
  // Kaneo stores the duration 0 for a new entry that has an end, and computes it only when the entry is updated.
  return changeTimeEntry(kaneo, created.id, span).catch((error: unknown) => {
    throw error instanceof KaneoMcpError ? withoutDuration(created, error) : error;
  });
}

/**
 * Replaces the times of an entry; without an end it keeps the one it has, and without a note its note.
 *
 * @throws KaneoMcpError "invalid_input" when it ends before it starts.
 */
export async function changeTimeEntry(
  kaneo: Kaneo,
  id: string,
  span: TimeSpan,
): Promise<TimeEntry> {
  assertInOrder(span);
  return kaneo.put(endpoint`/api/time-entry/${id}`, timeEntrySchema, wireSpan(span));
}

/** How long an entry lasted, or has lasted so far; Kaneo's own `duration` is 0 for most. */
export function secondsOf({ started, ended }: TimeEntry, nowMs: number): number {
  const endMs = ended === undefined ? nowMs : Date.parse(ended);
  return Math.max(0, Math.round((endMs - Date.parse(started)) / 1000));
}

function withoutDuration({ id }: TimeEntry, { kind, message }: KaneoMcpError): KaneoMcpError {
  return new KaneoMcpError(
    kind,
    `The time entry ${id} was saved, but Kaneo shows its duration as 0: ${message}`,
    { hint: "Do not log it again. update_time_entry with the same times sets the duration." },
  );
}

function wireSpan({ started, ended, note }: TimeSpan): object {
  return { startTime: started, endTime: ended, description: note };
}

function assertInOrder({ started, ended }: TimeSpan): void {
  if (ended === undefined || Date.parse(started) <= Date.parse(ended)) return;
  throw new KaneoMcpError(
    "invalid_input",
    `The time would end (${ended}) before it starts (${started}).`,
  );
}
