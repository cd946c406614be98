import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { membersOf } from "../../kaneo/api/schemas.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { readWholeProject } from "../../kaneo/tasks/project-tasks.ts";
import { renderDate } from "../../text/dates.ts";
import { count, renderSize, stacked } from "../../text/text.ts";
import type { ExportedTask } from "../../transfer/kaneo-file.ts";
import { fence, inline, renderPlace } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";

/** More than this does not fit into an answer. */
const MOST_CHARACTERS_SHOWN = 18_000;

export const exportProject = defineTool({
  name: "export_project",
  toolset: "transfer",
  description:
    "Writes every task of a project, archived ones too, with labels, people, dates, descriptions and relations to a new file below the folder of KANEO_FILES_DIR; a small project also fits into the answer, without file. import_tasks reads the file, into any project. In CSV, a cell that a spreadsheet would take for a formula begins with an apostrophe.",
  // It makes a file.
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    ...fields.inProject,
    file: fields.text
      .describe("New file in a folder that is there, such as web.json or web.csv")
      .optional(),
    format: z
      .enum(["json", "csv"])
      .describe("Default: as the file's name ends, or json")
      .optional(),
    separator: z.enum([",", ";"]).describe('In CSV; ";" for Excel that writes 1,5').default(","),
    relations: z.boolean().describe("One request per task").default(true),
  }),
  example: { project: "OPS", file: "ops.json" },
  run: async ({ project: reference, workspace, file, ...args }, context) => {
    const { kaneo, files } = context;
    const format = formatOf(file, args.format);
    const project = await findProject(kaneo, { project: reference, workspace });
    const whole = await readWholeProject(kaneo, project, { withRelations: args.relations });
    const members = await kaneo.fresh(membersOf(project.workspaceId));
    const emails = new Map(members.map(({ id, email }) => [id, email]));
    const { slug, name, description = "" } = project;
    const tasks = whole.tasks.map((one) => {
      return { ...one, email: emails.get(one.task.assignee?.id ?? "") };
    });
    const { toCsv, toJson } = await import("../../transfer/kaneo-file.ts");
    const columns = whole.columns.map(({ slug, name, isFinal }) => ({ slug, name, isFinal }));
    const about = { instance: kaneo.instance, slug, name, description, columns, tasks };
    const readable = tasks.map((one) => withReadableDates(one, context.timeZone));
    const text =
      format === "csv"
        ? toCsv({ ...about, tasks: readable }, args.separator)
        : toJson(about, new Date(context.now()).toISOString());
    const written = file === undefined ? undefined : await files.create(file, text);
    if (written === undefined) assertFits(text);
    return { project, tasks, text, written, withRelations: args.relations };
  },
  text: ({ project, tasks, text, written, withRelations }) => {
    // Each is told by the task below, which may be another project's.
    const told = tasks.flatMap((one) => one.relations.filter(({ kind }) => kind !== "parent_of"));
    const links = new Set(told.map(({ id }) => id)).size;
    return stacked([
      `Exported ${count(tasks.length, "task")} of ${renderPlace(project)}${withRelations ? "" : ", without relations"}.`,
      written !== undefined &&
        `File: ${inline(written, 300)}, ${renderSize(Buffer.byteLength(text))}.`,
      `Not in it, since no import could bring it back: comments, logged time, activity, days of creation. Pictures stay in Kaneo, and an import gives new keys.`,
      links > 0 && `Relations: ${links}.`,
      written === undefined && fence(text),
    ]);
  },
});

/** In a spreadsheet people read days and times of their own zone; a moment within a minute stays exact. */
function withReadableDates(exported: ExportedTask, timeZone: string): ExportedTask {
  const readable = (iso: string | undefined) =>
    iso === undefined || Date.parse(iso) % 60_000 !== 0 ? iso : renderDate(iso, timeZone);
  const { start, due } = exported.task;
  return { ...exported, task: { ...exported.task, start: readable(start), due: readable(due) } };
}

function formatOf(file: string | undefined, format: "json" | "csv" | undefined): "json" | "csv" {
  if (file === undefined) return format ?? "json";
  const formats = format === undefined ? (["json", "csv"] as const) : [format];
  const named = formats.find((one) => file.toLowerCase().endsWith(`.${one}`));
  if (named !== undefined) return named;
  const why = `The name of the file must end in .${formats.join(" or .")}. Nothing was written.`;
  throw new KaneoMcpError("invalid_input", why);
}

function assertFits(text: string): void {
  if (text.length <= MOST_CHARACTERS_SHOWN) return;
  const why = `The export has ${text.length} characters, more than fit into an answer.`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: "Give file: a new name below the folder of KANEO_FILES_DIR, such as web.json.",
  });
}
