/** What the board's view changes (src/board/contract.ts). */
import { z } from "zod";
import type { BoardWritten } from "../../board/contract.ts";
import { KaneoMcpError } from "../../errors.ts";
import { onFailure, reasonOf } from "../../kaneo/api/outcomes.ts";
import type { TaskChanges } from "../../kaneo/tasks/changes.ts";
import { createBareTask } from "../../kaneo/tasks/create.ts";
import type { LocatedTask } from "../../kaneo/tasks/find.ts";
import { PRIORITIES, type Task } from "../../kaneo/tasks/task.ts";
import { cleanText, inline } from "../../untrusted.ts";
import { addComment } from "../comments.ts";
import * as fields from "../fields.ts";
import { resolveNewTask } from "../tasks/create-task.ts";
import { assertDatesInOrder, resolveChanges } from "../tasks/task-arguments.ts";
import { changeTask } from "../tasks/update-task.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { cardNow, cardTask, projectInSight } from "./view-reads.ts";

const writing = { readOnlyHint: false, destructiveHint: true, idempotentHint: false };
/** Nobody loses anything by it. */
const adding = { ...writing, destructiveHint: false };
const shared = {
  toolset: "projects",
  annotations: writing,
  ui: "app",
  beside: (written: BoardWritten) => ({ structuredContent: written }),
} as const;

/** Longer than a view takes to read what this server has written. */
const OWN_MS = 30_000;

const move = defineTool({
  ...shared,
  name: "board_move",
  title: "Move card",
  description: "Moves a card for the board's view, from where the person saw it.",
  input: z.object({
    task_id: fields.text,
    column: fields.text,
    before_id: fields.text.optional(),
    expected_project: fields.text.optional(),
    expected_column: fields.text,
    expected_position: z.int(),
  }),
  example: { column: "done" },
  run: async ({ task_id, column, before_id, ...expected }, context) => {
    const { expected_project, expected_column, expected_position } = expected;
    const located = await cardTask(context.kaneo, task_id);
    const { key, status, position, projectId } = located.task;
    if (projectId !== (expected_project ?? projectId))
      throw notMoved(`${key} is in ${inline(located.project.name)}`);
    // What this server itself moved out of another card's way is where the person saw it, but for its number.
    const isMadeRoom = context.kaneo.wroteSince(task_id, context.kaneo.elapsed() - OWN_MS);
    if (status !== expected_column || (position !== expected_position && !isMadeRoom)) {
      const where = status === expected_column ? "elsewhere in its column" : `in ${status}`;
      throw notMoved(`${key} is ${where}`);
    }
    const place = before_id === undefined ? "bottom" : `before ${before_id}`;
    const args = { status: column, place, calendar: context };
    // Of these arguments only the column, and the card to go before, can be wrong.
    const gone = onFailure(["invalid_input", "not_found"], (): never => {
      throw notMoved(`The place that ${key} was to take is gone`);
    });
    return save(located, await resolveChanges(context.kaneo, located, args).catch(gone), context);
  },
  text: ({ card }) => `Moved ${card.key} to ${card.column}.`,
});

function notMoved(why: string): KaneoMcpError {
  return new KaneoMcpError("conflict", `${why} by now, so it was not moved.`, {
    hint: "The board shows where it is; move it again from there.",
  });
}

const edit = defineTool({
  ...shared,
  name: "board_edit",
  title: "Edit card",
  description: "Changes fields of a card for the board's view; none clears assignee and due.",
  input: z.object({
    task_id: fields.text,
    title: fields.text.optional(),
    priority: z.enum(PRIORITIES).optional(),
    assignee_id: fields.text.optional(),
    due: fields.text.optional(),
    description: z.string().min(0).optional(),
    expected_description: z.string().min(0).optional(),
  }),
  example: { title: "Renamed card", priority: "high", assignee_id: "none", description: "New" },
  run: async ({ task_id, assignee_id: assignee, expected_description, ...given }, context) => {
    const located = await cardTask(context.kaneo, task_id);
    const { key, description } = located.task;
    // As the view was given it, or saved it.
    if (cleanText(description) !== cleanText(expected_description ?? description)) {
      const what = `Somebody changed the description of ${key} meanwhile, so nothing was saved.`;
      throw new KaneoMcpError("conflict", what, {
        hint: "What you wrote is still in its field. Reopened, the card shows the other one.",
      });
    }
    // A person who types none into a text means the word.
    const { description: text, ...words } = given;
    const args = { ...words, assignee, calendar: context };
    const changes = await resolveChanges(context.kaneo, located, args);
    assertDatesInOrder(changes, context.timeZone, located.task);
    return save(located, { ...changes, description: text }, context);
  },
  text: ({ card }) => `Saved ${card.key}.`,
});

const create = defineTool({
  ...shared,
  name: "board_create",
  annotations: adding,
  title: "Create card",
  description: "Creates a card at the end of a column for the board's view.",
  input: z.object({ project_id: fields.text, title: fields.text, column: fields.text }),
  example: { title: "New card", column: "to-do" },
  run: async ({ project_id, title, column: status }, context) => {
    const project = await projectInSight(context.kaneo, project_id);
    const args = { title, status };
    const newTask = await resolveNewTask(context.kaneo, args, { project, calendar: context });
    return written((await createBareTask(context.kaneo, newTask)).task, context);
  },
  text: ({ card }) => `Created ${card.key} in ${card.column}.`,
});

const comment = defineTool({
  ...shared,
  name: "board_comment",
  annotations: adding,
  title: "Comment on card",
  description: "Comments on a card for the board's view.",
  input: z.object({ task_id: fields.text, content: fields.prose }),
  example: { content: "From the board" },
  run: async ({ task_id, content }, context) => {
    const located = await cardTask(context.kaneo, task_id);
    await addComment(context.kaneo, located, content);
    return written(located.task, context);
  },
  text: ({ card }) => `Commented on ${card.key}.`,
});

export const boardWritingTools = [move, edit, create, comment];

async function save(located: LocatedTask, changes: TaskChanges, context: ToolContext) {
  return written((await changeTask(context, located, changes)).task, context);
}

async function written(task: Task, context: ToolContext): Promise<BoardWritten> {
  const unshown = (why: string): never => {
    throw new KaneoMcpError("unavailable", `${task.key} was saved, but cannot be shown: ${why}`, {
      hint: "The board shows how it is now as soon as it can be read.",
    });
  };
  const card = await cardNow(task, context).catch((error) => unshown(reasonOf(error)));
  return { card: card ?? unshown("It is not on the board any more.") };
}
