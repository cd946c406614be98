import type { Activity } from "../kaneo/activity.ts";
import { renderDate, renderMoment } from "./dates.ts";
import { inline } from "./untrusted.ts";

/** What happened, a line each: `2026-03-01 14:30 +01:00  Bob Stone  changed the status from to-do to done`. */
export function renderActivity(activities: readonly Activity[], timeZone: string): string {
  return activities
    .map((activity) => {
      const who = activity.actor === undefined ? "someone" : inline(activity.actor, 60);
      return `${renderMoment(activity.at, timeZone)}  ${who}  ${deed(activity, timeZone)}`;
    })
    .join("\n");
}

function deed({ type, details }: Activity, timeZone: string): string {
  const text = (name: string): string | undefined => {
    const value = details[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const date = (name: string) => {
    const iso = text(name);
    return iso === undefined ? undefined : renderDate(iso, timeZone);
  };
  switch (type) {
    case "created":
      return "created the task";
    case "create":
      return "imported the task";
    case "comment":
      return "commented";
    case "status_changed":
      return `changed the status${change(text("oldStatus"), text("newStatus"))}`;
    case "priority_changed":
      return `changed the priority${change(text("oldPriority"), text("newPriority"))}`;
    case "assignee_changed":
      return details["isSelfAssigned"] === true
        ? "took the task"
        : `assigned it to ${named(text("newAssignee")) ?? "someone"}`;
    case "unassigned":
      return "removed the assignee";
    case "due_date_changed":
      return `changed the due date${change(date("oldDueDate") ?? "none", date("newDueDate") ?? "none")}`;
    case "title_changed":
      return `changed the title${change(quoted(text("oldTitle")), quoted(text("newTitle")))}`;
    case "moved":
      return `moved it${change(text("fromProjectName"), text("toProjectName"))}`;
    default:
      return inline(type.replaceAll("_", " "), 60);
  }
}

/** Bulk changes of the status are recorded without the old one. */
function change(before: string | undefined, after: string | undefined): string {
  return [
    before === undefined ? "" : ` from ${inline(before)}`,
    after === undefined ? "" : ` to ${inline(after)}`,
  ].join("");
}

function named(name: string | undefined): string | undefined {
  return name === undefined ? undefined : inline(name, 60);
}

function quoted(title: string | undefined): string {
  return title === undefined ? "nothing" : `"${title}"`;
}
