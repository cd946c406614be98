/** How search words an activity. */
import type { Activity } from "./data.ts";

/** The comment's text, or what happened; undefined for kinds that search has no words for. */
export function activityText({ type, content, eventData }: Activity): string | undefined {
  if (content) return content;
  const value = (name: string) => String(eventData?.[name] ?? "");
  switch (type) {
    case "status_changed":
      return `changed status from ${display(value("oldStatus"))} to ${display(value("newStatus"))}`;
    case "priority_changed":
      return `changed priority from ${display(value("oldPriority"))} to ${display(value("newPriority"))}`;
    case "unassigned":
      return "unassigned the task";
    case "assignee_changed":
      return eventData?.["isSelfAssigned"]
        ? "assigned the task to themselves"
        : `assigned the task to ${value("newAssignee") || "someone"}`;
    case "due_date_changed":
      if (value("newDueDate") === "") return "cleared the due date";
      if (value("oldDueDate") === "") return `set due date to ${value("newDueDate")}`;
      return `changed due date from ${value("oldDueDate")} to ${value("newDueDate")}`;
    case "title_changed":
      return `changed title from "${value("oldTitle")}" to "${value("newTitle")}"`;
    default:
      return undefined;
  }
}

/** "in-progress" as "In Progress". */
function display(slug: string): string {
  const words = slug.split(/[-_ ]/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join(" ");
}
