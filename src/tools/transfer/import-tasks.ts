import { z } from "zod";
import { fingerprint } from "../../kaneo/api/cursors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp } from "../../kaneo/api/outcomes.ts";
import type { Project } from "../../kaneo/api/schemas.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import type { PlacedTask } from "../../kaneo/tasks/find.ts";
import { tasksIn } from "../../kaneo/tasks/project-tasks.ts";
import { notImported } from "../../transfer/rows.ts";
import { inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { namesakesOf, planImport, renderNamesakes } from "./import-plan.ts";
import { readProgress, renderProgress, runImport } from "./import-progress.ts";

const MOST_BYTES = 10 * 2 ** 20;

export const importTasks = defineTool({
  name: "import_tasks",
  toolset: "transfer",
  description:
    "Creates tasks from a file below the folder of KANEO_FILES_DIR, or from text: an export of export_project, Kaneo, Trello, Planka, Jira, Linear, GitHub or Todoist, any CSV or JSON, or a Markdown checklist. Call it with dry_run first: it shows what each line becomes, and the mapping, to be corrected and given back. Missing labels are created. What takes longer goes on with continue.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    ...fields.inProject,
    file: fields.text.describe("Such as exports/board.csv").optional(),
    text: z
      .string()
      .max(MOST_BYTES, "is longer than the 10 MiB that are read")
      .describe("Instead of file")
      .optional(),
    mapping: fields.names
      .describe(
        'Such as "Wer = assignee", "status Doing = in-progress", "status Done = none" (leaves those out), "due ASAP = none", "dates = d/m/y"',
      )
      .optional(),
    skip_existing: z.boolean().describe("Leaves out titles that are there").default(false),
    dry_run: z.boolean().default(false),
    continue: fields.cursor.optional(),
  }),
  example: { project: "WEB", text: "- [ ] Fresh parent\n  - [x] Fresh child\n- Fresh other" },
  run: async ({ project: reference, workspace, dry_run, ...args }, context) => {
    const { kaneo } = context;
    const { mapping = [], file = "", skip_existing } = args;
    const encoding = mapping.find((line) => /^\s*encoding\s*=/i.test(line));
    const { text, note } = await textOf(args, context, encoding?.split("=")[1]?.trim());
    const { readSource } = await import("../../transfer/read.ts");
    const lines = mapping.filter((line) => line !== encoding);
    const source = readSource(text, lines, /\.(?:md|markdown)$/i.test(file));
    if (note !== undefined) source.notes.unshift(note);
    const project = await findProject(kaneo, { project: reference, workspace });
    if (source.rows.length === 0)
      throw notImported(`There is no task in it (read as ${source.kind}).`);
    const identity = [project.id, fingerprint(text), mapping, dry_run, skip_existing];
    const reached = readProgress(args.continue, identity, source.rows.length);
    // Of those that stay, only the first answer tells.
    const isFirst = reached.from === 0;
    const before = await tasksBefore(kaneo, project, { isNeeded: skip_existing, isFirst });
    const namesakes = namesakesOf(source.rows, before);
    const target = { kaneo, project, calendar: context };
    const plan = await planImport(source, target, skip_existing ? namesakes : undefined);
    if (namesakes.size > 0) {
      const fate = skip_existing ? LEFT_OUT : "; skip_existing leaves those alone.";
      plan.notes.push(`${renderNamesakes(namesakes, source, project)}${fate}`);
    }
    const progress = { project, plan, identity, ...reached };
    return dry_run ? progress : runImport(kaneo, progress, context.timeZone);
  },
  text: (progress, { timeZone }) => renderProgress(progress, timeZone),
});

const LEFT_OUT =
  ", left as they are: the last 20 of an import that broke off may lack labels and relations.";

/** The tasks that the project has; without need, those that a first answer can tell of. */
async function tasksBefore(
  kaneo: Kaneo,
  project: Project,
  { isNeeded, isFirst }: Record<"isNeeded" | "isFirst", boolean>,
): Promise<PlacedTask[]> {
  if (isNeeded) return tasksIn(kaneo, project);
  if (!isFirst) return [];
  return (await asHelp(tasksIn(kaneo, project))) ?? [];
}

async function textOf(
  { file, text }: { file?: string | undefined; text?: string | undefined },
  { files }: ToolContext,
  encoding: string | undefined,
): Promise<{ text: string; note?: string }> {
  if ((file === undefined) === (text === undefined)) {
    throw notImported("Give either file or text.");
  }
  if (file === undefined) return { text: text ?? "" };
  if (!/\.(?:json|csv|tsv|txt|md|markdown)$/i.test(file)) {
    const hint =
      "The name must end in .json, .csv, .tsv, .txt or .md. A spreadsheet is saved as CSV first.";
    throw notImported(`"${inline(file)}" is not read.`, hint);
  }
  const { decode } = await import("../../transfer/table.ts");
  return decode(await files.read(file, MOST_BYTES), encoding);
}
