import { z } from "zod";
import { endpoint } from "../../kaneo/api/kaneo.ts";
import { confirmGone, onFailure } from "../../kaneo/api/outcomes.ts";
import { projectsOf, taskSchema } from "../../kaneo/api/schemas.ts";
import { showsKept } from "../../kaneo/assets.ts";
import { findTask } from "../../kaneo/tasks/find.ts";
import { renderTaskFields } from "../../text/task-line.ts";
import { stacked } from "../../text/text.ts";
import { fence, quoted } from "../../untrusted.ts";
import * as fields from "../fields.ts";
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
    const { task, project, columns } = await findTask(kaneo, reference);
    fields.assertConfirmed(confirm_title, task.title, {
      why: `${task.key} is titled ${quoted(task.title, 500)}, not ${quoted(confirm_title)}. Nothing was deleted.`,
      hint: "Make sure that it is the right task, then repeat with its title.",
    });
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
    return { task, columns };
  },
  // Kaneo brings nothing back, so that what can be made anew is told.
  text: ({ task, columns }, { timeZone }) => {
    const { key, title, description } = task;
    return stacked([
      `Deleted ${key}  ${quoted(title)}`,
      renderTaskFields(task, columns, timeZone),
      description.trim() !== "" && fence(`Description:\n${description}`),
      showsKept(description) &&
        "Pictures that were attached to it are gone too, even where other tasks show them.",
    ]);
  },
});
