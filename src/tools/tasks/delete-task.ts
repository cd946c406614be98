import { z } from "zod";
import { endpoint } from "../../kaneo/api/kaneo.ts";
import { asHelp, confirmGone, onFailure } from "../../kaneo/api/outcomes.ts";
import { projectsOf, taskSchema } from "../../kaneo/api/schemas.ts";
import { showsKept } from "../../kaneo/assets.ts";
import { relationsOf } from "../../kaneo/relations/relations.ts";
import { findTask } from "../../kaneo/tasks/find.ts";
import { timeEntriesOf } from "../../kaneo/time-entries.ts";
import { renderTaskFields } from "../../text/task-line.ts";
import { limitAnswer, MOST_CHARACTERS, stacked } from "../../text/text.ts";
import { fence, quoted } from "../../untrusted.ts";
import { commentsOf, GONE, MOST_DELETED, renderComments } from "../comments.ts";
import * as fields from "../fields.ts";
import { renderRelations } from "../relations.ts";
import { renderTimeEntries } from "../time.ts";
import { defineTool } from "../tool.ts";

export const deleteTask = defineTool({
  name: "delete_task",
  toolset: "tasks",
  description:
    "Deletes a task for good, with its comments and time entries. To put it away instead, use update_task with status archived.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    task: fields.task,
    confirm_title: fields.text.describe("Its exact title, as lists show it"),
  }),
  example: { task: "WEB-6", confirm_title: "Dark mode contrast" },
  run: async ({ task: reference, confirm_title }, { kaneo }) => {
    const located = await findTask(kaneo, reference);
    const { task, project, columns } = located;
    fields.assertConfirmed(confirm_title, task.title, {
      why: `${task.key} is titled ${quoted(task.title, 500)}, not ${quoted(confirm_title)}. Nothing was deleted.`,
      hint: "Make sure that it is the right task, then repeat with its title.",
    });
    // Kaneo brings nothing back, so that what can be made anew is told.
    const parts = await Promise.all([
      asHelp(relationsOf(kaneo, located)),
      asHelp(commentsOf(kaneo, task.id)),
      asHelp(timeEntriesOf(kaneo, task.id)),
    ]);
    const path = endpoint`/api/task/${task.id}`;
    await confirmGone(await kaneo.delete(path, taskSchema), {
      what: task.key,
      id: task.id,
      rows: () => {
        const rows = kaneo.get(path, taskSchema).then((row) => [row]);
        return rows.catch(onFailure("not_found", () => []));
      },
    });
    // The number of tasks is what keys are resolved with.
    kaneo.forget(projectsOf(project.workspaceId));
    return { task, columns, parts };
  },
  text: ({ task, columns, parts }, context) => {
    const { timeZone } = context;
    const { key, title, description } = task;
    const [relations = [], comments = [], time = []] = parts;
    const texts = [
      description.trim() !== "" && `Description:\n${description}`,
      comments.length > 0 && `Comments:\n${renderComments(comments, timeZone)}`,
    ].filter(Boolean);
    // What was written comes first, as it is the dearest to lose.
    const told = stacked([
      `Deleted ${key}  ${quoted(title)}`,
      renderTaskFields(task, columns, timeZone),
      texts.length > 0 && fence(texts.join("\n\n"), MOST_DELETED, GONE),
      parts.includes(undefined) &&
        "Not all of its comments, relations and logged time could be read before.",
      showsKept(description) &&
        "Pictures that were attached to it are gone too, even where other tasks show them.",
    ]);
    const around = stacked([
      renderRelations(relations, timeZone),
      time.length > 0 && `Time:\n${renderTimeEntries(time, context)}`,
    ]);
    const room = Math.max(MOST_CHARACTERS - told.length - 1, LEAST_AROUND);
    return stacked([told, limitAnswer(around, room, " The rest is gone.")]);
  },
});

/** Of relations and logged time, in characters. */
const LEAST_AROUND = 500;
