import type { RelationKind, TaskRelation } from "../kaneo/relations.ts";
import { inline } from "./untrusted.ts";

const HEADINGS: Record<RelationKind, string> = {
  subtask_of: "Subtask of",
  parent_of: "Subtasks",
  blocked_by: "Blocked by",
  blocks: "Blocks",
  related_to: "Related to",
};

/** Relations below a heading for each kind, a line each: `  WEB-12  in-progress  Fix login`; "" when there are none. */
export function renderRelations(relations: readonly TaskRelation[]): string {
  return Object.entries(HEADINGS)
    .flatMap(([kind, heading]) => {
      const ofKind = relations.filter((relation) => relation.kind === kind);
      return ofKind.length === 0 ? [] : [`${heading}:`, ...ofKind.map(renderOther)];
    })
    .join("\n");
}

function renderOther({ other: { key, status, title } }: TaskRelation): string {
  return `  ${inline(key, 60)}  ${status}  ${inline(title)}`;
}
