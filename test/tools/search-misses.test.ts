/** What search says where it finds nothing. */
import { expect, test } from "vitest";
import { search } from "../../src/tools/search.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addLabels, taskRow } from "../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";

/** The small board with WEB-5 and WEB-6 of these titles. */
async function startWith(...titles: string[]): Promise<SmallBoard> {
  const board = await startSmallBoard();
  const { data } = board.sandbox;
  for (const title of titles) addTask(data, board.projectId, { title, status: "to-do" });
  return board;
}

test("where no task has all words, it is said where each stands alone", async () => {
  await using board = await startWith("Remove newsletter pop-up");

  const answer = await board.call(search, { query: "remove login", kind: "tasks" });

  expect(answer).toBe(
    'No task in Acme contains all words of "remove login".\nAlone: "remove" in WEB-5; "login" in WEB-1.',
  );
});

test("where nothing is found, it is said which words are labels, as no search looks at those", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "Sev 1", "acme", "bug");

  const one = await board.call(search, { query: "ACME" });
  const both = await board.call(search, { query: "sev 1 acme zebra", kind: "tasks" });
  const none = await board.call(search, { query: "zebra" });

  const label = "Labels are not searched: list_tasks with labels has the tasks with";
  expect(one.split("\n").at(-1)).toBe(`${label} "acme".`);
  expect(both.split("\n").at(-1)).toBe(`${label} "Sev 1" or "acme".`);
  expect(none).not.toContain("abel");
});

test("where labels cannot be read, the words are looked for all the same", async () => {
  await using board = await startWith("Remove newsletter pop-up");
  board.sandbox.fail({ path: /label/ }, { kind: "answer", status: 500 });

  const answer = await board.call(search, { query: "remove login", kind: "tasks" });

  expect(answer).toContain('Alone: "remove" in WEB-5; "login" in WEB-1.');
});

test("a word that stands in many tasks is answered with their number", async () => {
  await using board = await startWith(...Array.from({ length: 7 }, (_, at) => `Payments ${at}`));

  const answer = await board.call(search, { query: "payments zebra", kind: "tasks" });

  expect(answer).toContain(
    '"payments" in WEB-11, WEB-10, WEB-9, WEB-8, WEB-7 and 2 more; "zebra" in no task.',
  );
});

test("what has the most of the words comes first, whichever of them are the longest", async () => {
  await using board = await startWith("Checkout freezes with emoji", "Coupon field hangs");
  taskRow(board, 6).description = "When I put a smiley in the voucher box, the page hangs.";

  const query = "checkout hangs voucher smiley";
  const answer = await board.call(search, { query, kind: "tasks" });

  expect(answer).toContain(
    [
      'Alone: "checkout" in WEB-5; "voucher" in WEB-6; "smiley" in WEB-6; "hangs" in WEB-6.',
      "Did you mean:",
      'WEB-6  to-do  "Coupon field hangs"',
    ].join("\n"),
  );
});

test("what is near costs at most four more requests, and what nothing is like one line", async () => {
  await using board = await startWith("Remove newsletter pop-up");
  await board.call(search, { query: "login" });
  board.sandbox.clearRequests();

  const answer = await board.call(search, { query: "xylophone quartz vibrates near zebras" });

  const searches = board.requests().filter((request) => request.includes("/api/search"));
  expect(searches).toHaveLength(6);
  expect(answer.split("\n")).toEqual([
    'No task, project, or comment in Acme contains all words of "xylophone quartz vibrates near zebras".',
    'Alone: "xylophone" in no task; "vibrates" in no task; "quartz" in no task; "zebras" in no task.',
  ]);
});

test("a failure of the search for what is near takes nothing from the answer", async () => {
  await using board = await startWith("Remove newsletter pop-up");
  const body = "broken";
  board.sandbox.fail({ path: /q=zebra&/, times: 9 }, { kind: "answer", status: 500, body });

  const answer = await board.call(search, { query: "newsletter zebra", kind: "tasks" });

  expect(answer).toBe('No task in Acme contains all words of "newsletter zebra".');
});
