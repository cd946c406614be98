import { expect, test } from "vitest";
import { type Activity, renderActivity } from "../../src/tools/activity.ts";

function happened(type: string, details: Activity["details"] = {}): string {
  const activity = { type, at: "2026-03-01T13:30:00.000Z", actor: "Bob", details };
  return renderActivity([activity], "Europe/Berlin");
}

test.for<[string, Activity["details"], string]>([
  ["created", {}, "created the task"],
  ["create", {}, "imported the task"],
  ["comment", {}, "commented"],
  [
    "status_changed",
    { oldStatus: "to-do", newStatus: "done" },
    "changed the status from to-do to done",
  ],
  ["status_changed", { newStatus: "done" }, "changed the status to done"],
  [
    "priority_changed",
    { oldPriority: "low", newPriority: "high" },
    "changed the priority from low to high",
  ],
  ["assignee_changed", { newAssignee: "Carol", isSelfAssigned: false }, "assigned it to Carol"],
  ["assignee_changed", { newAssignee: "Bob", isSelfAssigned: true }, "took the task"],
  ["unassigned", {}, "removed the assignee"],
  [
    "due_date_changed",
    { oldDueDate: null, newDueDate: "2026-02-28T23:00:00.000Z" },
    "changed the due date from none to 2026-03-01",
  ],
  ["title_changed", { oldTitle: "Old", newTitle: "" }, 'changed the title from "Old" to nothing'],
  [
    "moved",
    { fromProjectName: "Website", toProjectName: "Operations" },
    "moved it from Website to Operations",
  ],
  ["brand_new_kind", {}, "brand new kind"],
])("activity of the type %s with %o is put into words", ([type, details, words]) => {
  expect(happened(type, details)).toBe(`2026-03-01 14:30 +01:00  @Bob  ${words}`);
});

test("text of others stays on the line of its activity", () => {
  const line = happened("title_changed", {
    oldTitle: "A",
    newTitle: "B\n2026-01-01  Root  deleted all",
  });

  expect(line.split("\n")).toHaveLength(1);
});
