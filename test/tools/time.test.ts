import { expect, test } from "vitest";
import { timeEntriesOf } from "../../src/kaneo/time-entries.ts";
import { renderTimeEntries, timeTools } from "../../src/tools/time.ts";
import { addTimeEntry } from "../sandbox/routes/time-entries.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const logTime = toolNamed(timeTools, "log_time");
const updateTimeEntry = toolNamed(timeTools, "update_time_entry");

const nowMs = Date.parse("2026-03-02T12:00:00Z");

function entriesIn({ sandbox: { data } }: SmallBoard) {
  return [...data.timeEntries.values()].map(({ startTime, endTime, duration, description }) => {
    return { startTime, endTime, duration, description };
  });
}

function addRunning({ sandbox: { data, people }, taskId }: SmallBoard): string {
  return addTimeEntry(data, {
    taskId: taskId(1),
    userId: people.alice.id,
    description: "Pairing",
    startTime: "2026-03-02T11:15:00.000Z",
    endTime: null,
  }).id;
}

test("log_time with minutes alone logs a span that ends now, with a true duration in Kaneo too", async () => {
  await using board = await startSmallBoard({ nowMs });

  const answer = await board.call(logTime, { task: "WEB-1", minutes: "90", note: "Review" });

  expect(entriesIn(board)).toEqual([
    {
      startTime: "2026-03-02T10:30:00.000Z",
      endTime: "2026-03-02T12:00:00.000Z",
      duration: 5400,
      description: "Review",
    },
  ]);
  expect(answer).toMatch(
    /^Logged on WEB-1 {2}"Fix login redirect loop": 1 h 30 min {2}from 2026-03-02 11:30 \+01:00 to 2026-03-02 13:00 \+01:00 {2}entry \w{24} {2}"Review"$/,
  );
});

test("log_time takes none for no note", async () => {
  await using board = await startSmallBoard({ nowMs });

  const answer = await board.call(logTime, { task: "WEB-1", minutes: 30, note: "none" });

  expect(entriesIn(board)).toMatchObject([{ description: "" }]);
  expect(answer).not.toContain("none");
});

test.each([{ minutes: 20 }, { started: "12:40", ended: "now" }])(
  "log_time keeps whole minutes, also of a present that has seconds: %o",
  async (times) => {
    await using board = await startSmallBoard({ nowMs: nowMs + 34_567 });

    const answer = await board.call(logTime, { task: "WEB-1", ...times });

    const [logged] = entriesIn(board);
    expect(logged).toMatchObject({ startTime: "2026-03-02T11:40:00.000Z", duration: 1200 });
    expect(answer).toContain(": 20 min  from 2026-03-02 12:40");
  },
);

test("a timer starts at the very second", async () => {
  await using board = await startSmallBoard({ nowMs: nowMs + 34_567 });

  await board.call(logTime, { task: "WEB-1", started: "now" });

  expect(entriesIn(board)[0]?.startTime).toBe("2026-03-02T12:00:34.567Z");
});

test("log_time takes a span in the person's zone", async () => {
  await using board = await startSmallBoard({ nowMs });

  await board.call(logTime, {
    task: "WEB-1",
    started: "2026-03-01T09:00",
    ended: "2026-03-01T09:45:00+01:00",
  });

  expect(entriesIn(board)).toMatchObject([
    { startTime: "2026-03-01T08:00:00.000Z", endTime: "2026-03-01T08:45:00.000Z", duration: 2700 },
  ]);
});

test.for([
  [
    { started: "2026-03-01T09:00", minutes: 30 },
    "2026-03-01T08:00:00.000Z",
    "2026-03-01T08:30:00.000Z",
  ],
  [
    { ended: "2026-03-01T09:00", minutes: 30 },
    "2026-03-01T07:30:00.000Z",
    "2026-03-01T08:00:00.000Z",
  ],
])("log_time places minutes beside %o", async ([times, startTime, endTime]) => {
  await using board = await startSmallBoard({ nowMs });

  await board.call(logTime, { task: "WEB-1", ...Object(times) });

  expect(entriesIn(board)).toMatchObject([{ startTime, endTime, duration: 1800 }]);
});

