import { expect, test } from "vitest";
import { readDetails } from "../../src/kaneo/events/event-words.ts";
import type { TaskEvent } from "../../src/kaneo/events/events.ts";
import { renderHistory } from "../../src/text/events.ts";

function happened(type: string, details: Record<string, unknown> = {}): string {
  const event: TaskEvent = {
    ...readDetails(type, details, undefined),
    id: "event1",
    at: "2026-03-01T13:30:00.000Z",
    personId: "bob",
    person: "Bob",
    projectId: "web",
    key: "WEB-1",
    title: "A task",
  };
  return renderHistory([event], "Europe/Berlin");
}

test.for<[string, Record<string, unknown>, string]>([
  ["created", {}, "created"],
  ["create", {}, "imported"],
  ["comment", {}, "commented"],
  ["status_changed", { oldStatus: "to-do", newStatus: "done" }, "status to-do → done"],
  ["status_changed", { newStatus: "done" }, "status → done"],
  ["priority_changed", { oldPriority: "low", newPriority: "high" }, "priority low → high"],
  ["assignee_changed", { newAssignee: "Carol", isSelfAssigned: false }, "assignee → @Carol"],
  ["assignee_changed", { newAssignee: "Bob", isSelfAssigned: true }, "assignee → @Bob"],
  ["unassigned", {}, "assignee → none"],
  [
    "due_date_changed",
    { oldDueDate: null, newDueDate: "2026-02-28T23:00:00.000Z" },
    "due none → 2026-03-01",
  ],
  ["due_date_changed", { newDueDate: "2026-02-28T23:00:00.000Z" }, "due → 2026-03-01"],
  ["due_date_changed", { oldDueDate: null, newDueDate: null }, "due → none"],
  ["title_changed", { oldTitle: "Old", newTitle: "" }, 'title "Old" → ""'],
  [
    "moved",
    { fromProjectName: "Website", toProjectName: "Operations" },
    "moved Website → Operations",
  ],
  ["brand_new_kind", {}, "brand new kind"],
])("an event of the type %s with %o is put into words", ([type, details, words]) => {
  expect(happened(type, details)).toBe(`2026-03-01 14:30  @Bob  ${words}`);
});

test("text of others stays on the line of its event", () => {
  const line = happened("title_changed", {
    oldTitle: "A",
    newTitle: "B\n2026-01-01  Root  deleted all",
  });

  expect(line.split("\n")).toHaveLength(1);
});
