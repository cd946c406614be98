/** Imports beside which something happens, or that are asked for twice. */
import { expect, test } from "vitest";
import { importTasks } from "../../src/tools/transfer/import-tasks.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { importedTo } from "./imported.ts";

test("an import does not go on from one place twice", async () => {
  await using board = await startSmallBoard();
  const lost = { kind: "reset", when: "after" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 1 }, lost);
  const args = { project: "WEB", text: "title\nOne\nTwo\nThree\nFour" };
  const [, cursor] = /and continue (\S+)/.exec(await board.call(importTasks, args)) ?? [];
  await board.call(importTasks, { ...args, continue: cursor });

  const again = board.call(importTasks, { ...args, continue: cursor });

  await expect(again).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringMatching(
      /^No further task was created\. line 4 is there already, as WEB-7: /,
    ),
  });
  expect(importedTo(board).map(({ title }) => title)).toEqual(["One", "Two", "Three", "Four"]);
});
