import { expect, test } from "vitest";
import { type Calendar, endOf, readDate, startOf } from "../../../src/kaneo/dates/read-dates.ts";
import { renderDate } from "../../../src/text/dates.ts";

/** Wednesday, five past midnight in Berlin. */
const NOW = Date.parse("2026-11-24T23:05:00Z");

function calendar(timeZone: string): Calendar {
  return { timeZone, now: () => NOW };
}

test.for([
  ["today", "2026-11-25"],
  ["Tomorrow", "2026-11-26"],
  ["yesterday", "2026-11-24"],
  ["+3d", "2026-11-28"],
  ["-2w", "2026-11-11"],
  ["+ 2 weeks", "2026-12-09"],
  ["thursday", "2026-11-26"],
  ["Wed", "2026-12-02"],
  ["last monday", "2026-11-23"],
  ["last wed", "2026-11-18"],
  ["next monday", "2026-11-30"],
  ["Next Wednesday", "2026-12-02"],
  ["this friday", "2026-11-27"],
  ["this wed", "2026-11-25"],
  ["next tuesday 14:30", "2026-12-01 14:30 +01:00"],
  ["7 days ago", "2026-11-18"],
  ["2 weeks ago", "2026-11-11"],
  ["last 30 days", "2026-10-26"],
  ["two weeks ago", "2026-11-11"],
  ["-2months", "2026-09-25"],
  ["2 months ago", "2026-09-25"],
  ["in two weeks", "2026-12-09"],
  ["In 2 weeks", "2026-12-09"],
  ["in a month", "2026-12-25"],
  ["3 days from now", "2026-11-28"],
  ["+1 year", "2027-11-25"],
  ["the day after tomorrow", "2026-11-27"],
  ["by friday", "2026-11-27"],
  ["4 dec", "2026-12-04"],
  ["Dec. 4", "2026-12-04"],
  ["December 4", "2026-12-04"],
  ["the 4th of December", "2026-12-04"],
  ["25 november", "2026-11-25"],
  ["24 nov", "2027-11-24"],
  ["December 4th, 2025", "2025-12-04"],
  ["4-Dec-2026", "2026-12-04"],
  ["29 feb 2028", "2028-02-29"],
  ["24.12.2026", "2026-12-24"],
  ["04.12.2026", "2026-12-04"],
  ["2026.12.04.", "2026-12-04"],
  ["12/24/2026", "2026-12-24"],
  ["２０２６－１２－２４", "2026-12-24"],
  ["٢٤.١٢.٢٠٢٦", "2026-12-24"],
  ["۲۴.۱۲.۲۰۲۶", "2026-12-24"],
  ["2026年12月24日（木）", "2026-12-24"],
  ["12月24日", "2026-12-24"],
  ["2026年12月24日 15:30", "2026-12-24 15:30 +01:00"],
  ["2026년 12월 24일", "2026-12-24"],
  ["2026. 12. 24.", "2026-12-24"],
  ["05.05.2027", "2027-05-05"],
  ["2026-3-1", "2026-03-01"],
  ["end of month", "2026-11-30"],
  ["end of the month", "2026-11-30"],
  ["end of next month", "2026-12-31"],
  ["end of february", "2027-02-28"],
  ["end of year", "2026-12-31"],
  ["end of quarter", "2026-12-31"],
  ["end of day", "2026-11-25"],
  ["EOD", "2026-11-25"],
  ["EOB", "2026-11-25"],
  ["friday EOB", "2026-11-27"],
  ["by EOD friday", "2026-11-27"],
  ["Friday 2026-12-04", "2026-12-04"],
  ["Wednesday, 2026-11-25", "2026-11-25"],
  ["Fri 4 Dec", "2026-12-04"],
  ["Friday, December 4", "2026-12-04"],
  ["Friday 04.12.2026", "2026-12-04"],
  ["noon", "2026-11-25 12:00 +01:00"],
  ["tomorrow at noon", "2026-11-26 12:00 +01:00"],
  ["today 14:30", "2026-11-25 14:30 +01:00"],
  ["tomorrow at 9:05", "2026-11-26 09:05 +01:00"],
  ["09:10", "2026-11-25 09:10 +01:00"],
  ["at 9:10", "2026-11-25 09:10 +01:00"],
  ["tomorrow at 6pm", "2026-11-26 18:00 +01:00"],
  ["tomorrow, 6:30 PM", "2026-11-26 18:30 +01:00"],
  ["tomorrow 18:00", "2026-11-26 18:00 +01:00"],
  ["4 dec 18:00", "2026-12-04 18:00 +01:00"],
  ["4 dec at 6pm", "2026-12-04 18:00 +01:00"],
  ["11 dec 2026 at 9am", "2026-12-11 09:00 +01:00"],
  ["6:30 pm", "2026-11-25 18:30 +01:00"],
  ["12am", "2026-11-25"],
  ["12pm", "2026-11-25 12:00 +01:00"],
  ["1pm", "2026-11-25 13:00 +01:00"],
  ["2026-12-04 6pm", "2026-12-04 18:00 +01:00"],
  ["2026-12-04 18:00 UTC", "2026-12-04 19:00 +01:00"],
  ["2026-12-04T18:00:00GMT", "2026-12-04 19:00 +01:00"],
  ["friday 18:00 UTC", "2026-11-27 19:00 +01:00"],
  ["7 dec 23:59 AoE", "2026-12-08 12:59 +01:00"],
  ["2026-12-07 23:59 AoE", "2026-12-08 12:59 +01:00"],
  ["tomorrow 23:59 AoE", "2026-11-27 12:59 +01:00"],
  ["by 6pm", "2026-11-25 18:00 +01:00"],
  ["9.30am", "2026-11-25 09:30 +01:00"],
  ["friday 9.30 pm", "2026-11-27 21:30 +01:00"],
  ["5pm Friday", "2026-11-27 17:00 +01:00"],
  ["at 9.30am on Monday", "2026-11-30 09:30 +01:00"],
  ["noon tomorrow", "2026-11-26 12:00 +01:00"],
  ["10:30 p.m. 4 dec", "2026-12-04 22:30 +01:00"],
  ["18:00 on 4.12.2026", "2026-12-04 18:00 +01:00"],
  ["12:00 am", "2026-11-25"],
  ["in a fortnight", "2026-12-09"],
  ["two fortnights ago", "2026-10-28"],
  ["2 hours ago", "2026-11-24 22:05 +01:00"],
  ["in 30 minutes", "2026-11-25 00:35 +01:00"],
  ["6 mins ago", "2026-11-24 23:59 +01:00"],
  ["in 2 hrs", "2026-11-25 02:05 +01:00"],
  ["+ 2 hours", "2026-11-25 02:05 +01:00"],
  ["now", "2026-11-25 00:05 +01:00"],
] as const)("%s on Wednesday 2026-11-25 is %s", ([text, expected]) => {
  expect(renderDate(readDate(text, calendar("Europe/Berlin")), "Europe/Berlin")).toBe(expected);
});

