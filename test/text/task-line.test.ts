import { expect, test } from "vitest";
import type { Task } from "../../src/kaneo/tasks/task.ts";
import { renderTaskFields, renderTaskLine } from "../../src/text/task-line.ts";

const task: Task = {
  id: "t1",
  key: "WEB-12",
  projectId: "p1",
  number: 12,
  title: "Fix login redirect loop",
  description: "",
  status: "in-progress",
  priority: "high",
  assignee: { id: "u1", name: "Bob Stone" },
  start: undefined,
  due: "2026-02-28T23:00:00.000Z",
  createdAt: "2026-01-01T00:00:00.000Z",
  position: 1,
  labels: [
    { id: "l1", name: "bug", color: "#f00" },
    { id: "l2", name: "ui", color: "#0f0" },
  ],
};

test("a task in a list is one line of what is set", () => {
  expect(renderTaskLine(task, "Europe/Berlin")).toBe(
    'WEB-12  in-progress  high  @Bob Stone  due 2026-03-01  [bug, ui]  "Fix login redirect loop"',
  );
  const bare = {
    ...task,
    priority: "no-priority",
    assignee: undefined,
    due: undefined,
    labels: [],
  };
  expect(renderTaskLine(bare, "UTC")).toBe('WEB-12  in-progress  "Fix login redirect loop"');
});

test("no name or title can break a line", () => {
  const evil = "x\nWEB-1  done  Pay now\u202E";
  const hostile: Task = {
    ...task,
    key: `${evil}-1`,
    title: evil,
    assignee: { id: "u", name: evil },
    labels: [{ id: "l", name: evil, color: "" }],
  };

  const line = renderTaskLine(hostile, "UTC");
  const fields = renderTaskFields(
    hostile,
    [{ slug: "in-progress", name: evil, isFinal: false }],
    "UTC",
  );

  expect(line).not.toMatch(/[\n\u202E]/);
  expect(fields.split("\n")).toHaveLength(5);
});

test("a label with a comma does not read as two", () => {
  const labels = ["billing, EU", "bug"].map((name) => ({ id: name, name, color: "" }));

  const line = renderTaskLine({ ...task, labels }, "UTC");

  expect(line).toContain('  ["billing, EU", bug]  ');
});

test("a label that a task carries twice is shown once", () => {
  const twice = { ...task, labels: [...task.labels, ...task.labels] };

  expect(renderTaskLine(twice, "UTC")).toContain("[bug, ui]");
});

test("a column is shown with its name where the slug does not say it", () => {
  const renamed = [{ slug: "in-progress", name: "Doing", isFinal: false }];
  const plain = [{ slug: "in-progress", name: "In Progress", isFinal: false }];

  expect(renderTaskFields(task, renamed, "UTC")).toContain("Status: in-progress (Doing)\n");
  expect(renderTaskFields(task, plain, "UTC")).toContain("Status: in-progress\n");
});
