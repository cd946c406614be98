/** Arguments that several tools take, described once. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { ESCAPED, fold } from "../kaneo/names/matching.ts";
import { PRIORITIES } from "../kaneo/tasks/task.ts";

/** The word that clears a field. */
export const NONE = "none";

/** Text that says something. */
export const filled = z.string().trim().min(1, "must not be blank");
/** What names something or is looked for. To compare megabytes takes many seconds. */
export const text = filled.max(10_000, tooLong("10,000"));
const mayBeBlank = z.string().max(1_000_000, tooLong("1,000,000"));
/** What people read: the blanks around it stay, since an indented first line is code. */
export const prose = mayBeBlank.refine((text) => text.trim() !== "", "must not be blank");

const AROUND_ID = /^["'`\s]*(?:(?:comment|entry|notification|id)\s+)?|(?<!["'`\s])["'`\s]+$/gi;

/** An id as it is copied from an answer: `comment abc`, or in quotes. */
export const id = text.overwrite((copied) => copied.replaceAll(AROUND_ID, ""));
export const task = text.describe("Key such as WEB-12, id or URL");
export const project = text.describe("Slug, name, id or URL");
export const workspace = text.describe("Needed only with several").optional();
/** Of what is looked for in all of them. */
export const workspaceOfOne = workspace.describe("Needed only where several have it");
/** Of what reads, and covers all without it. */
export const workspaceOrAll = workspace.describe("Default: all");
/** As `findProject` takes them; KANEO_PROJECT can stand in. */
export const inProject = {
  project: project.describe("Slug, name, id or URL; needed unless one is configured").optional(),
  workspace,
};
export const description = mayBeBlank.describe("Markdown");
export const status = text.describe(
  "Column slug or name, planned or archived; get_project lists them",
);
export const column = text.describe("Slug or name");
export const icon = text.describe("Lucide icon name");
export const color = text.describe("Such as green or #3b82f6");
export const assignee = text.describe("me, none, name, e-mail or id");
export const date = text.describe("Day, moment or words such as tomorrow, friday, +3d");
/** The end of what is looked at. */
export const until = date.describe("That day or week included").optional();
/** Several names; their argument says of what. */
export const names = listOf(text);
/** Of a new or changed task; a model reads what they are once, in create_task and update_task. */
export const ofTask = {
  status: text.optional(),
  priority: z.enum(PRIORITIES).optional(),
  assignee: text.optional(),
  due: text.optional(),
  start: text.optional(),
};
/** A part of the description, and what is to stand there: an empty text takes it out. */
export const replacing = {
  find: mayBeBlank.optional(),
  replace: mayBeBlank.min(0).optional(),
};
export const limit = z.int().min(1).max(100).default(25);
/** That of an import tells where its tasks are, of which there may be thousands. */
export const cursor = mayBeBlank
  .trim()
  .min(1, "must not be blank")
  .describe("From the last answer");

/** A list of names, each of which may be several that are looked up one by one. */
export function listOf(name: typeof text) {
  const areFew = (all: readonly string[]) => all.join("").length <= 100_000;
  return z.array(name).min(1).refine(areFew, tooLong("100,000"));
}

/** What is refused so is not looked at any further. */
function tooLong(most: string) {
  return { error: `must have at most ${most} characters`, abort: true };
}

/** Whether a clearable argument asks to clear. */
export function isNone(value: string): boolean {
  return value.trim().toLowerCase() === NONE;
}

/** The text to store; the word none clears it. */
export function textToStore(given: string | undefined): string | undefined {
  return given !== undefined && isNone(given) ? "" : given;
}

/** @throws KaneoMcpError "invalid_input" unless what is to be deleted is named, also in the quotes of an answer, and as they have it. */
export function assertConfirmed(
  given: string,
  name: string,
  { why, hint }: { why: string; hint: string },
): void {
  const [, bare = given] = /^\s*["“](.*)["”]\s*$/s.exec(given) ?? [];
  const said = [given, bare, bare.replaceAll(ESCAPED, "$1")];
  if (said.some((one) => fold(one) === fold(name))) return;
  throw new KaneoMcpError("invalid_input", why, { hint });
}

/** Whether an assignee is nobody, also as counts name it. */
export function isNobody(value: string): boolean {
  return isNone(value) || /^\s*(?:unassigned|nobody)\s*$/i.test(value);
}

/** @throws KaneoMcpError "invalid_input" when none of the arguments that change something, ` of WEB-1`, is given. */
export function assertAnyGiven(args: object, of = ""): void {
  if (isAnyGiven(args)) return;
  throw new KaneoMcpError("invalid_input", `Nothing to change${of}: name at least one field.`, {
    hint: "null and what is empty count as left out; what can be cleared is cleared by the word none.",
  });
}

/** Whether any of the arguments says something. */
export function isAnyGiven(args: object): boolean {
  return namesGiven(args).length > 0;
}

/** The names of the arguments that say something; an empty text does not. */
export function namesGiven(args: object): string[] {
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== "");
  return given.map(([name]) => name);
}