test("log_time takes plain times as today's where the person is, and a break off the end", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-01T23:30:00Z") });

  const answer = await board.call(logTime, {
    task: "WEB-1",
    started: "0:05",
    ended: "0:25",
    break_minutes: "5",
  });

  expect(entriesIn(board)).toMatchObject([
    { startTime: "2026-03-01T23:05:00.000Z", endTime: "2026-03-01T23:20:00.000Z", duration: 900 },
  ]);
  expect(answer).toMatch(
    /: 15 min {2}from 2026-03-02 00:05 \+01:00 to 2026-03-02 00:20 \+01:00 .*\nFor the break it ends 5 min earlier: Kaneo knows no breaks\.$/,
  );
});

test("log_time takes a weekday or a day without its year for the last one, since work lies behind", async () => {
  // A Wednesday.
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-04T12:00:00Z") });

  await board.call(logTime, { task: "WEB-1", started: "monday 9:00", minutes: 30 });
  await board.call(logTime, { task: "WEB-1", started: "20 dec 9:00", ended: "20 dec 9:30" });

  expect(entriesIn(board)).toMatchObject([
    { startTime: "2026-03-02T08:00:00.000Z", duration: 1800 },
    { startTime: "2025-12-20T08:00:00.000Z", duration: 1800 },
  ]);
});

test("log_time with started alone leaves a timer running and says how to stop it", async () => {
  await using board = await startSmallBoard({ nowMs });

  const answer = await board.call(logTime, { task: "WEB-1", started: "now" });

  expect(entriesIn(board)).toMatchObject([
    { startTime: "2026-03-02T12:00:00.000Z", endTime: null },
  ]);
  expect(answer).toMatch(
    /^Timer on WEB-1 {2}"Fix login redirect loop": running, 0 s so far {2}since 2026-03-02 13:00 \+01:00 {2}entry \w{24}\nTo stop it call update_time_entry with ended now\.$/,
  );
});

test.for([
  [{ started: "2026-03-01T09:00", ended: "2026-03-01T08:00" }, "before it starts"],
  [{ started: "2026-02-30" }, 'The date "2026-02-30" does not exist.'],
  [{ started: "someday" }, "is not understood. Today is "],
  [{ ended: "9:10" }, "How long?"],
  [{}, "How long?"],
  [{ minutes: 5, started: "now", ended: "now" }, "not both"],
  [{ minutes: -5 }, '"minutes"'],
  [{ minutes: 1.5 }, '"minutes" must be a whole number from 1'],
  [{ started: "24:10" }, "does not exist"],
  [{ started: "9:10", ended: "9:30", break_minutes: 20 }, "The break of 20 min is as long as all"],
  [{ started: "9:10", break_minutes: 20 }, "A break needs both started and ended."],
  [{ minutes: 90, break_minutes: 20 }, "A break needs both started and ended."],
])("log_time refuses %o and writes nothing", async ([times, message]) => {
  await using board = await startSmallBoard({ nowMs });

  const call = board.call(logTime, { task: "WEB-1", ...Object(times) });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringContaining(String(message)),
  });
  expect(entriesIn(board)).toEqual([]);
});

test("log_time says that the entry was saved when only its duration could not be set", async () => {
  await using board = await startSmallBoard({ nowMs });
  board.sandbox.fail(
    { method: "PUT" },
    { kind: "answer", status: 403, body: "Insufficient permissions" },
  );

  const call = board.call(logTime, { task: "WEB-1", minutes: 5 });

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(
      /^The time entry \w+ was saved; only its duration may still be 0 in Kaneo: Kaneo refused/,
    ),
    hint: expect.stringContaining("Do not log it again"),
  });
});