test("a month is added to the last day of another at its last day", () => {
  const endOfJanuary = { ...calendar("UTC"), now: () => Date.parse("2027-01-31T12:00:00Z") };

  const days = ["in a month", "in 3 months", "-2 months"].map((text) =>
    readDate(text, endOfJanuary).slice(0, 10),
  );

  expect(days).toEqual(["2027-02-28", "2027-04-30", "2026-11-30"]);
});

test.for(["next friday", "04/12/2026"])("a bound is no more guessed than a day: %s", (text) => {
  const bounds = [startOf, endOf].map((read) => () => read(text, calendar("UTC")));

  for (const read of bounds) expect(read).toThrow(`"${text}" may be `);
});

test.for(["15/12", "12/15", "15.12", "15.12.", "0.1.2026", "the 15th", "tonight", "this weekend"])(
  "%s is no day, and how to say one is told",
  (text) => {
    const read = () => readDate(text, calendar("UTC"));

    expect(read).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^Give a day as 2026-03-01 or 1/) }),
    );
  },
);

test("where the past is asked for, a day without its year is the last one", () => {
  const past: Calendar = { ...calendar("Europe/Berlin"), looking: "back" };

  const days = ["24 nov", "november 25", "4 dec", "29 feb 2024"].map((text) =>
    renderDate(readDate(text, past), "Europe/Berlin"),
  );

  expect(days).toEqual(["2026-11-24", "2026-11-25", "2025-12-04", "2024-02-29"]);
});

