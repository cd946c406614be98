/** What the board's view reads (src/board/contract.ts): everything by its id, as data. */
import { z } from "zod";
import type { BoardCard, BoardCardDetails, BoardData } from "../../board/contract.ts";
import { KaneoMcpError } from "../../errors.ts";
import { fingerprint } from "../../kaneo/api/cursors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { saying } from "../../kaneo/api/outcomes.ts";
import { type Label, labelsOf, membersOf, type Project } from "../../kaneo/api/schemas.ts";
import { readDate } from "../../kaneo/dates/read-dates.ts";
import { eventsOf } from "../../kaneo/events/events.ts";
import { channelOf } from "../../kaneo/events/live.ts";
import { projectById } from "../../kaneo/projects/find.ts";
import { relationsOf } from "../../kaneo/relations/relations.ts";
import { type LocatedTask, taskById } from "../../kaneo/tasks/find.ts";
import { boardOf, columnsWithTasks } from "../../kaneo/tasks/project-tasks.ts";
import type { Task } from "../../kaneo/tasks/task.ts";
import { plainDays, renderDay } from "../../text/dates.ts";
import { commentsOf, withForeign } from "../comments.ts";
import * as fields from "../fields.ts";
import { addressOf, defineTool, type ToolContext } from "../tool.ts";

const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };

const boardData = defineTool({
  name: "board_data",
  toolset: "projects",
  description: "Gives the board's view its columns and cards; nothing where they are as before.",
  annotations: reading,
  ui: "app",
  input: z.object({ project_id: fields.text, since: z.string().optional() }),
  run: ({ project_id, since }, context) => readBoard(project_id, since, context),
  beside: (data) => ({ structuredContent: data }),
  text: ({ unchanged, cards = [] }) =>
    unchanged ? "The board is as before." : `The board has ${cards.length} cards.`,
});

async function readBoard(
  projectId: string,
  since: string | undefined,
  context: ToolContext,
): Promise<BoardData> {
  const { kaneo, isReadOnly } = context;
  const project = await projectInSight(kaneo, projectId);
  const { workspaceId } = project;
  const asked = kaneo.elapsed();
  const from = await kaneo.unchangedSince(channelOf(projectId));
  // Where nothing would be announced, it is the present.
  const isLive = from < asked;
  const [board, people, labels] = await Promise.all([
    kaneo.asOf(from).kept(boardOf(projectId)),
    kaneo.kept(membersOf(workspaceId)),
    kaneo.kept(labelsOf(workspaceId)),
  ]);
  // Cards become late by themselves.
  const isOver = overTest(context);
  const late = board.rows.filter(({ dueDate }) => isOver(dueDate)).length;
  const version = fingerprint([board.print, late, isReadOnly, project, people, labels]);
  if (version === since) return { version, unchanged: true, isLive };
  const url = await addressOf({ project }, context);
  return {
    version,
    isLive,
    project: {
      id: project.id,
      slug: project.slug,
      name: project.name,
      ...(url !== undefined && { url }),
    },
    readOnly: isReadOnly,
    columns: board.columns.map(({ slug, name }) => ({ slug, name })),
    cards: columnsWithTasks(board, project).flatMap(({ column, tasks }) =>
      tasks.map((task) => {
        const isLate = !column.isFinal && isOver(task.due);
        return cardOf(task, isLate, context.timeZone);
      }),
    ),
    people: people.map(({ id, name }) => ({ id, name })),
    labels: labels.map(labelOf),
  };
}

/** @throws KaneoMcpError "not_found". */
export async function projectInSight(kaneo: Kaneo, id: string): Promise<Project> {
  const project = await projectById(kaneo, id);
  if (project !== undefined) return project;
  throw new KaneoMcpError("not_found", "This board's project is gone, or out of sight.", {
    hint: "The chat can show the board of another one.",
  });
}

/** Whether what is due then is late by now: as in list_tasks a day without a time once it is over. */
function overTest(context: ToolContext): (due: string | undefined) => boolean {
  const now = new Date(context.now()).toISOString();
  const today = plainDays(readDate("today", context), context);
  return (due) => due !== undefined && due <= now && !today.includes(due);
}

function cardOf(task: Task, isLate: boolean, timeZone: string): BoardCard {
  const { id, key, number, title, priority, position, assignee, due, labels } = task;
  return {
    id,
    key,
    number,
    title,
    priority,
    position,
    column: task.status,
    ...(assignee && { assignee: assignee.id }),
    ...(due !== undefined && { due: renderDay(due, timeZone) }),
    ...(isLate && { isLate }),
    labels: labels.map(labelOf),
  };
}

function labelOf({ name, color }: Pick<Label, "name" | "color">) {
  return { name, color };
}

/** The task of a card. @throws KaneoMcpError "not_found", for a person, who has no keys and no tools. */
export function cardTask(kaneo: Kaneo, id: string): Promise<LocatedTask> {
  const message = "This card was deleted, or is out of sight.";
  const hint = "The board shows those that are there.";
  return taskById(kaneo, id).catch(saying("not_found", { message, hint }));
}

/** The card of a task as it is now. */
export async function cardNow(task: Task, context: ToolContext): Promise<BoardCard | undefined> {
  const { cards = [] } = await readBoard(task.projectId, undefined, context);
  return cards.find(({ id }) => id === task.id);
}

const boardCard = defineTool({
  name: "board_card",
  toolset: "projects",
  description: "Gives the board's view what an open card shows.",
  annotations: reading,
  ui: "app",
  input: z.object({ task_id: fields.text }),
  run: async ({ task_id }, { kaneo }): Promise<BoardCardDetails> => {
    const located = await cardTask(kaneo, task_id);
    const [own, events, relations] = await Promise.all([
      commentsOf(kaneo, task_id),
      eventsOf(kaneo, { ...located.task, project: located.project }),
      relationsOf(kaneo, located),
    ]);
    const comments = withForeign(task_id, own, events);
    return {
      description: located.task.description,
      comments: comments.map(({ author = "Somebody", createdAt: when, text }) => {
        return { author, when, text };
      }),
      relations: relations.map(({ kind, other: { key, title, status } }) => {
        return { kind, key, title, status };
      }),
    };
  },
  beside: (details) => ({ structuredContent: details }),
  text: ({ comments }) => `The card has ${comments.length} comments.`,
});

export const boardReadingTools = [boardData, boardCard];
