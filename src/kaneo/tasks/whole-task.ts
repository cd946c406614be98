/** Changes of what has no route of its own: a task's start and place are sent along with all the rest of it. */
import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import { asHelp } from "../api/outcomes.ts";
import { kaneoId, list, moment, optional, word } from "../api/schemas.ts";
import type { Change } from "./changes.ts";
import { changeAssignee, changeDue, changeText, isMoment } from "./field-changes.ts";
import { merge, save } from "./save.ts";
import { rowNow, type Task } from "./task.ts";

/** The change of the start date, ISO 8601; null clears it. */
export function changeStart(start: string | null): Change {
  return {
    field: "start",
    isSo: (task) => isMoment(task.start, start),
    apply: (task) => ({ ...task, start: start ?? undefined }),
    send: async (kaneo, { task }) => ({ task: await putWhole(kaneo, task, { start }) }),
  };
}

/** Sends a task whole: everything but what is wanted as it stands, and left out to stay empty. */
export async function putWhole(
  kaneo: Kaneo,
  task: Task,
  wanted: { start?: string | null; position?: number },
): Promise<Task> {
  const path = endpoint`/api/task/${task.id}`;
  const sent = await kaneo.inTurn(task.id, async () => {
    const from = kaneo.elapsed();
    // Names were looked up since the task was read, and what others changed meanwhile must not be undone.
    const now = await rowNow(kaneo, task.id);
    const current = merge(task, now, now.assigneeName);
    const { title, description, priority, status } = current;
    const { start = current.start, position = current.position } = wanted;
    if (start && current.due && start > current.due) throw unsendable(current);
    const body = {
      title,
      description,
      priority,
      status,
      projectId: now.projectId,
      position,
      userId: current.assignee?.id,
      dueDate: current.due,
      startDate: start ?? undefined,
    };
    const isSo = (row: Task) => row.position === position && isMoment(row.start, start ?? null);
    const field = "start" in wanted ? "start" : "place";
    const { assigneeName } = now;
    const saved = await save(kaneo, current, { field, path, body, isSo, assigneeName });
    const savedMs = Date.parse(saved.savedAt ?? "");
    return { task: saved.task, savedMs, tookMs: kaneo.elapsed() - from };
  });
  return giveBack(kaneo, sent);
}

/** A task that was sent whole: when Kaneo saved it, and how long it took from the read before until then. */
interface SentWhole {
  task: Task;
  savedMs: number;
  tookMs: number;
}

/**
 * Makes once more what another program changed after the task was read and before it was sent whole: Kaneo has recorded
 * that, all but descriptions, starts and places. Of two that changed one task at the same moment, 14 of 40 were lost otherwise.
 */
async function giveBack(kaneo: Kaneo, sent: SentWhole): Promise<Task> {
  let { task } = sent;
  const path = endpoint`/api/activity/${task.id}`;
  const events = (await asHelp(kaneo.get(path, recordsSchema))) ?? [];
  for (const change of undoneBy(sent, events)) {
    ({ task } = (await asHelp(change.send(kaneo, { task }))) ?? { task });
  }
  return task;
}

/** `GET /api/activity/:taskId`, the newest first. */
const recordsSchema = list(
  z
    .object({
      type: z.string(),
      createdAt: moment,
      eventData: optional(
        z.object({
          newAssigneeId: optional(kaneoId),
          newAssignee: optional(z.string()),
          newDueDate: optional(moment),
          newTitle: optional(z.string()),
          newPriority: optional(word),
          oldStatus: optional(word),
          newStatus: optional(word),
        }),
      ),
    })
    .transform(({ type, createdAt, eventData }) => {
      return { ...eventData, type, atMs: Date.parse(createdAt) };
    }),
);
type Recorded = z.infer<typeof recordsSchema>[number];

function undoneBy({ task, savedMs, tookMs }: SentWhole, events: readonly Recorded[]) {
  const recent = events.filter(({ atMs }) => Math.abs(atMs - savedMs) <= tookMs);
  const newest = (...types: string[]) => recent.find(({ type }) => types.includes(type));
  const person = newest("assignee_changed", "unassigned");
  const due = newest("due_date_changed");
  const title = newest("title_changed")?.newTitle;
  const priority = newest("priority_changed")?.newPriority;
  // This may be recorded of the whole task, too: what it was before that was sent.
  const status = newest("status_changed");
  const isOurs = status?.newStatus === task.status && status.atMs >= savedMs;
  const lost = isOurs ? status.oldStatus : status?.newStatus;
  const { newAssigneeId: id, newAssignee: name = "" } = person ?? {};
  const changes = [
    person && changeAssignee(id === undefined ? null : { id, name }),
    due && changeDue(due.newDueDate ?? null),
    title && changeText("title", title),
    priority && changeText("priority", priority),
    lost && changeText("status", lost),
  ];
  return changes.flatMap((change) => (change && !change.isSo(task) ? [change] : []));
}

/** The failure of a task that Kaneo takes nowhere as a whole. Its due date alone may be set before its start. */
function unsendable({ key }: Task): KaneoMcpError {
  const why = `${key} starts after it is due, so Kaneo takes no other place or start of it.`;
  return new KaneoMcpError("conflict", why, {
    hint: `Correct start and due of ${key} with update_task, then call again.`,
  });
}
