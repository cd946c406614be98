/** What a person does on the board, in a browser: with mouse, finger and keyboard. */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { createDeferred } from "../../support/deferred.ts";
import { until } from "../../support/until.ts";
import { createFakeBoard, type FakeBoard } from "../fake-board.ts";
import type { Host } from "../host-page.ts";
import { card, column, drag, middleOf, titlesIn } from "./hands.ts";
import { inBrowser, openBoard } from "./setup.ts";

const SIX = [..."aaabbb"].map((column, index) => ({
  title: `Card ${index + 1}`,
  column: column === "a" ? "to-do" : "in-progress",
}));

const movesOf = (board: FakeBoard) =>
  board.calls.filter(({ name }) => name === "board_move").map(({ args }) => args);
const toldModel = (host: Host) => JSON.stringify(host.sentBy("ui/update-model-context").at(-1));

inBrowser("a card is dragged to another column, and the model is told", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);

  await drag(host, "Card 1", { title: "Card 5", side: -1 });
  await host.frame.getByText("WEB-1 is now 2 of 4 in In Progress.").waitFor();

  expect(await titlesIn(host, "In Progress")).toEqual(["Card 4", "Card 1", "Card 5", "Card 6"]);
  expect(movesOf(board)).toEqual([
    {
      task_id: "task-1",
      column: "in-progress",
      before_id: "task-5",
      expected_project: "web",
      expected_column: "to-do",
      expected_position: 10,
    },
  ]);
  expect(toldModel(host)).toContain("On the board WEB, the person moved WEB-1 to in-progress.");
  expect(await host.frame.getByRole("dialog").count()).toBe(0);
});

inBrowser("a card is dragged within its column, to its end as well", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);

  await drag(host, "Card 3", { title: "Card 1", side: -1 });
  await host.frame.getByText("WEB-3 is now 1 of 3 in To Do.").waitFor();
  await drag(host, "Card 1", { title: "Card 2", side: 1 });
  await host.frame.getByText("WEB-1 is now 3 of 3 in To Do.").waitFor();

  expect(await titlesIn(host, "To Do")).toEqual(["Card 3", "Card 2", "Card 1"]);
  expect(movesOf(board).map(({ before_id }) => before_id)).toEqual(["task-1", undefined]);
});

inBrowser("a card that is put back, or whose dragging Escape ends, is not moved", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);
  const { mouse, keyboard } = host.page;

  await drag(host, "Card 1", { title: "Card 2", side: -1 });
  const from = await middleOf(card(host, "Card 1"));
  const to = await middleOf(card(host, "Card 6"));
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x, to.y, { steps: 5 });
  await keyboard.press("Escape");
  await mouse.up();

  expect(await host.frame.locator(".dragged").count()).toBe(0);
  expect(movesOf(board)).toEqual([]);
});

inBrowser("a finger that stays drags, and one that goes on at once scrolls", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);
  const client = await host.page.context().newCDPSession(host.page);
  const touch = (type: string, point?: { x: number; y: number }) =>
    client.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: point ? [point] : [],
    });
  const from = await middleOf(card(host, "Card 1"));
  const to = await middleOf(card(host, "Card 4"));

  await touch("touchStart", from);
  await touch("touchMove", { x: from.x, y: from.y + 40 });
  // One that leaves as it goes sets the page rolling, and the next one would only stop it.
  await delay(100);
  await touch("touchEnd");
  await touch("touchStart", from);
  await host.frame.locator(".dragged").waitFor({ state: "attached" });
  await touch("touchMove", { x: to.x, y: to.y - 10 });
  await column(host, "In Progress").locator(".marker:visible").waitFor();
  await touch("touchEnd");
  await host.frame.getByText("WEB-1 is now 1 of 4 in In Progress.").waitFor();

  expect(movesOf(board)).toMatchObject([{ task_id: "task-1", before_id: "task-4" }]);
});

inBrowser("keys alone move a card, and the focus goes with it", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);
  const { keyboard } = host.page;

  await card(host, "Card 1").locator(".title").focus();
  for (const key of ["ArrowDown", "Shift+F10", "ArrowDown", "ArrowUp", "Enter"])
    await keyboard.press(key);
  await host.frame.getByText("WEB-2 is now 4 of 4 in In Progress.").waitFor();
  const focused = await host.frame.locator(":focus").textContent();
  for (const key of ["Tab", "Enter", "End", "ArrowUp", "Enter"]) await keyboard.press(key);
  await host.frame.getByText("WEB-2 is now 1 of 4 in In Progress.").waitFor();

  expect(focused).toBe("Card 2");
  expect(await titlesIn(host, "In Progress")).toEqual(["Card 2", "Card 4", "Card 5", "Card 6"]);
});

