import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { mapConcurrently } from "../../kaneo/api/concurrency.ts";
import { readCursor, writeCursor } from "../../kaneo/api/cursors.ts";
import { endpoint, type Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp, doneIn } from "../../kaneo/api/outcomes.ts";
import { list, optional } from "../../kaneo/api/schemas.ts";
import { eventsOf } from "../../kaneo/events/events.ts";
import { relationsOf, withColumns, withDueDates } from "../../kaneo/relations/relations.ts";
import type { LocatedTask } from "../../kaneo/tasks/find.ts";
import { eachTaskOnce, findTasks, splitKeys } from "../../kaneo/tasks/find-many.ts";
import { timeEntriesOf } from "../../kaneo/time-entries.ts";
import { renderMinute } from "../../text/dates.ts";
import { renderFormer, renderHistory, UNRECORDED } from "../../text/events.ts";
import { renderTaskFields } from "../../text/task-line.ts";
import { MOST_CHARACTERS, spaced, stacked } from "../../text/text.ts";
import { cleanText, fence, inline, quoted, sliceText } from "../../untrusted.ts";
import { commentsOf, renderComments, withAuthors, withForeign } from "../comments.ts";
import * as fields from "../fields.ts";
import { renderRelations } from "../relations.ts";
import { renderTimeEntries } from "../time.ts";
import { defineTool, type ToolContext } from "../tool.ts";

const PARTS = ["description", "comments", "activity", "relations", "time", "links"] as const;
type Part = (typeof PARTS)[number];
const USUAL: readonly Part[] = ["description", "relations", "comments", "links"];

const COMMENTS_BY_DEFAULT = 5;

const MOST_TASKS = 20;

export const getTask = defineTool({
  name: "get_task",
  toolset: "tasks",
  description:
    "Shows one task or several with all fields, and without include also the whole description, relations (subtasks, blockers) and the last 5 comments.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  isAlwaysLoaded: true,
  input: z.object({
    task: fields.listOf(fields.task).max(MOST_TASKS),
    include: z.array(z.enum(PARTS)).describe("Exactly these parts; [] for none").min(0).optional(),
    cursor: fields.cursor.optional(),
  }),
  alsoRead: { tasks: "task", key: "task", id: "task" },
  example: {
    task: ["WEB-4", "WEB-7"],
    include: ["comments", "activity", "relations", "time", "links"],
  },
  run: async ({ task: references, include, cursor }, { kaneo }) => {
    const findings = eachTaskOnce(await findTasks(kaneo, splitKeys(references, MOST_TASKS)));
    const [first] = findings;
    if (first instanceof KaneoMcpError && doneIn(findings).length === 0) throw first;
    const found = await mapConcurrently(findings, async (finding) =>
      // A task that was not found is the failure that says so.
      finding instanceof KaneoMcpError ? finding : detailsOf(kaneo, finding, include),
    );
    return { found, cursor };
  },
  page: ({ found: [only, ...others] }) =>
    only === undefined || only instanceof KaneoMcpError || others.length > 0 ? undefined : only,
  text: ({ found, cursor }, context) => renderPage(found, cursor, context),
});

async function detailsOf(kaneo: Kaneo, located: LocatedTask, include: readonly Part[] | undefined) {
  const { task, project } = located;
  const { id, urls } = task;
  const wanted = new Set(include ?? USUAL);
  const ifWanted = <T>(part: Part, read: () => T) => (wanted.has(part) ? read() : undefined);
  const readEvents = () => eventsOf(kaneo, { ...task, project });
  const readLinks = () => kaneo.get(endpoint`/api/external-link/task/${id}`, linkListSchema);
  const needsEvents = wanted.has("activity") || include?.includes("comments");
  const isUntied = include === undefined && urls?.length === 0;
  const [own, history, relations, time, links] = await Promise.all([
    ifWanted("comments", () => commentsOf(kaneo, id)),
    needsEvents ? readEvents() : undefined,
    ifWanted("relations", async () => {
      const relations = await relationsOf(kaneo, located);
      return withColumns(kaneo, await withDueDates(kaneo, relations), located);
    }),
    ifWanted("time", () => timeEntriesOf(kaneo, id)),
    isUntied ? undefined : ifWanted("links", () => (include ? readLinks() : asHelp(readLinks()))),
  ]);
  // What people said on the other platform Kaneo keeps among its events alone.
  const isTied = include === undefined && links !== undefined && links.length > 0;
  const events = history ?? (isTied ? await asHelp(readEvents()) : undefined);
  const comments = own && withForeign(id, own, events ?? []);
  const activity = events && (await ifWanted("activity", () => withAuthors(kaneo, id, events)));
  const shown = include === undefined ? comments?.slice(-COMMENTS_BY_DEFAULT) : comments;
  const olderComments = (comments?.length ?? 0) - (shown?.length ?? 0);
  // The others are those that Kaneo has from GitHub, or of accounts that are gone.
  const by = events === undefined ? " by members" : "";
  const parts = { activity, relations, time, links: include || isTied ? links : undefined, by };
  const description = ifWanted("description", () => task.description);
  return { ...located, ...parts, description, comments: shown, olderComments };
}

/** A part that was not asked for is undefined. */
type TaskDetails = Awaited<ReturnType<typeof detailsOf>>;

