import { expect, test } from "vitest";
import { changesOf } from "../../../src/kaneo/tasks/changes.ts";
import { findTask } from "../../../src/kaneo/tasks/find.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { taskRow } from "../../support/board-rows.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test.each([
  ["- [ ] dry run", "- [x]  Dry run"],
  ["* dry run\n* other", "- [x]  Dry run"],
  ["- [ ] rollout", "  1. Roll-out"],
])("of find %j, which fits nowhere, the nearest line is shown", async (find, near) => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "## Steps\r\n\r\n- [x]  Dry run\r\n  1. Roll-out";

  const call = board.call(updateTask, { task: "WEB-1", find, replace: "x" });

  await expect(call).rejects.toThrow(
    `The description was not changed. The nearest line is ${JSON.stringify(near)}.`,
  );
});

test.each(["", "none"])("what is found goes when it is replaced by %j", async (replace) => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "Keep this, not this.";

  await board.call(updateTask, { task: "WEB-1", find: ", not this", replace });

  expect(taskRow(board, 1).description).toBe("Keep this.");
});

test("an empty replace is none where nothing is looked for", async () => {
  await using board = await startSmallBoard();

  const text = await board.call(updateTask, { task: "WEB-1", title: "Fresh", replace: "" });
  const alone = board.call(updateTask, { task: "WEB-1", replace: "", find: "" });

  expect(text).toContain("Changed: title");
  await expect(alone).rejects.toThrow("Nothing to change");
});

test("find is looked for in the description as it is when it is replaced", async () => {
  await using board = await startSmallBoard();
  const located = await findTask(board.kaneo, "WEB-1");
  taskRow(board, 1).description = "Theirs, and the old word.";
  const [change] = changesOf({ replacement: { find: "old", replace: "new" } });

  const after = await change?.send(board.kaneo, located);

  expect(after?.description).toBe("Theirs, and the new word.");
});
