import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { readDate } from "../kaneo/dates.ts";
import { findTask } from "../kaneo/task-finder.ts";
import {
  addTimeEntry,
  changeTimeEntry,
  type TimeSpan,
  timeEntryById,
} from "../kaneo/time-entries.ts";
import { renderTimeEntry } from "../text/time-entries.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { resolveText } from "./task-input.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const moment = fields.text.describe("now or RFC 3339");
const note = z.string();

const log = defineTool({
  name: "log_time",
  toolset: "time",
  title: "Log time",
  description:
    "Logs work on a task: minutes alone count back from now; started with ended or minutes is a span; started alone leaves a timer running.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    task: fields.task,
    minutes: z.number().min(1).max(100_000).optional(),
    started: moment.optional(),
    ended: moment.optional(),
    note: note.optional(),
  }),
  example: { task: "WEB-4", minutes: 30, note: "Fresh entry" },
  run: async ({ task: reference, note, ...times }, context) => {
    const span = spanOf(times, context);
    const { task } = await findTask(context.kaneo, reference);
    const entry = await addTimeEntry(context.kaneo, task.id, { ...span, note });
    return { task, entry };
  },
  text: ({ task, entry }, { timeZone, now }) => {
    const line = `${task.key}  ${inline(task.title)}: ${renderTimeEntry(entry, { timeZone, nowMs: now() })}`;
    if (entry.ended !== undefined) return `Logged on ${line}`;
    return `Timer on ${line}\nTo stop it call update_time_entry with ended now.`;
  },
});

const update = defineTool({
  name: "update_time_entry",
  toolset: "time",
  title: "Update time entry",
  description: "Corrects a time entry, or stops a running one with ended now.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    entry: fields.text.describe("Id, from get_task with include time"),
    started: moment.optional(),
    ended: moment.optional(),
    note: note.describe("none clears it").optional(),
  }),
  example: { ended: "now" },
  run: async ({ entry: id, started, ended, note }, context) => {
    if ((started ?? ended ?? note) === undefined) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: give started, ended or note.");
    }
    const before = await timeEntryById(context.kaneo, id);
    const after = await changeTimeEntry(context.kaneo, id, {
      started: started === undefined ? before.started : readMoment(started, context),
      ended: ended === undefined ? before.ended : readMoment(ended, context),
      note: resolveText(note),
    });
    return { before, after };
  },
  text: ({ before, after }, { timeZone, now }) => {
    const [was, is] = [before, after].map((entry) =>
      renderTimeEntry(entry, { timeZone, nowMs: now() }),
    );
    return `Now: ${is}\nWas: ${was}`;
  },
});

export const timeTools = [log, update];

interface Times {
  minutes?: number | undefined;
  started?: string | undefined;
  ended?: string | undefined;
}

function spanOf({ minutes, ...given }: Times, context: ToolContext): TimeSpan {
  const started = given.started === undefined ? undefined : readMoment(given.started, context);
  const ended = given.ended === undefined ? undefined : readMoment(given.ended, context);
  if (minutes === undefined) {
    if (started !== undefined) return { started, ended };
    throw new KaneoMcpError("invalid_input", "How long? Give minutes, or started.", {
      hint: "minutes 90 ends now; started now runs a timer; started and ended is a span.",
    });
  }
  if (started !== undefined && ended !== undefined) {
    throw new KaneoMcpError("invalid_input", "Give minutes or ended beside started, not both.");
  }
  const ms = minutes * 60_000;
  if (started !== undefined) return { started, ended: shifted(started, ms) };
  const end = ended ?? new Date(context.now()).toISOString();
  return { started: shifted(end, -ms), ended: end };
}

function readMoment(text: string, { timeZone, now }: ToolContext): string {
  return text.toLowerCase() === "now" ? new Date(now()).toISOString() : readDate(text, timeZone);
}

function shifted(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString();
}