/** From the cursor on as much as one answer holds, so that a walk of all cursors shows every character once. */
function renderPage(
  found: readonly (TaskDetails | KaneoMcpError)[],
  cursor: string | undefined,
  context: ToolContext,
): string {
  const tasks = doneIn(found);
  const hasTimes = tasks.some((one) =>
    [one.comments, one.activity, one.time].some((part) => part?.length),
  );
  const events = tasks.flatMap(({ activity = [] }) => activity);
  const unrecorded = stacked([UNRECORDED, renderFormer(events)]);
  const facts = [
    ...found.map((one) => renderFacts(one, context)),
    ...(tasks.some(({ activity }) => activity !== undefined) ? [unrecorded] : []),
    ...(hasTimes ? [`Times are in ${context.timeZone}.`] : []),
  ].join(found.length === 1 ? "\n" : "\n\n");
  const texts = tasks
    .map((details) => renderTexts(details, { ...context, isOneOfMany: tasks.length > 1 }))
    .filter(Boolean)
    .join("\n\n");
  // A page begins at a character: what was found must be the same, and the facts as long, though a timer that runs on may show
  // another minute in them.
  const identity = [found, facts.length];
  const start = cursor === undefined ? 0 : Number(readCursor(cursor, identity)[0]);

  const factsHere = wholeLines(facts.slice(start));
  const isFactsCut = start + factsHere.length < facts.length;
  const room = isFactsCut ? 0 : ROOM - factsHere.length;
  const textsHere = sliceText(texts.slice(Math.max(0, start - facts.length)), room);
  const end = start + factsHere.length + textsHere.length;
  const total = facts.length + texts.length;
  const keys = tasks.map(({ task }) => inline(task.key, 60));
  return stacked([
    start > 0 && `${keys.join(", ")}, from character ${start} of ${total}:`,
    factsHere,
    textsHere !== "" && fence(textsHere, ROOM),
    end < total &&
      `More: ${end} of ${total} characters are shown; repeat with cursor ${writeCursor([end], identity)}`,
  ]);
}

/** The lines of the fence and of the cursor take the rest. */
const ROOM = MOST_CHARACTERS - 1_000;

/** No part of a title or name may begin a line, where it could pass for one of ours. */
function wholeLines(text: string): string {
  if (text.length <= ROOM) return text;
  const cut = sliceText(text, ROOM);
  return cut.slice(0, cut.lastIndexOf("\n") + 1) || cut;
}

function renderFacts(details: TaskDetails | KaneoMcpError, calendar: ToolContext): string {
  const { timeZone } = calendar;
  if (details instanceof KaneoMcpError) return details.message;
  const { task, project, columns, description, comments, by, activity } = details;
  const { relations, time, links } = details;
  const empty = [
    task.due === undefined && "due date",
    task.labels.length === 0 && "labels",
    relations?.length === 0 && "blockers or other relations",
    relations?.length && !relations.some(({ kind }) => kind === "blocked_by") && "blockers",
    description?.trim() === "" && "description",
    comments?.length === 0 && `comments${by}`,
  ].filter(Boolean);
  return stacked([
    `${inline(task.key, 60)}  ${quoted(task.title, LONGEST_TITLE)}`,
    `Project: ${inline(project.name, 60)}${project.archivedAt === undefined ? "" : " (archived)"}`,
    renderTaskFields(task, columns, timeZone),
    `Created: ${renderMinute(task.createdAt, timeZone)}`,
    relations && renderRelations(relations, timeZone),
    time && section("Time", renderTimeEntries(time, calendar), "none logged"),
    links && section("Links", renderExternalLinks(links)),
    activity && section("Activity", renderHistory(activity, timeZone)),
    empty.length > 0 && `No ${empty.join(", no ")}.`,
  ]);
}

const LONGEST_TITLE = 200;

function section(heading: string, lines: string, nothing = "none"): string {
  return lines === "" ? `${heading}: ${nothing}` : `${heading}:\n${lines}`;
}

/** Everything that people wrote at length, for one fence; "" when there is nothing. */
function renderTexts(
  details: TaskDetails,
  { timeZone, isOneOfMany }: { timeZone: string; isOneOfMany: boolean },
): string {
  const { task, description = "", comments = [], by, olderComments } = details;
  const isLongTitle = inline(task.title, Number.POSITIVE_INFINITY).length > LONGEST_TITLE;
  const older = olderComments === 0 ? "" : ` (${olderComments} older: include comments)`;
  const of = isOneOfMany ? ` of ${inline(task.key, 60)}` : "";
  const texts = [
    isLongTitle && `Title${of}: ${task.title}`,
    description.trim() !== "" && `Description${of}:\n${description}`,
    comments.length > 0 && `Comments${of}${by}${older}:\n${renderComments(comments, timeZone)}`,
  ];
  return cleanText(texts.filter(Boolean).join("\n\n"));
}

/** `GET /api/external-link/task/:taskId`: what integrations tied to a task elsewhere; a type is such as `pull_request`. */
const linkListSchema = list(
  z.object({ resourceType: z.string(), url: z.string(), title: optional(z.string()) }),
);

/** A line each: `pull request  "Fix login"  https://github.com/…`; "" when there are none. */
function renderExternalLinks(links: z.infer<typeof linkListSchema>): string {
  return links
    .map(({ resourceType, title = "", url }) =>
      spaced([
        inline(resourceType.replaceAll("_", " "), 40),
        title && quoted(title),
        inline(url, 500),
      ]),
    )
    .join("\n");
}
