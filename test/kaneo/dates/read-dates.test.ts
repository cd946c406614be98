import { assert, constantFrom, date, property } from "fast-check";
import { expect, test } from "vitest";
import {
  type Calendar,
  endOf,
  readDate,
  readTime,
  shiftDate,
} from "../../../src/kaneo/dates/read-dates.ts";
import { renderDate, renderDue, renderDueInFull } from "../../../src/text/dates.ts";

/** Wednesday, five past midnight in Berlin, still Tuesday in New York. */
const NOW = Date.parse("2026-11-24T23:05:00Z");

function calendar(timeZone: string): Calendar {
  return { timeZone, now: () => NOW };
}

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "America/Santiago",
  "Pacific/Apia",
  "Africa/Cairo",
] as const;

test.for([
  ["a day in Berlin, winter", "2026-03-01", "Europe/Berlin", "2026-02-28T23:00:00.000Z"],
  ["a day in Berlin, summer", "2026-07-01", "Europe/Berlin", "2026-06-30T22:00:00.000Z"],
  ["a day in New York", "2026-03-01", "America/New_York", "2026-03-01T05:00:00.000Z"],
  ["a day in Kolkata", "2026-03-01", "Asia/Kolkata", "2026-02-28T18:30:00.000Z"],
  ["a day in UTC, between blanks", " 2026-03-01 ", "UTC", "2026-03-01T00:00:00.000Z"],
  ["the leap day", "2028-02-29", "UTC", "2028-02-29T00:00:00.000Z"],
  [
    "a moment with an offset",
    "2026-03-01T14:00:00+01:00",
    "Asia/Kolkata",
    "2026-03-01T13:00:00.000Z",
  ],
  ["a day in quotes", '"2026-03-01"', "UTC", "2026-03-01T00:00:00.000Z"],
  ["an offset of half an hour", "2026-03-01T14:00:00+05:30", "UTC", "2026-03-01T08:30:00.000Z"],
  ["a negative offset", "2026-03-01T22:00:00-05:00", "UTC", "2026-03-02T03:00:00.000Z"],
  ["a moment in UTC", "2026-03-01T14:00:00Z", "Europe/Berlin", "2026-03-01T14:00:00.000Z"],
  [
    "small letters and a blank, as RFC 3339 allows",
    "2026-03-01 14:00:00z",
    "Europe/Berlin",
    "2026-03-01T14:00:00.000Z",
  ],
  ["a fraction of a second", "2026-03-01T14:00:00.123456Z", "UTC", "2026-03-01T14:00:00.123Z"],
  ["half a second", "2026-03-01T14:00:00.5Z", "UTC", "2026-03-01T14:00:00.500Z"],
  [
    "no seconds and no offset: the person's zone",
    "2026-03-01T14:00",
    "Europe/Berlin",
    "2026-03-01T13:00:00.000Z",
  ],
  ["a time that the clocks skip", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  [
    "a time that the clocks show twice: the first",
    "2026-10-25T02:30",
    "Europe/Berlin",
    "2026-10-25T00:30:00.000Z",
  ],
  ["the same in New York", "2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
  [
    "a time in a zone with summer time of half an hour: the first of two",
    "2026-04-05T01:45",
    "Australia/Lord_Howe",
    "2026-04-04T14:45:00.000Z",
  ],
  [
    "a time that such a zone skips",
    "2026-10-04T02:15",
    "Australia/Lord_Howe",
    "2026-10-03T15:45:00.000Z",
  ],
  [
    "a day without midnight: its first moment",
    "2026-09-06",
    "America/Santiago",
    "2026-09-06T04:00:00.000Z",
  ],
] as const)("reads %s", ([, text, zone, expected]) => {
  expect(readDate(text, calendar(zone))).toBe(expected);
});

test("what day it is depends on the zone, and of a weekday the last one is meant where the past is", () => {
  const past: Calendar = { ...calendar("America/New_York"), looking: "back" };

  const days = ["today", "tuesday", "monday", "wed", "this monday"].map((text) =>
    renderDate(readDate(text, past), "America/New_York"),
  );

  expect(days).toEqual(["2026-11-24", "2026-11-24", "2026-11-23", "2026-11-18", "2026-11-23"]);
});

test.for([
  ["2026-02-30", "does not exist"],
  ["2026-02-29", "does not exist"],
  ["2026-13-01", "does not exist"],
  ["2026-00-10", "does not exist"],
  ["2026-03-01T24:00:00Z", "does not exist"],
  ["2026-03-01T12:60:00Z", "does not exist"],
  ["2026-03-01T12:00:60Z", "does not exist"],
  ["1405-09-12", "is out of range"],
  ["9999-12-31", "is out of range"],
  ["4 dec 0050", "is out of range"],
  ["end of december 0050", "is out of range"],
  ["+9999 years", "is out of range"],
  ["2026", "is not understood"],
  ["31.02.2026", "does not exist"],
  ["monday in 2 weeks", "is not understood"],
  ["29 feb", "does not exist"],
  ["13pm", "does not exist"],
  ["0:30am", "does not exist"],
  ["friday 5 dec", "may be Friday 2026-12-04 or Saturday 2026-12-05"],
  ["Tue, 2026-12-05", "may be Saturday 2026-12-05 or Tuesday 2026-12-08"],
  ["friday 31.11.2026", "does not exist"],
  ["soon", "is not understood"],
  ["week", "is not understood"],
  ["4 dec 5", "is not understood"],
  ["next friday next week", "is not understood"],
  ["+99999d", "is not understood"],
  ["7 days", "is not understood"],
  ["-7 days ago", "is not understood"],
  ["25:00", "does not exist"],
  ["2026-03-01T14:00:00+25:00", "is not understood"],
  ["1772323200000", "is not understood"],
  ["morgen", "is not understood"],
  ["2026-W48", "is not understood"],
  ["2569-12-24", "is out of range"],
  ["31 apr", "does not exist"],
  ["tomorrow 24:00", "does not exist"],
] as const)("refuses %s, which %s", ([text, why]) => {
  expect(() => readDate(text, calendar("Europe/Berlin"))).toThrow(
    `The date "${text}" ${why}. Today is Wednesday, 2026-11-25 in Europe/Berlin.`,
  );
});

test.for([
  ["2026-03-01", "Europe/Berlin", "2026-03-01T22:59:59.999Z"],
  ["2026-12-31", "America/New_York", "2027-01-01T04:59:59.999Z"],
  ["2026-03-29", "Europe/Berlin", "2026-03-29T21:59:59.999Z"],
  ["2026-09-05", "America/Santiago", "2026-09-06T03:59:59.999Z"],
  ["2026-03-01T14:00:00Z", "Europe/Berlin", "2026-03-01T14:00:00.000Z"],
] as const)(
  "the end of %s in %s is its last millisecond; a moment ends where it is",
  ([text, zone, expected]) => {
    expect(endOf(text, calendar(zone))).toBe(expected);
  },
);

test("where an hour is needed, a day is refused, and a time without a day is of the one that is given", () => {
  const berlin = { ...calendar("Europe/Berlin"), dayOfTimes: "2026-11-20" };

  const times = ["9:10", "noon", "yesterday 9:10", "now"].map((text) => readTime(text, berlin));
  const ofDay = () => readTime("friday", berlin);

  expect(times.map((time) => renderDate(time, "UTC").slice(0, 16))).toEqual([
    "2026-11-20 08:10",
    "2026-11-20 11:00",
    "2026-11-24 08:10",
    "2026-11-24 23:05",
  ]);
  expect(ofDay).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('The date "friday" names no hour. Today is'),
      hint: "Give the hour too, such as 2026-11-27 09:00.",
    }),
  );
});

