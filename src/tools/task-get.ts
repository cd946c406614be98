import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { relationsOf, type TaskRelation } from "../kaneo/relations.ts";
import { findTask, type LocatedTask } from "../kaneo/task-finder.ts";
import { renderMoment } from "../text/dates.ts";
import { renderTaskFields } from "../text/task-line.ts";
import { limitAnswer, MOST_CHARACTERS, sliceText } from "../text/text.ts";
import { fence, inline } from "../text/untrusted.ts";
import {
  type Activity,
  activityOf,
  type ExternalLink,
  externalLinksOf,
  renderActivity,
  renderExternalLinks,
} from "./activity.ts";
import { type Comment, commentsOf, renderComments } from "./comments.ts";
import * as fields from "./fields.ts";
import { renderRelations } from "./relations.ts";
import { renderTimeEntries, type TimeEntry, timeEntriesOf } from "./time.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const PARTS = ["comments", "activity", "relations", "time", "links"] as const;
type Part = (typeof PARTS)[number];

const COMMENTS_BY_DEFAULT = 5;

interface TaskDetails extends LocatedTask {
  /** Undefined where a part was not asked for. */
  comments: Comment[] | undefined;
  /** Comments that are not in `comments`. */
  olderComments: number;
  activity: Activity[] | undefined;
  relations: TaskRelation[] | undefined;
  time: TimeEntry[] | undefined;
  links: ExternalLink[] | undefined;
}

const getTask = defineTool({
  name: "get_task",
  toolset: "tasks",
  title: "Get task",
  description:
    "Shows one task with all its fields and its whole description. Without include also its relations (subtasks, blockers) and last 5 comments.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({
    task: fields.task,
    include: z
      .array(z.enum(PARTS))
      .describe(
        "Exactly these parts: all comments, activity (who changed what), time entries, …; [] for none",
      )
      .optional(),
  }),
  example: { task: "WEB-4", include: ["comments", "activity", "relations", "time", "links"] },
  run: async ({ task: reference, include }, { kaneo }) => {
    const located = await findTask(kaneo, reference);
    return detailsOf(kaneo, located, include);
  },
  text: renderDetails,
});

async function detailsOf(
  kaneo: Kaneo,
  located: LocatedTask,
  include: readonly Part[] | undefined,
): Promise<TaskDetails> {
  const wanted = new Set(include ?? ["relations", "comments"]);
  const { id } = located.task;
  const [comments, activity, relations, time, links] = await Promise.all([
    wanted.has("comments") ? commentsOf(kaneo, id) : undefined,
    wanted.has("activity") ? activityOf(kaneo, located) : undefined,
    wanted.has("relations") ? relationsOf(kaneo, located) : undefined,
    wanted.has("time") ? timeEntriesOf(kaneo, id) : undefined,
    wanted.has("links") ? externalLinksOf(kaneo, id) : undefined,
  ]);
  const shown = include === undefined ? comments?.slice(-COMMENTS_BY_DEFAULT) : comments;
  const olderComments = (comments?.length ?? 0) - (shown?.length ?? 0);
  return { ...located, comments: shown, olderComments, activity, relations, time, links };
}

function renderDetails(details: TaskDetails, { timeZone, now }: ToolContext): string {
  const { task, project, columns, activity, relations, time, links } = details;
  const sections = [
    `${inline(task.key, 60)}  ${inline(task.title, 200)}`,
    `Project: ${inline(project.name, 60)}`,
    renderTaskFields(task, columns, timeZone),
    `Created: ${renderMoment(task.createdAt, timeZone)}`,
    relations && (renderRelations(relations) || "Relations: none"),
    time && (renderTimeEntries(time, { timeZone, nowMs: now() }) || "Time: none logged"),
    links && (renderExternalLinks(links) || "Links: none"),
    activity && (renderActivity(activity, timeZone) || "Activity: none"),
  ];
  const head = limitAnswer(sections.filter((section) => section).join("\n"), MOST_CHARACTERS / 2);
  const room = MOST_CHARACTERS - head.length - FENCE_CHARACTERS;
  return `${head}\n${renderTexts(details, { timeZone, room })}`;
}

/** More than the lines of a fence have. */
const FENCE_CHARACTERS = 400;

const GAP = "\n\n";

/** Everything that people wrote at length, in one fence of at most `room` characters; old comments are left out first. */
function renderTexts(
  details: TaskDetails,
  { timeZone, room }: { timeZone: string; room: number },
): string {
  const { task, comments = [], olderComments } = details;
  const isLongTitle = inline(task.title, 200) !== inline(task.title, Number.POSITIVE_INFINITY);
  const title = isLongTitle ? `Title: ${sliceText(task.title, 2_000)}` : "";
  const description = task.description.trim() === "" ? "" : `Description:\n${task.description}`;
  const forComments = Math.max(Math.floor(room / 2), room - title.length - description.length);
  const shown = newestThatFit(comments, forComments, timeZone);
  const left = olderComments + comments.length - shown.length;
  const hint = olderComments > 0 ? ": include comments" : "";
  const older = left === 0 ? "" : ` (${left} older${hint})`;
  const commentText =
    shown.length === 0 ? "" : `Comments${older}:\n${renderComments(shown, timeZone)}`;
  const forDescription = Math.max(room - title.length - commentText.length, Math.floor(room / 3));
  const texts = [title, shorten(description, forDescription), commentText];
  const present = texts.filter((text) => text !== "");
  if (present.length > 0) return fence(present.join(GAP), room + 2 * GAP.length);
  return details.comments === undefined ? "No description." : "No description, no comments.";
}

function newestThatFit(comments: readonly Comment[], room: number, timeZone: string): Comment[] {
  let length = 0;
  const first = comments.findLastIndex((comment) => {
    length += renderComments([comment], timeZone).length + 1;
    return length > room;
  });
  const fitting = comments.slice(first + 1);
  // One that is longer than everything is cut by the fence.
  return fitting.length === 0 ? comments.slice(-1) : fitting;
}

function shorten(text: string, most: number): string {
  const notice = `… (${text.length - most} more characters; read them in Kaneo)`;
  return text.length <= most ? text : `${sliceText(text, most - notice.length)}${notice}`;
}

export const taskGetTools = [getTask];
