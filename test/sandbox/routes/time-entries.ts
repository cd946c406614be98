/** /api/time-entry. There is no way to delete one. */
import {
  created,
  createId,
  now,
  type SandboxData,
  type TimeEntry,
  userName,
  where,
} from "../data.ts";
import { notifyAbout } from "../events.ts";
import { instant, Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { optional, text } from "../shape.ts";

const ofTask = { from: "task", key: "taskId" } as const;
const ofEntry = { from: "timeEntry", key: "id" } as const;
const needs = { task: ["update"] };

const list = route({
  method: "GET",
  path: "/api/time-entry/task/:taskId",
  access: ofTask,
  run: ({ data, param }) =>
    where(data.timeEntries, ({ taskId }) => taskId === param("taskId"))
      .sort((a, b) => Date.parse(a.startTime) - Date.parse(b.startTime))
      .map((entry) => ({ ...entry, userName: userName(data, entry.userId) })),
});

/** An unknown entry of a known workspace is an empty 200. */
const read = route({
  method: "GET",
  path: "/api/time-entry/:id",
  access: ofEntry,
  run: ({ data, param }) => data.timeEntries.get(param("id")),
});

/** The duration stays 0 even when both ends are given. */
const create = route({
  method: "POST",
  path: "/api/time-entry",
  body: {
    taskId: text(),
    startTime: text(),
    endTime: optional(text()),
    description: optional(text()),
  },
  access: ofTask,
  needs,
  run: ({ data, caller, body }) => {
    const task = requireRow(data.tasks, body.taskId, "Task");
    const entry = addTimeEntry(data, {
      taskId: task.id,
      userId: caller.userId,
      description: body.description ?? "",
      startTime: instant(body.startTime),
      endTime: body.endTime ? instant(body.endTime) : null,
    });
    if (task.userId && task.userId !== caller.userId) {
      notifyAbout(data, task, { userId: task.userId, type: "time_entry_created" });
    }
    return entry;
  },
});

const change = route({
  method: "PUT",
  path: "/api/time-entry/:id",
  body: { startTime: text(), endTime: optional(text()), description: optional(text()) },
  access: ofEntry,
  needs,
  run: ({ data, param, body }) => {
    const entry = requireRow(data.timeEntries, param("id"), "Time entry");
    const startTime = instant(body.startTime);
    const endTime = body.endTime ? instant(body.endTime) : entry.endTime;
    const duration = endTime === null ? null : secondsBetween(startTime, endTime);
    if (duration !== null && duration < 0) {
      const advice = "Please adjust the time range.";
      throw new Refusal(400, `Start time cannot be after end time. ${advice}`);
    }
    const description = body.description ?? entry.description;
    return Object.assign(entry, { startTime, endTime, duration, description, updatedAt: now() });
  },
});

export const timeEntryRoutes = [list, read, create, change];

type NewTimeEntry = Pick<TimeEntry, "taskId" | "userId" | "description" | "startTime" | "endTime">;

export function addTimeEntry(data: SandboxData, fields: NewTimeEntry): TimeEntry {
  const entry: TimeEntry = { id: createId(), ...fields, duration: 0, ...created() };
  data.timeEntries.set(entry.id, entry);
  return entry;
}

function secondsBetween(start: string, end: string): number {
  return Math.floor((Date.parse(end) - Date.parse(start)) / 1000);
}