test("a day is rendered as the day that was read, in every zone and on every day", async () => {
  const days = date({
    min: new Date("1990-01-01"),
    max: new Date("2100-01-01"),
    noInvalidDate: true,
  });
  await assert(
    property(days, constantFrom(...ZONES), (moment, zone) => {
      const day = moment.toISOString().slice(0, 10);
      // Apia went from 2011-12-29 to 2011-12-31.
      if (zone === "Pacific/Apia" && day === "2011-12-30") return;
      expect(renderDate(readDate(day, calendar(zone)), zone)).toBe(day);
    }),
    { numRuns: 500 },
  );
});

test.for([
  ["2026-03-01T13:30:00.000Z", "Europe/Berlin", "2026-03-01 14:30 +01:00"],
  ["2026-03-01T00:00:00.000Z", "Europe/Berlin", "2026-03-01 01:00 +01:00"],
  ["2026-03-01T00:00:00.000Z", "UTC", "2026-03-01"],
  ["2026-03-01T12:00:00.000Z", "America/New_York", "2026-03-01 07:00 -05:00"],
  ["2026-03-01T12:00:00.000Z", "Asia/Kolkata", "2026-03-01 17:30 +05:30"],
  // Summer time begins at midnight here, and ends at one there, so that midnight comes twice.
  ["2026-09-06T04:00:00.000Z", "America/Santiago", "2026-09-06"],
  ["2026-11-01T04:00:00.000Z", "America/Havana", "2026-11-01"],
  ["2026-11-01T05:00:00.000Z", "America/Havana", "2026-11-01 00:00 -05:00"],
  ["whenever", "UTC", "whenever"],
] as const)("%s in %s is shown as %s", ([iso, zone, expected]) => {
  expect(renderDate(iso, zone)).toBe(expected);
});

