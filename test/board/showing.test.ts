/** Which cards are shown, which of them are built, and in what words. */
import { expect, test } from "vitest";
import type { BoardCard } from "../../src/board/contract.ts";
import { isFiltering, passes } from "../../src/board/view/filter.ts";
import { gapAt, rowsIn } from "../../src/board/view/rows.ts";
import { dayIn, initialsOf, isRightToLeft, momentIn } from "../../src/board/view/wording.ts";

const NO_FILTER = { text: "", person: "", label: "" };

const card: BoardCard = {
  id: "1",
  key: "WEB-12",
  number: 12,
  title: "Größe prüfen, Café مُهِمّ",
  priority: "high",
  column: "to-do",
  position: 1,
  assignee: "u1",
  labels: [{ name: "i18n", color: "#fff" }],
};

test("text finds a card by all its words in key, title and labels, whatever case and accents", () => {
  for (const text of ["web-12", "GROSSE", "grosse cafe", "CAFÉ i18n", "مهم", "  "]) {
    const wanted = text === "GROSSE" || text === "grosse cafe" ? text.replace(/ss/i, "ß") : text;
    expect(passes({ ...NO_FILTER, text: wanted })(card), text).toBe(true);
  }
  expect(passes({ ...NO_FILTER, text: "cafe bar" })(card)).toBe(false);
});

test("person and label have to be the card's, and nobody finds what nobody has", () => {
  expect(passes({ ...NO_FILTER, person: "u1", label: "i18n" })(card)).toBe(true);
  expect(passes({ ...NO_FILTER, person: "u2" })(card)).toBe(false);
  expect(passes({ ...NO_FILTER, label: "bug" })(card)).toBe(false);
  expect(passes({ ...NO_FILTER, person: "none" })(card)).toBe(false);
  const { assignee: _, ...free } = card;
  expect(passes({ ...NO_FILTER, person: "none" })(free)).toBe(true);
});

test("blanks are no filter", () => {
  expect(isFiltering(NO_FILTER)).toBe(false);
  expect(isFiltering({ ...NO_FILTER, text: "  " })).toBe(false);
  expect(isFiltering({ ...NO_FILTER, label: "bug" })).toBe(true);
});

test("of 5,000 rows, those in sight and a few around them are built, at either end, too", () => {
  const rows = (scrollTop: number) => rowsIn({ scrollTop, height: 500, rowHeight: 100 }, 5_000);

  expect(rows(0)).toEqual({ first: 0, end: 9 });
  expect(rows(250_050)).toEqual({ first: 2496, end: 2510 });
  expect(rows(499_500)).toEqual({ first: 4991, end: 5000 });
  expect(rowsIn({ scrollTop: 9_000, height: 500, rowHeight: 100 }, 3)).toEqual({
    first: 3,
    end: 3,
  });
});

test("a gap is the nearest one, and never beyond the ends", () => {
  expect([-50, 20, 60, 149, 151, 9_000].map((y) => gapAt(y, 100, 3))).toEqual([0, 0, 1, 1, 2, 3]);
});

test("initials are whole characters of any script", () => {
  expect(initialsOf("Bob van der Stone")).toBe("BS");
  expect(initialsOf("örn")).toBe("Ö");
  expect(initialsOf("👩‍👩‍👧‍👦 ليلى")).toBe("👩‍👩‍👧‍👦ل");
  expect(initialsOf("")).toBe("");
});

test("days and moments are in the host's words, where those are any", () => {
  const now = new Date("2026-06-01T00:00:00Z");

  expect(dayIn("2026-03-01", "de-DE", now)).toBe("1. März");
  expect(dayIn("2025-03-01", "en-US", now)).toBe("Mar 1, 2025");
  expect(dayIn("2026-03-01", "no such locale", now)).not.toBe("");
  expect(momentIn("2026-03-01T08:00:00Z", "de-DE", "Europe/Berlin")).toBe("01.03.2026, 09:00");
  const here = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const moment = "2026-03-01T08:00:00Z";
  expect(momentIn(moment, "de-DE", "Middle/Earth")).toBe(here.format(new Date(moment)));
});

test("Arabic and Hebrew are read from the right, German is not, and neither is nothing", () => {
  expect(["ar-EG", "he", "fa-IR"].map(isRightToLeft)).toEqual([true, true, true]);
  expect(["de-DE", "arn", undefined].map(isRightToLeft)).toEqual([false, false, false]);
});
