import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { dayOrderOf, isAmbiguousDay, readDay } from "../../src/transfer/days.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";

const importTasks = toolNamed(allTools, "import_tasks");

test.for([
  ["2026-12-24 00:00:00", "2026-12-24"],
  ["24.12.2026", "2026-12-24"],
  ["24.12.26 9:05", "2026-12-24T09:05"],
  ["24/Dec/26 10:30 AM", "2026-12-24T10:30"],
  ["12/déc./26 5:00 PM", "2026-12-12T17:00"],
  ["11/Dez/26 12:00 AM", "2026-12-11"],
  ["1. März 2027", "2027-03-01"],
  ["1er août 2027", "2027-08-01"],
  ["3/févr./27", "2027-02-03"],
  ["3/fe\u0301vr./27", "2027-02-03"],
  ["15-septiembre-2026", "2026-09-15"],
  ["15 de septiembre de 2026", "2026-09-15"],
  ["15. Mrz 2026", "2026-03-15"],
  ["12/des./26 5:00 PM", "2026-12-12T17:00"],
  ["1. desember 2026", "2026-12-01"],
  ["3 maj 2027", "2027-05-03"],
  ["15/marras/26", "2026-11-15"],
  ["5. maaliskuuta 2027", "2027-03-05"],
  ["5. kesäkuuta 2027", "2027-06-05"],
  ["12. ágúst 2026", "2026-08-12"],
  ["12/24/2026 12:00 AM", "2026-12-24"],
  ["12/24/2026 12:30 PM", "2026-12-24T12:30"],
  ["24/12/2026 3:30 p.m.", "2026-12-24T15:30"],
  ["24/12/2026, 3:30 p. m.", "2026-12-24T15:30"],
  ["12/24/2026, 3:30\u202FPM", "2026-12-24T15:30"],
  ["December 24, 2026 at 3:30 PM", "2026-12-24T15:30"],
  ["Thu Dec 24 2026 00:00:00 GMT+0000 (Coordinated Universal Time)", "2026-12-24"],
  ["Thu Dec 24 2026 15:30:00 GMT+0100 (Central European Standard Time)", "2026-12-24T15:30+0100"],
  ["24 Dec 2026 15:30 UTC", "2026-12-24T15:30Z"],
  ["24.12.2026 (Thursday)", "2026-12-24"],
  ["24.12.2026 25:00 PM", "2026-12-24T25:00"],
  ["1798124400000", "2026-12-24T15:00:00.000Z"],
  ["46380", "2026-12-24"],
  ["2026年12月24日(木) 15:30", "2026-12-24T15:30"],
  ["2026. 12. 24.", "2026-12-24"],
  ["٢٤/١٢/٢٠٢٦", "2026-12-24"],
  ["12月24日", "24 december"],
  ["46380.6458333333", "2026-12-24T15:30"],
  ["Thu, 24 Dec 2026 15:00:00 GMT", "2026-12-24T15:00Z"],
  ["Friday 3 pm", "Friday 3 pm"],
  ["Fri, 5 Dec", "Fri, 5 Dec"],
] as const)("%s in a file is %s", ([text, day]) => {
  expect(readDay(text, undefined)).toBe(day);
});

test("the months of Finnish are read as Jira shortens them", () => {
  const months = "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu".split(" ");

  expect(months.map((month) => readDay(`9/${month}/27`, undefined))).toEqual(
    months.map((_, at) => `2027-${String(at + 1).padStart(2, "0")}-09`),
  );
});

test.for([
  "24.12.2026 下午3:30",
  "24.12.2026 15.30",
  "December 24, 2026 → December 26, 2026",
  "24.12.2026 15:30 or later",
  "24-12-26",
  "not 24.12.2026",
  "179812440000",
  "2६.12.2026",
])("%s in a file is given as it is, rather than a part of it", (text) => {
  expect(readDay(text, undefined)).toBe(text);
});

test.for(["04/12/2026", "04-12-2026", "4/12/26"])(
  "%s may be a day of April or December",
  (text) => {
    const orders = [
      dayOrderOf([text]),
      dayOrderOf([text, "25-12-2026"]),
      dayOrderOf([text, "12/25/26"]),
    ];

    const days = orders.map((order) => readDay(text, order));

    expect(isAmbiguousDay(text)).toBe(true);
    expect(orders).toEqual([undefined, "d/m/y", "m/d/y"]);
    expect(days.slice(1)).toEqual(["2026-12-04", "2026-04-12"]);
  },
);

test("a day without its year is the nearest one, since some of a list is over", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2027-02-10T12:00:00Z") });
  const lines = [
    "Old,3-Feb",
    "As old,3-Feb",
    "New,5 Mar",
    "Autumn,15 Oct",
    "Plain,2027-04-01",
    "Soon,friday",
  ];
  const text = ["title,due", ...lines].join("\n");

  await board.call(importTasks, { project: "WEB", text });

  expect(importedTo(board).map(({ title, due }) => `${title} ${due}`)).toEqual([
    "Old 2027-02-02T23:00:00.000Z",
    "As old 2027-02-02T23:00:00.000Z",
    "New 2027-03-04T23:00:00.000Z",
    "Autumn 2026-10-14T22:00:00.000Z",
    "Plain 2027-03-31T22:00:00.000Z",
    "Soon 2027-02-11T23:00:00.000Z",
  ]);
});
