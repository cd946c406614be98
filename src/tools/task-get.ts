import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { relationsOf, type TaskRelation } from "../kaneo/relations.ts";
import { findTask, type LocatedTask } from "../kaneo/task-finder.ts";
import { readCursor, writeCursor } from "../kaneo/task-order.ts";
import { renderMoment } from "../text/dates.ts";
import { renderTaskFields } from "../text/task-line.ts";
import { MOST_CHARACTERS, sliceText } from "../text/text.ts";
import { cleanText, fence, inline } from "../text/untrusted.ts";
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

interface Page extends TaskDetails {
  include: Part[] | undefined;
  cursor: string | undefined;
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
      .min(0)
      .optional(),
    cursor: fields.cursor.optional(),
  }),
  example: { task: "WEB-4", include: ["comments", "activity", "relations", "time", "links"] },
  run: async ({ task: reference, include, cursor }, { kaneo }) => {
    const located = await findTask(kaneo, reference);
    return { ...(await detailsOf(kaneo, located, include)), include, cursor };
  },
  text: renderPage,
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

/** From the cursor on as much as one answer holds, so that a walk of all cursors shows every character once. */
function renderPage(details: Page, context: ToolContext): string {
  const { task, include, cursor } = details;
  const facts = renderFacts(details, context);
  const texts = renderTexts(details, context.timeZone);
  const identity = [task.id, include, texts];
  const [from] = cursor === undefined ? [0] : readCursor(cursor, identity);
  const start = Number(from);

  const factsHere = wholeLines(facts.slice(start));
  const isFactsCut = start + factsHere.length < facts.length;
  const room = isFactsCut ? 0 : ROOM - factsHere.length;
  const textsHere = sliceText(texts.slice(Math.max(0, start - facts.length)), room);
  const end = start + factsHere.length + textsHere.length;
  const total = facts.length + texts.length;
  const sections = [
    start === 0 ? "" : `${inline(task.key, 60)}, from character ${start} of ${total}:`,
    factsHere,
    textsHere === "" ? "" : fence(textsHere, ROOM),
    end >= total
      ? ""
      : `More: ${end} of ${total} characters are shown; repeat with cursor ${writeCursor([end], identity)}`,
  ];
  return sections.filter((section) => section !== "").join("\n");
}

/** The lines of the fence and of the cursor take the rest. */
const ROOM = MOST_CHARACTERS - 1_000;

/** No part of a title or name may begin a line, where it could pass for one of ours. */
function wholeLines(text: string): string {
  if (text.length <= ROOM) return text;
  const cut = sliceText(text, ROOM);
  return cut.slice(0, cut.lastIndexOf("\n") + 1) || cut;
}

/** What has a form of its own: fields, relations, times. */
function renderFacts(details: TaskDetails, { timeZone, now }: ToolContext): string {
  const { task, project, columns, comments, activity, relations, time, links } = details;
  const isWordless = task.description.trim() === "" && !comments?.length;
  const sections = [
    `${inline(task.key, 60)}  ${inline(task.title, LONGEST_TITLE)}`,
    `Project: ${inline(project.name, 60)}`,
    renderTaskFields(task, columns, timeZone),
    `Created: ${renderMoment(task.createdAt, timeZone)}`,
    relations && (renderRelations(relations) || "Relations: none"),
    time && section("Time", renderTimeEntries(time, { timeZone, nowMs: now() }) || "none logged"),
    links && section("Links", renderExternalLinks(links) || "none"),
    activity && section("Activity", renderActivity(activity, timeZone) || "none"),
    isWordless ? `No description${comments === undefined ? "" : ", no comments"}.` : undefined,
  ];
  return sections.filter((section) => section !== undefined).join("\n");
}

const LONGEST_TITLE = 200;

function section(heading: string, lines: string): string {
  return lines.startsWith("none") ? `${heading}: ${lines}` : `${heading}:\n${lines}`;
}

/** Everything that people wrote at length, for one fence; "" when there is nothing. */
function renderTexts(details: TaskDetails, timeZone: string): string {
  const { task, comments = [], olderComments } = details;
  const isLongTitle = inline(task.title, Number.POSITIVE_INFINITY).length > LONGEST_TITLE;
  const older = olderComments === 0 ? "" : ` (${olderComments} older: include comments)`;
  const texts = [
    isLongTitle ? `Title: ${task.title}` : "",
    task.description.trim() === "" ? "" : `Description:\n${task.description}`,
    comments.length === 0 ? "" : `Comments${older}:\n${renderComments(comments, timeZone)}`,
  ];
  return cleanText(texts.filter((text) => text !== "").join("\n\n"));
}

export const taskGetTools = [getTask];
