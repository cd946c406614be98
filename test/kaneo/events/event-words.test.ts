import fc from "fast-check";
import { expect, test } from "vitest";
import { readDetails, readWords } from "../../../src/kaneo/events/event-words.ts";
import type { Activity } from "../../sandbox/data.ts";
import { activityText } from "../../sandbox/search-activity.ts";

/** What Kaneo's search says of an event. */
function wordsOf(type: string, eventData: Record<string, unknown>): string | undefined {
  // Nothing else of an activity is put into words.
  return activityText({ type, eventData, content: null } as Activity);
}

function meaningOf({ kind, from, to, text }: ReturnType<typeof readWords>) {
  return { kind, from, to, text };
}

const slug = fc
  .array(fc.constantFrom("to", "do", "in", "qa", "überprüfung", "日本", "2", "x1"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((words) => words.join("-"));

test("the words of a change of the status give back the slugs, whatever these are made of", () => {
  fc.assert(
    fc.property(fc.option(slug, { nil: undefined }), slug, (oldStatus, newStatus) => {
      const details = { oldStatus, newStatus };

      const read = readWords("status_changed", wordsOf("status_changed", details));

      expect(read).toMatchObject({ kind: "status", from: oldStatus, to: newStatus });
      expect(read.text).toBeUndefined();
    }),
  );
});

test.for<[type: string, details: Record<string, unknown>]>([
  ["status_changed", { oldStatus: "to-do", newStatus: "in-review" }],
  ["priority_changed", { oldPriority: "no-priority", newPriority: "urgent" }],
  ["priority_changed", { newPriority: "low" }],
  ["assignee_changed", { newAssignee: "Bob to Alice", newAssigneeId: "b", isSelfAssigned: false }],
  ["unassigned", {}],
  ["due_date_changed", { oldDueDate: null, newDueDate: "2026-02-28T23:00:00.000Z" }],
  [
    "due_date_changed",
    { oldDueDate: "2026-02-28T23:00:00.000Z", newDueDate: "2026-03-01T10:00:00.000Z" },
  ],
  ["title_changed", { oldTitle: 'Say "hello"', newTitle: "Say\nnothing" }],
  ["title_changed", { oldTitle: "New title", newTitle: "" }],
  ["created", {}],
])("%s means the same by its words as by its data: %o", ([type, details]) => {
  const byWords = readWords(type, wordsOf(type, details));
  const byData = readDetails(type, details, undefined);

  // Kaneo's own title of a task may be empty, which counts as none.
  const normal = ({ from, to, ...rest }: ReturnType<typeof meaningOf>) => {
    return { ...rest, from: from || undefined, to: to || undefined };
  };
  expect(normal(meaningOf(byWords))).toEqual(normal(meaningOf(byData)));
});

test.each([true, false])(
  "whether somebody took a task themselves is told by words and data alike: %s",
  (isSelfAssigned) => {
    const details = { newAssignee: "Bob", newAssigneeId: "b", isSelfAssigned };

    const byWords = readWords("assignee_changed", wordsOf("assignee_changed", details));
    const byData = readDetails("assignee_changed", details, undefined);

    expect([byWords.isSelf, byData.isSelf]).toEqual([isSelfAssigned, isSelfAssigned]);
  },
);

test.for<[type: string, words: string]>([
  ["status_changed", "hat den Status geändert"],
  ["status_changed", "changed status from To Do"],
  ["due_date_changed", "set due date to next week"],
  ["title_changed", 'changed title from "a" to "b" to "c"'],
  ["unassigned", "took it away"],
  ["assignee_changed", "gave it to Bob"],
  ["something_new", "did something new"],
])("words of another form are kept as they are: %s, %s", ([type, words]) => {
  const read = readWords(type, words);

  expect(read).toMatchObject({ type, text: words });
  expect([read.from, read.to]).toEqual([undefined, undefined]);
});

test("an import has no words, and counts as a creation", () => {
  const read = readWords("create", undefined);

  expect(read).toEqual({ kind: "created", type: "create", text: undefined });
});