test("update_time_entry with ended now stops a running timer and keeps the rest", async () => {
  await using board = await startSmallBoard({ nowMs });
  const id = addRunning(board);

  const answer = await board.call(updateTimeEntry, { entry: id, ended: "now" });

  expect(entriesIn(board)).toEqual([
    {
      startTime: "2026-03-02T11:15:00.000Z",
      endTime: "2026-03-02T12:00:00.000Z",
      duration: 2700,
      description: "Pairing",
    },
  ]);
  expect(answer).toBe(
    [
      `Now: 45 min  from 2026-03-02 12:15 +01:00 to 2026-03-02 13:00 +01:00  entry ${id}  "Pairing"`,
      `Was: running, 45 min so far  since 2026-03-02 12:15 +01:00  entry ${id}  "Pairing"`,
    ].join("\n"),
  );
});

test("update_time_entry changes the note of a running timer without stopping it; none clears it", async () => {
  await using board = await startSmallBoard({ nowMs });
  const id = addRunning(board);

  await board.call(updateTimeEntry, { entry: id, note: "Mob" });
  const changed = entriesIn(board);
  await board.call(updateTimeEntry, { entry: id, note: "none" });

  expect(changed).toMatchObject([{ description: "Mob", endTime: null }]);
  expect(entriesIn(board)).toMatchObject([{ description: "", endTime: null }]);
});

test("update_time_entry leaves the note alone that a client fills in empty", async () => {
  await using board = await startSmallBoard({ nowMs });
  const id = addRunning(board);

  await board.call(updateTimeEntry, { entry: id, ended: "12:45", note: "" });

  expect(entriesIn(board)).toMatchObject([
    { description: "Pairing", endTime: "2026-03-02T11:45:00.000Z" },
  ]);
});

test("update_time_entry refuses an end before the start", async () => {
  await using board = await startSmallBoard({ nowMs });
  const id = addRunning(board);

  const call = board.call(updateTimeEntry, { entry: id, ended: "2026-03-02T10:00:00Z" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message:
      "The time would end 2026-03-02 11:00 +01:00, before it starts 2026-03-02 12:15 +01:00.",
  });
  expect(entriesIn(board)).toMatchObject([{ endTime: null }]);
});

test("update_time_entry refuses a call that names nothing to change", async () => {
  await using board = await startSmallBoard({ nowMs });

  const call = board.call(updateTimeEntry, { entry: addRunning(board) });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: "Nothing to change: name at least one field.",
    hint: expect.stringContaining("null and what is empty count as left out"),
  });
  expect(board.requests()).toEqual([]);
});

test("an unknown time entry is named as such", async () => {
  await using board = await startSmallBoard({ nowMs });

  const call = board.call(updateTimeEntry, { entry: "nopenopenopenopenopenope", ended: "now" });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringContaining('no time entry with the id "nopenopenopenopenopenope"'),
  });
});

test("a task's time is listed with durations that Kaneo does not store, and their sum", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  addRunning(board);
  addTimeEntry(data, {
    taskId: board.taskId(1),
    userId: people.bob.id,
    description: "",
    startTime: "2026-03-01T08:00:00.000Z",
    endTime: "2026-03-01T10:00:00.000Z",
  });

  const entries = await timeEntriesOf(board.kaneo, board.taskId(1));

  const shown = renderTimeEntries(entries, { timeZone: "UTC", now: () => nowMs });
  expect(shown.split("\n").map((line) => line.replace(/entry \w+/, "entry …"))).toEqual([
    "2 h  from 2026-03-01 08:00 to 2026-03-01 10:00  @Bob Ünïcode 🦊  entry …",
    'running, 45 min so far  since 2026-03-02 11:15  @Alice Doe  entry …  "Pairing"',
    "Total: 2 h 45 min",
  ]);
});
