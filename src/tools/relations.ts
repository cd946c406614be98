import { z } from "zod";
import { KaneoMcpError, prefixed } from "../errors.ts";
import type { Kaneo } from "../kaneo/api/kaneo.ts";
import { tellApart, toldApart } from "../kaneo/names/twins.ts";
import {
  isIdle,
  type Link,
  link,
  RELATION_KINDS,
  type RelationKind,
  type TaskRelation,
  unlink,
} from "../kaneo/relations/relations.ts";
import { findTask, type LocatedTask } from "../kaneo/tasks/find.ts";
import { findTasks, splitKeys } from "../kaneo/tasks/find-many.ts";
import { renderRelated } from "../text/task-line.ts";
import { grouped } from "../text/text.ts";
import { inline, quoted } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const relation = z.enum(RELATION_KINDS);

/** The relations that a task is created or changed with. */
export const relationFields = {
  parent: fields.text.describe("Task above it").optional(),
  blocks: fields.names.describe("Tasks").optional(),
  blocked_by: fields.names.optional(),
  related_to: fields.names.optional(),
};

export type RelationArguments = z.output<z.ZodObject<typeof relationFields>>;

/** A relation in a person's words. */
export interface NamedLink {
  argument: string;
  kind: RelationKind;
  reference: string;
}

/** The relations that are named; none is no task. */
export function linksIn({ parent = fields.NONE, ...others }: RelationArguments): NamedLink[] {
  const above: NamedLink = { argument: "parent", kind: "subtask_of", reference: parent };
  const named = (["blocks", "blocked_by", "related_to"] as const).flatMap((kind) =>
    splitKeys(others[kind] ?? []).map((reference) => ({ argument: kind, kind, reference })),
  );
  return [above, ...named].filter(({ reference }) => !fields.isNone(reference));
}

/** The relation that is named. @throws KaneoMcpError of a task that was not found, saying which argument names it. */
export type LinkTo = (named: NamedLink) => Link;

/** Looks up each task that is named, once. */
export async function findNamed(kaneo: Kaneo, named: readonly NamedLink[]): Promise<LinkTo> {
  const references = [...new Set(named.map(({ reference }) => reference))];
  const findings = await findTasks(kaneo, references);
  return ({ argument, kind, reference }) => {
    const other = findings[references.indexOf(reference)];
    if (other === undefined || other instanceof KaneoMcpError)
      throw prefixed(other, `${argument}:`);
    return { kind, other };
  };
}

/** The relations that a task is to have. @throws KaneoMcpError as {@link LinkTo}. */
export function wantedRelations(args: RelationArguments, linkTo: LinkTo) {
  const { parent = "", blocks = [], blocked_by = [], related_to = [] } = args;
  if ([blocks, blocked_by, related_to].flat().some(fields.isNone)) {
    throw new KaneoMcpError("invalid_input", "none clears only parent among relations.", {
      hint: "unlink_tasks takes the others away.",
    });
  }
  return { links: linksIn(args).map(linkTo), hasNoParent: fields.isNone(parent) };
}

const linkTasks = defineTool({
  name: "link_tasks",
  toolset: "tasks",
  description: "Relates two tasks: task relation other, such as WEB-2 subtask_of WEB-1.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  foundBy: "dependency, blocked by, subtask of",
  input: z.object({ task: fields.task, relation, other: fields.text }),
  example: { task: "WEB-2", relation: "blocks", other: "WEB-3" },
  run: async ({ relation, ...references }, { kaneo }) => {
    const ends = await findBoth(kaneo, references);
    return {
      ...ends,
      relation,
      outcome: await link(kaneo, ends.task, { kind: relation, other: ends.other }),
    };
  },
  text: ({ task, other, relation, outcome }) => {
    const note = outcome === "was_linked" ? " That was so already." : "";
    const idle = [task, other].filter((end) => isIdle(relation, end));
    const closed = idle.map(
      ({ task: { key, status } }) => `${inline(key, 60)} is ${inline(status, 60)}`,
    );
    const waits = closed.length === 0 ? "" : ` Nothing waits: ${closed.join(", ")}.`;
    return `${renderTask(task)} ${PHRASES[relation]} ${renderTask(other)}.${note}${waits}`;
  },
});

const unlinkTasks = defineTool({
  name: "unlink_tasks",
  toolset: "tasks",
  description: "Removes every relation between two tasks, or only the one that relation names.",
  // link_tasks restores it.
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({ task: fields.task, other: fields.text, relation: relation.optional() }),
  example: { task: "WEB-4", other: "WEB-7" },
  run: async ({ relation, ...references }, { kaneo }) => {
    const ends = await findBoth(kaneo, references);
    const removed = await unlink(kaneo, ends.task, { kind: relation, other: ends.other.task });
    return { ...ends, relation, removed };
  },
  text: ({ task, other, relation, removed }) => {
    const { key } = task.task;
    if (removed.length === 0) {
      const which = relation === undefined ? "" : `: ${key} ${PHRASES[relation]} ${other.task.key}`;
      return `There was no such relation between ${key} and ${other.task.key}${which}.`;
    }
    const phrases = removed.map((kind) => `${key} ${PHRASES[kind]} ${other.task.key}`);
    return `Removed: ${phrases.join("; ")}.`;
  },
});

export const relationTools = [linkTasks, unlinkTasks];

const PHRASES: Record<RelationKind, string> = {
  blocks: "blocks",
  blocked_by: "is blocked by",
  parent_of: "is the parent of",
  subtask_of: "is a subtask of",
  related_to: "is related to",
};

async function findBoth(kaneo: Kaneo, references: { task: string; other: string }) {
  const [task, other] = await Promise.all([
    findTask(kaneo, references.task),
    findTask(kaneo, references.other),
  ]);
  const tell = await tellApart(kaneo, [task, other]);
  return { task: toldApart(task, tell), other: toldApart(other, tell) };
}

function renderTask({ task: { key, title } }: LocatedTask): string {
  return `${key} ${quoted(title, 80)}`;
}

const HEADINGS: Record<RelationKind, string> = {
  subtask_of: "Subtask of",
  parent_of: "Subtasks",
  blocked_by: "Blocked by",
  blocks: "Blocks",
  related_to: "Related to",
};

/** Relations below a heading for each kind, a line each: `  WEB-12  in-progress  @Bob  "Fix login"`; "" when there are none. */
export function renderRelations(relations: readonly TaskRelation[], timeZone: string): string {
  const shown = ({ other }: TaskRelation) => renderRelated(other, timeZone);
  return Object.entries(HEADINGS)
    .flatMap(([kind, heading]) => {
      const ofKind = relations.filter((relation) => relation.kind === kind);
      return ofKind.length === 0 ? [] : [`${heading}${sum(ofKind)}:`, ...ofKind.map(shown)];
    })
    .join("\n");
}

/** How many are where, when they are too many to be counted by whoever reads them. */
function sum(relations: readonly TaskRelation[]): string {
  if (relations.length <= MOST_UNCOUNTED) return "";
  const byStatus = grouped(relations, ({ other: { status } }) => [status, status]);
  const counts = byStatus.map(({ name, members }) => `${name} ${members.length}`);
  return ` (${relations.length}: ${counts.join(", ")})`;
}

const MOST_UNCOUNTED = 10;