test.for([
  ["24 nov", "2026-11-24", "2026-11-24"],
  ["27 may", "2026-05-27", "2026-05-27"],
  ["26 may", "2027-05-26", "2027-05-26"],
  ["wed 18 nov", "2026-11-18", "2026-11-18"],
  ["october", "2026-10-01", "2026-10-31"],
  ["2026-10", "2026-10-01", "2026-10-31"],
  ["november", "2026-11-01", "2026-11-30"],
  ["april", "2027-04-01", "2027-04-30"],
  ["monday", "2026-11-30", "2026-11-30"],
  ["24 nov 2025", "2025-11-24", "2025-11-24"],
] as const)(
  "where both past and future are asked for, %s is of the nearest year",
  ([text, first, last]) => {
    const around: Calendar = { ...calendar("Europe/Berlin"), looking: "around" };

    const bounds = [startOf(text, around), endOf(text, around)];

    expect(bounds).toEqual([readDate(first, around), endOf(last, around)]);
  },
);

test.for([
  ["this week", "2026-11-23", "2026-11-29"],
  ["next week", "2026-11-30", "2026-12-06"],
  ["Last week", "2026-11-16", "2026-11-22"],
  ["end of next week", "2026-12-04", "2026-12-06"],
  ["this month", "2026-11-01", "2026-11-30"],
  ["last month", "2026-10-01", "2026-10-31"],
  ["next month", "2026-12-01", "2026-12-31"],
  ["last quarter", "2026-07-01", "2026-09-30"],
  ["next year", "2027-01-01", "2027-12-31"],
  ["december", "2026-12-01", "2026-12-31"],
  ["in October 2025", "2025-10-01", "2025-10-31"],
  ["end of month", "2026-11-30", "2026-11-30"],
  ["today", "2026-11-25", "2026-11-25"],
] as const)("as bounds, %s begins on %s and ends with %s", ([text, first, last]) => {
  const berlin = calendar("Europe/Berlin");

  const bounds = [startOf(text, berlin), endOf(text, berlin)];

  expect(bounds).toEqual([readDate(first, berlin), endOf(last, berlin)]);
});

test.for([
  ["next week", "Monday 2026-11-30, Friday 2026-12-04 or Sunday 2026-12-06"],
  ["end of next week", "Friday 2026-12-04 or Sunday 2026-12-06"],
  ["next month", "Tuesday 2026-12-01 or Thursday 2026-12-31"],
  ["december", "Tuesday 2026-12-01 or Thursday 2026-12-31"],
  ["next friday", "Friday 2026-11-27 or Friday 2026-12-04"],
  ["next friday at 6pm", "Friday 2026-11-27 or Friday 2026-12-04"],
  ["this monday", "Monday 2026-11-23 or Monday 2026-11-30"],
  ["04/12/2026", "Sunday 2026-04-12 or Friday 2026-12-04"],
] as const)("where one day is wanted, %s is refused with the days it may be", ([text, days]) => {
  const read = () => readDate(text, calendar("Europe/Berlin"));

  expect(read).toThrow(
    expect.objectContaining({
      message: `The date "${text}" may be ${days}. Today is Wednesday, 2026-11-25 in Europe/Berlin.`,
      hint: "Call again with the day that is meant.",
    }),
  );
});
