import { expect, test } from "vitest";
import { timeTools } from "../../src/tools/time.ts";
import { addTimeEntry } from "../sandbox/routes/time-entries.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const logTime = toolNamed(timeTools, "log_time");

const nowMs = Date.parse("2026-03-02T12:00:00Z");

test("log_time shows what its own account had logged in the same time, which nobody can delete", async () => {
  await using board = await startSmallBoard({ nowMs });
  const span = { task: "WEB-1", started: "09:00", minutes: 60 };

  const first = await board.call(logTime, { ...span, note: "Review" });
  const after = await board.call(logTime, { ...span, started: "10:00" });
  const again = await board.call(logTime, { ...span, started: "09:30", minutes: 15 });
  const elsewhere = await board.call(logTime, { ...span, task: "WEB-2" });

  for (const answer of [first, after, elsewhere]) expect(answer).not.toContain("Overlaps");
  expect(again).toMatch(
    /\nOverlaps what was logged here before; update_time_entry corrects either:\n1 h {2}from 2026-03-02 09:00 .* entry \w{24} {2}"Review"$/,
  );
});

test("log_time says nothing of others' work at the same time, and tells of a timer that runs", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  const running = { taskId: board.taskId(1), description: "", endTime: null };
  const startTime = "2026-03-02T11:15:00.000Z";
  addTimeEntry(data, { ...running, startTime, userId: people.bob.id });

  const beside = await board.call(logTime, { task: "WEB-1", minutes: 20 });
  addTimeEntry(data, { ...running, startTime, userId: people.alice.id });
  const during = await board.call(logTime, { task: "WEB-1", started: "12:20", minutes: 5 });

  expect(beside).not.toContain("Overlaps");
  expect(during).toContain("either:\nrunning, 45 min so far");
});

test("log_time logs where what was logged before cannot be read, and reads it before it logs", async () => {
  await using board = await startSmallBoard({ nowMs });
  const path = /^\/api\/time-entry/;
  board.sandbox.fail(
    { method: "GET", path, times: Infinity },
    { kind: "answer", status: 500, body: "" },
  );

  const answer = await board.call(logTime, { task: "WEB-1", started: "09:00", minutes: 60 });

  expect(answer).toMatch(/^Logged on WEB-1/);
  expect(answer).not.toContain("Overlaps");
  const sent = board.sandbox.requests.filter((request) => path.test(request.path));
  expect([...new Set(sent.map(({ method }) => method))]).toEqual(["GET", "POST", "PUT"]);
});

test("log_time shows three of the entries that a new one overlaps, and where the others are", async () => {
  await using board = await startSmallBoard({ nowMs });
  const span = { task: "WEB-1", started: "09:00", minutes: 60 };
  for (let times = 0; times < 5; times += 1) await board.call(logTime, span);

  const answer = await board.call(logTime, span);

  expect(answer.match(/^1 h /gm)).toHaveLength(3);
  expect(answer).toMatch(/\n2 more; get_task with include time has all\.$/);
});
