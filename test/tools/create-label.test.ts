import { expect, test } from "vitest";
import { labelTools } from "../../src/tools/labels.ts";
import { addBug, labelsIn } from "../support/board-labels.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const createLabel = toolNamed(labelTools, "create_label");

test("create_label makes a workspace label, gray when no color is named", async () => {
  await using board = await startSmallBoard();

  const answers = [
    await board.call(createLabel, { name: "bug", color: "#EF4444" }),
    await board.call(createLabel, { name: "größe/üml 🏷️" }),
  ];

  expect(answers).toEqual(["Created label bug (#EF4444).", "Created label größe/üml 🏷️ (#6b7280)."]);
  expect(labelsIn(board)).toEqual(["bug #EF4444", "größe/üml 🏷️ #6b7280"]);
});

test("create_label gives an existing label of another case as it is and says so", async () => {
  await using board = await startSmallBoard();
  addBug(board);

  const answer = await board.call(createLabel, { name: "bug", color: "#000000" });

  expect(answer).toBe("There already was a label Bug (#ef4444); it is as it was.");
  expect(labelsIn(board)).toEqual(["Bug #ef4444"]);
});

test("create_label makes several labels, each once, and leaves those that are there", async () => {
  await using board = await startSmallBoard();
  addBug(board);

  const answer = await board.call(createLabel, {
    name: ["docs", "bug", "Docs", "ui"],
    color: "red",
  });

  expect(answer).toBe(
    "Created label docs (red).\nThere already was a label Bug (#ef4444); it is as it was.\nCreated label ui (red).",
  );
  expect(labelsIn(board)).toEqual(["Bug #ef4444", "docs red", "ui red"]);
});

test("create_label says which labels were made before it failed", async () => {
  await using board = await startSmallBoard();
  const second = { method: "POST", path: "/api/label", after: 1 };
  board.sandbox.fail(second, { kind: "answer", status: 500, body: {} });

  const call = board.call(createLabel, { name: ["docs", "ui"] });

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(/^Created label docs \(#6b7280\)\. /),
    hint: "Call again: the labels that are there stay as they are.",
  });
});

test.for(["banana", "#12345", "rgb(1,2,3)", "constructor"])(
  "create_label refuses the color %s",
  async (color) => {
    await using board = await startSmallBoard();

    const call = board.call(createLabel, { name: "bug", color });

    await expect(call).rejects.toMatchObject({
      kind: "invalid_input",
      message: `"${color}" is not a color.`,
      hint: expect.stringMatching(/^Give one such as #3b82f6, or gray, .*red, blue/),
    });
    expect(board.requests()).toEqual([]);
  },
);

test.for<[string, string]>([
  ["Red", "red"],
  ["dark_grey", "dark-gray"],
  ["black", "#000000"],
  ["ef4444", "#ef4444"],
  ["#f44", "#f44"],
])("create_label takes the color %s", async ([color, stored]) => {
  await using board = await startSmallBoard();

  await board.call(createLabel, { name: "bug", color });

  expect(labelsIn(board)).toEqual([`bug ${stored}`]);
});
