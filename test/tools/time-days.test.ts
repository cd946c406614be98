/** On which day logged time lies. */
import { expect, test } from "vitest";
import { timeTools } from "../../src/tools/time.ts";
import { addTimeEntry } from "../sandbox/routes/time-entries.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const logTime = toolNamed(timeTools, "log_time");
const updateTimeEntry = toolNamed(timeTools, "update_time_entry");

/** Half past midnight in Berlin. */
const nowMs = Date.parse("2026-03-02T23:30:00Z");

function add({ sandbox: { data, people }, taskId }: SmallBoard, start: string, end?: string) {
  return addTimeEntry(data, {
    taskId: taskId(1),
    userId: people.alice.id,
    description: "",
    startTime: `2026-${start}:00.000Z`,
    endTime: end === undefined ? null : `2026-${end}:00.000Z`,
  });
}

test.for([
  [{ ended: "17:00" }, "02-25T08:00", "02-25T16:00"],
  [{ started: "9:30" }, "02-25T08:30", "02-25T17:00"],
  [{ started: "8am", ended: "noon" }, "02-25T07:00", "02-25T11:00"],
  [{ started: "yesterday 9:30", ended: "now" }, "03-02T08:30", "03-02T23:30"],
  [{ started: "2026-02-26", minutes: 60 }, "02-25T23:00", "02-26T00:00"],
  [{ ended: "8:30", minutes: 60 }, "02-25T06:30", "02-25T07:30"],
] as const)(
  "update_time_entry with %o: a time without a day is of the day that it corrects",
  async ([times, startTime, endTime]) => {
    await using board = await startSmallBoard({ nowMs });
    const entry = add(board, "02-25T08:00", "02-25T17:00");

    await board.call(updateTimeEntry, { entry: entry.id, ...times });

    expect(board.sandbox.data.timeEntries.get(entry.id)).toMatchObject({
      startTime: `2026-${startTime}:00.000Z`,
      endTime: `2026-${endTime}:00.000Z`,
    });
  },
);

test("the end of work until midnight is corrected to the evening before", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { id } = add(board, "02-25T21:00", "02-25T23:00");

  await board.call(updateTimeEntry, { entry: id, ended: "23:30" });

  expect(board.sandbox.data.timeEntries.get(id)?.endTime).toBe("2026-02-25T22:30:00.000Z");
});

test.for([
  [{ ended: "yesterday", minutes: 90 }, "names no hour"],
  [{ started: "today" }, "names no hour"],
  [{ started: "yesterday", ended: "now" }, "names no hour"],
  [
    { started: "0:20", ended: "0:10" },
    "The time would end 2026-03-03 00:10 +01:00, before it starts",
  ],
  [
    { started: "yesterday 22:00", ended: "0:15" },
    "The time would end 2026-03-02 00:15 +01:00, before it starts",
  ],
  [
    { started: "yesterday 22:00", ended: "yesterday 21:00" },
    "The time would end 2026-03-02 21:00 +01:00",
  ],
  [
    { started: "23:00" },
    "A timer cannot run since 2026-03-03 23:00 +01:00, which is still to come.",
  ],
  [
    { started: "22:00", minutes: 30 },
    "No work can have started 2026-03-03 22:00 +01:00, which is still to come.",
  ],
  [
    { started: "22:00", ended: "0:15" },
    "The time would end 2026-03-03 00:15 +01:00, before it starts 2026-03-03 22:00 +01:00.",
  ],
  [
    { started: "22:00", ended: "0:15", break_minutes: 5 },
    "The time would end 2026-03-03 00:15 +01:00, before it starts 2026-03-03 22:00 +01:00.",
  ],
] as const)("log_time refuses %o half past midnight, and writes nothing", async ([times, why]) => {
  await using board = await startSmallBoard({ nowMs });

  const call = board.call(logTime, { task: "WEB-1", ...times });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringContaining(why),
    hint: expect.stringMatching(/such as 2026-03-0[23] 09:00|yesterday 22:00/),
  });
  expect(board.sandbox.data.timeEntries.size).toBe(0);
});

test.for([
  [{ started: "monday 9:00", ended: "17:00" }, "03-02T08:00", "03-02T16:00"],
  [{ started: "0:05", ended: "0:15" }, "03-02T23:05", "03-02T23:15"],
] as const)(
  "log_time with %o: it ends on the day of the start",
  async ([times, startTime, endTime]) => {
    await using board = await startSmallBoard({ nowMs });

    await board.call(logTime, { task: "WEB-1", ...times });

    expect([...board.sandbox.data.timeEntries.values()]).toMatchObject([
      { startTime: `2026-${startTime}:00.000Z`, endTime: `2026-${endTime}:00.000Z` },
    ]);
  },
);

test("log_time takes a day for the start of so many minutes", async () => {
  await using board = await startSmallBoard({ nowMs });

  await board.call(logTime, { task: "WEB-1", started: "yesterday", minutes: 90 });

  expect([...board.sandbox.data.timeEntries.values()]).toMatchObject([
    { startTime: "2026-03-01T23:00:00.000Z", endTime: "2026-03-02T00:30:00.000Z" },
  ]);
});

test("a timer that somebody has stopped is not stopped again, which would make it hours longer", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { id } = add(board, "03-02T08:00", "03-02T10:00");

  const call = board.call(updateTimeEntry, { entry: id, ended: " Now " });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: "The entry is not running: it ended 2026-03-02 11:00 +01:00. Nothing was changed.",
  });
  expect(board.sandbox.data.timeEntries.get(id)?.endTime).toBe("2026-03-02T10:00:00.000Z");
});
