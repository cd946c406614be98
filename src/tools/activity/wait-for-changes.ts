import { z } from "zod";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { OWN_CHANNEL } from "../../kaneo/events/live.ts";
import { newsOf, type ProjectNews } from "../../kaneo/events/project-watch.ts";
import { type Waited, type Watched, waitFor } from "../../kaneo/events/waiting.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { findTask } from "../../kaneo/tasks/find.ts";
import { renderEvent } from "../../text/events.ts";
import { renderTaskLine } from "../../text/task-line.ts";
import { stacked } from "../../text/text.ts";
import { fence, inline, renderPlace } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { latest, type Notification, renderNotification, withTaskKeys } from "../notifications.ts";
import { defineTool } from "../tool.ts";

const MOST_SECONDS = 20;

export const waitForChanges = defineTool({
  name: "wait_for_changes",
  toolset: "projects",
  description:
    "Waits until somebody else changes something in a project or task, or the time is over, and says what. Without both: the default project, else this account's notifications.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "watch, listen, until somebody answers",
  input: z.object({
    project: fields.text.optional(),
    workspace: fields.workspace,
    task: fields.text.optional(),
    seconds: z.int().min(0).max(MOST_SECONDS).default(MOST_SECONDS),
  }),
  example: { project: "WEB", seconds: 0 },
  run: async ({ project: named, workspace, task: reference, seconds }, { kaneo, signal }) => {
    const wait = <State>(of: Watched<State, News>) => waitFor(kaneo, of, { seconds, signal });
    if (reference !== undefined) {
      const { task, project } = await findTask(kaneo, reference);
      return { name: inline(task.key, 60), waited: await wait(newsOf(kaneo, project, task.id)) };
    }
    if ((named ?? workspace ?? kaneo.defaults.project) === undefined)
      return { name: "Notifications", waited: await wait(newNotifications(kaneo)) };
    const project = await findProject(kaneo, { project: named, workspace });
    return { name: renderPlace(project), waited: await wait(newsOf(kaneo, project)) };
  },
  text: ({ name, waited }, { timeZone }) => {
    const { news = {}, seconds, isFirst } = waited;
    const { held = 0, isCut = false } = news;
    const lines = linesOf(news, timeZone);
    if (lines.length === 0) return `${name}: nothing happened in ${seconds} s. ${howHeard(waited)}`;
    const rest = lines.length - MOST_LINES;
    return stacked([
      `${name}, after ${seconds} s, times in ${timeZone}:`,
      fence(lines.slice(0, MOST_LINES).join("\n")),
      isCut && "More happened: list_activity tells how to find it.",
      held > 0 && `… ${held} more events: call this again for them.`,
      rest > 0 && `… ${rest} more: list_activity and list_tasks have all.`,
      isFirst && "This first look goes back a few seconds before the call.",
      howHeard(waited),
    ]);
  },
});

/** Of a project, or of this account. */
type News = Partial<ProjectNews> & { notifications?: Notification[] };

function newNotifications(kaneo: Kaneo): Watched<Notification[], News> {
  return {
    channel: OWN_CHANNEL,
    scope: "",
    look: async (before) => {
      const now = await withTaskKeys(kaneo, await latest(kaneo));
      const known = new Set(before?.map(({ id }) => id));
      // What came since the call is news also to the first look.
      const isNews = ({ id, createdAt }: Notification) =>
        before ? !known.has(id) : Date.parse(createdAt) >= kaneo.madeAt();
      const notifications = now.filter(isNews).reverse();
      return { state: now, news: notifications.length === 0 ? undefined : { notifications } };
    },
  };
}

const MOST_LINES = 50;

function linesOf(
  { notifications = [], events = [], changed = [], gone = [], isBoardChanged }: News,
  timeZone: string,
): string[] {
  return [
    ...notifications.map((one) => renderNotification(one, timeZone)),
    ...events.map((event) => renderEvent(event, timeZone)),
    ...changed.map((task) => `  somebody changed  ${renderTaskLine(task, timeZone)}`),
    ...gone.map(
      ({ task, announced = "" }) =>
        `  somebody ${LEAVING[announced] ?? "deleted, or moved to another project,"}  ${renderTaskLine(task, timeZone)}`,
    ),
    ...(isBoardChanged ? ["  somebody changed the columns; get_project shows them"] : []),
  ];
}

/** What became of a task, by what Kaneo announced last. */
const LEAVING: Readonly<Record<string, string>> = {
  TASK_DELETED: "deleted",
  TASK_MOVED: "moved to another project",
};

function howHeard({ isLive, pollSeconds }: Waited<unknown>): string {
  return isLive
    ? "Heard live from Kaneo."
    : `Kaneo cannot be heard live from here, so it was asked every ${pollSeconds} s.`;
}