test.for([
  ["a day here", "2026-12-04T08:00:00.000Z", "2026-12-04", "2026-12-04"],
  ["a time", "2026-12-05T02:00:00.000Z", "2026-12-04 18:00", "2026-12-04 18:00 -08:00"],
  [
    "a day in UTC",
    "2026-12-04T00:00:00.000Z",
    "2026-12-03 16:00",
    "2026-12-03 16:00 -08:00 (2026-12-04 in UTC)",
  ],
  [
    "the last second of a day",
    "2026-12-05T07:59:59.000Z",
    "2026-12-04 23:59",
    "2026-12-04 23:59:59 -08:00",
  ],
  ["no date", "whenever", "whenever", "whenever"],
] as const)("a due date that is %s, in a list and in full", ([, iso, inList, inFull]) => {
  const zone = "America/Los_Angeles";

  const shown = [renderDue(iso, zone), renderDueInFull(iso, zone)];

  expect(shown).toEqual([inList, inFull]);
});

test("a day in UTC is no day elsewhere where it is the same one", () => {
  expect(renderDueInFull("2026-12-04T00:00:00.000Z", "UTC")).toBe("2026-12-04");
});

test("a text of any length is refused, and shown cut", () => {
  const text = `${"mon ".repeat(100_000)}4 dec`;

  const read = () => readDate(text, calendar("UTC"));

  expect(read).toThrow(/^The date "(?:mon ){14}mon…" is not understood\./);
});

test.for([
  ["a day, into summer time", "2027-03-25T00:00:00.000Z", "1 week", "2027-03-31T23:00:00.000Z"],
  ["a time, into summer time", "2027-03-23T15:00:00.000Z", "+7d", "2027-03-30T14:00:00.000Z"],
  ["and back", "2027-03-30T14:00:00.000Z", "-1 week", "2027-03-23T15:00:00.000Z"],
  [
    "a plain day of other programs",
    "2026-07-01T00:00:00.000Z",
    "6 months",
    "2027-01-01T00:00:00.000Z",
  ],
  [
    "words for earlier",
    "2027-01-15T00:00:00.000Z",
    "Two weeks earlier",
    "2027-01-01T00:00:00.000Z",
  ],
  ["words for later", "2027-01-15T00:00:00.000Z", "a day later", "2027-01-16T00:00:00.000Z"],
  ["by hours", "2027-01-15T14:30:00.000Z", "4 hours", "2027-01-15T18:30:00.000Z"],
  [
    "by hours over a change of the clocks",
    "2027-03-27T23:30:00Z",
    "+4h",
    "2027-03-28T03:30:00.000Z",
  ],
  ["back by minutes", "2027-01-15T14:30:00.000Z", "30 min earlier", "2027-01-15T14:00:00.000Z"],
  ["into a short month", "2027-01-31T00:00:00.000Z", "1 month", "2027-02-28T00:00:00.000Z"],
] as const)("shifts %s", ([, moment, shift, expected]) => {
  const shifted = shiftDate(moment, shift, calendar("Europe/Lisbon"));

  expect(shifted).toBe(expected);
});

test.for(["tomorrow", "friday", "2027-01-01", "3 hrs of work", "1", "week", "9".repeat(100)])(
  "a shift by %s is refused with what can be said",
  (shift) => {
    expect(() => shiftDate("2027-01-15T00:00:00.000Z", shift, calendar("UTC"))).toThrow(
      /^The shift "\S+.*" is not understood\.$/,
    );
  },
);

test.for(["2027-01-14T23:00:00.000Z", "2027-01-15T00:00:00.000Z"])(
  "a day without a time, %s, is not shifted by hours",
  (day) => {
    expect(() => shiftDate(day, "4 hours", calendar("Europe/Berlin"))).toThrow(
      "moves a time, and the date has none",
    );
  },
);

test("shifts a day that begins at one o'clock, when summer time does, to the midnight of another", () => {
  const [later, back] = ["1 day", "-1 day"].map((shift) =>
    shiftDate("2027-09-05T04:00:00.000Z", shift, calendar("America/Santiago")),
  );

  expect([later, back]).toEqual(["2027-09-06T03:00:00.000Z", "2027-09-04T04:00:00.000Z"]);
});
