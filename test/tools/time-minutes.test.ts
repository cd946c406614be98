import { expect, test } from "vitest";
import { timeTools } from "../../src/tools/time.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const logTime = toolNamed(timeTools, "log_time");
const updateTimeEntry = toolNamed(timeTools, "update_time_entry");

const nowMs = Date.parse("2026-03-02T12:00:00Z");

/** Logs time on WEB-1, and gives the id of the entry. */
async function log(board: SmallBoard, times: Record<string, unknown>): Promise<string> {
  await board.call(logTime, { task: "WEB-1", ...times });
  return [...board.sandbox.data.timeEntries.keys()].at(-1) ?? "";
}

test.each([
  [{ minutes: 50 }, "11:10:00 to 12:00:00"],
  [{ started: "12:00", minutes: 50 }, "12:00:00 to 12:50:00"],
  [{ ended: "12:30", minutes: 50 }, "11:40:00 to 12:30:00"],
])(
  "update_time_entry takes %o: the end stays where only minutes are given",
  async (times, span) => {
    await using board = await startSmallBoard({ nowMs, timeZone: "UTC" });
    const entry = await log(board, { started: "11:40", ended: "12:00" });

    const answer = await board.call(updateTimeEntry, { entry, ...times });

    const row = board.sandbox.data.timeEntries.get(entry);
    expect(`${row?.startTime.slice(11, 19)} to ${row?.endTime?.slice(11, 19)}`).toBe(span);
    expect(row?.duration).toBe(3000);
    expect(answer).toMatch(/^Now: 50 min {2}from .*\nWas: 20 min {2}from /);
  },
);

test("what update_time_entry shows of a timer's time brings it back to the second", async () => {
  await using board = await startSmallBoard({ nowMs });
  const entry = await log(board, { started: "11:40", ended: "12:00" });
  const row = board.sandbox.data.timeEntries.get(entry);
  const times = { startTime: "2026-03-02T09:10:33.000Z", endTime: "2026-03-02T10:20:07.250Z" };
  Object.assign(row ?? {}, times);

  const answer = await board.call(updateTimeEntry, { entry, minutes: 5 });
  const [, started, ended] = /Was: .* from (.*) to (.*?) {2}/.exec(answer) ?? [];
  await board.call(updateTimeEntry, { entry, started, ended });

  expect(row).toMatchObject(times);
});

test("update_time_entry with minutes stops a running timer so long after its start", async () => {
  await using board = await startSmallBoard({ nowMs, timeZone: "UTC" });
  const entry = await log(board, { started: "11:15" });

  await board.call(updateTimeEntry, { entry, minutes: 30 });

  expect(board.sandbox.data.timeEntries.get(entry)).toMatchObject({
    startTime: "2026-03-02T11:15:00.000Z",
    endTime: "2026-03-02T11:45:00.000Z",
  });
});

test("log_time takes work that started a few seconds ago", async () => {
  await using board = await startSmallBoard({ nowMs: nowMs + 40_000 });

  const entry = await log(board, { started: "2026-03-02T12:00:30Z", minutes: 1 });

  expect(board.sandbox.data.timeEntries.get(entry)).toMatchObject({
    startTime: "2026-03-02T12:00:30.000Z",
  });
});

test("update_time_entry takes no minutes beside both ends", async () => {
  await using board = await startSmallBoard({ nowMs });
  const entry = await log(board, { minutes: 5 });

  const call = board.call(updateTimeEntry, { entry, minutes: 5, started: "9:10", ended: "9:20" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: "Give minutes or ended with started, not both.",
  });
});