inBrowser("a refused move goes back and is told, and what is true now is shown", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);
  const text = "WEB-1 is in done now, not in to-do: somebody else moved it.";
  board.instead = (name) =>
    name === "board_move" ? { isError: true, content: [{ type: "text", text }] } : undefined;
  board.card("WEB-1").column = "done";
  board.changed();

  await drag(host, "Card 1", { title: "Card 5", side: -1 });
  await host.frame.getByRole("alert").getByText(text).waitFor();
  await column(host, "Done").getByText("Card 1").waitFor();

  expect(await titlesIn(host, "In Progress")).toEqual(["Card 4", "Card 5", "Card 6"]);
  expect(host.sentBy("ui/update-model-context")).toEqual([]);
});

inBrowser("a host that refuses the call takes nothing along but the move", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);
  board.instead = (name) => {
    if (name === "board_move") throw new Error("The user denied this call.");
    return undefined;
  };

  await drag(host, "Card 1", { title: "Card 5", side: -1 });
  await host.frame
    .getByRole("alert")
    .getByText("Moving WEB-1: The user denied this call.")
    .waitFor();

  expect(await titlesIn(host, "To Do")).toEqual(["Card 1", "Card 2", "Card 3"]);
});

inBrowser(
  "of what nobody knows, or what was saved all the same, the board claims nothing",
  async () => {
    const board = createFakeBoard(SIX);
    await using host = await openBoard(board);
    const texts: Record<string, string> = {
      board_move: "It may or may not have been saved.",
      board_create: "WEB-7 was saved, but cannot be shown.",
    };
    board.instead = (name) =>
      texts[name] ? { isError: true, content: [{ type: "text", text: texts[name] }] } : undefined;
    const alert = host.frame.getByRole("alert");

    await drag(host, "Card 1", { title: "Card 5", side: -1 });
    await alert.getByText("It may").waitFor();
    const ofMove = await alert.textContent();
    await host.frame.getByRole("button", { name: "New card in Done" }).click();
    await host.page.keyboard.type("New\n");
    await alert.getByText("WEB-7").waitFor();

    expect([ofMove, await alert.textContent()]).toEqual([
      "Moving WEB-1: It may or may not have been saved.",
      "New card: WEB-7 was saved, but cannot be shown.",
    ]);
  },
);

inBrowser("a new card is added below its column, once", async () => {
  const board = createFakeBoard(SIX);
  await using host = await openBoard(board);
  const { frame } = host;

  await frame.getByRole("button", { name: "New card in Done" }).click();
  await frame.getByRole("textbox", { name: /Title of the new card/ }).fill("Brand new 🎉");
  const answer = createDeferred<undefined>();
  board.instead = (name) => (name === "board_create" ? answer.promise : undefined);
  // Twice, as some fingers do.
  for (const key of ["Enter", "Enter"]) await host.page.keyboard.press(key);
  answer.resolve(undefined);
  await column(host, "Done").locator(".title").getByText("Brand new 🎉").waitFor();

  await until(() => board.calls.at(-1)?.name === "board_data");
  const created = board.calls.filter(({ name }) => name === "board_create");
  expect(created.map(({ args }) => args)).toEqual([
    { project_id: "web", column: "done", title: "Brand new 🎉" },
  ]);
});

inBrowser(
  "an opened card is changed and commented on, and unsaved words are not lost at once",
  async () => {
    const board = createFakeBoard(SIX);
    board.details.description = "As it was";
    await using host = await openBoard(board);
    const dialog = host.frame.getByRole("dialog");

    await card(host, "Card 2").locator(".title").click();
    await dialog.getByLabel("Priority").selectOption("urgent");
    await dialog.getByLabel("Due").fill("2026-03-01");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Saved.").waitFor();
    await dialog.getByLabel("New comment").fill("Done soon");
    await host.page.keyboard.press("Escape");
    const warning = await dialog.getByRole("alert").textContent();
    await dialog.getByRole("button", { name: "Comment" }).click();
    await dialog.locator(".written").getByText("Done soon").waitFor();
    await host.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    expect(warning).toContain("not saved");
    expect(
      board.calls.filter(({ name }) => /edit|comment/.test(name)).map(({ args }) => args),
    ).toEqual([
      { task_id: "task-2", priority: "urgent", due: "2026-03-01" },
      { task_id: "task-2", content: "Done soon" },
    ]);
    expect(toldModel(host)).toContain("changed priority, due of WEB-2; commented on WEB-2");
  },
);
