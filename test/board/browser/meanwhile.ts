/** What others change on a board while the person is in the middle of something. */
import { expect } from "vitest";
import { createDeferred } from "../../support/deferred.ts";
import { until } from "../../support/until.ts";
import { createFakeBoard, type FakeBoard } from "../fake-board.ts";
import type { Host } from "../host-page.ts";
import { card, column, drag, middleOf, titlesIn } from "./hands.ts";
import { inBrowser, openBoard } from "./setup.ts";

/** Three cards in each of two columns. */
function liveBoard(): FakeBoard {
  const columns = ["to-do", "to-do", "to-do", "done", "done", "done"];
  const board = createFakeBoard(columns.map((column) => ({ column })));
  board.data.isLive = true;
  return board;
}

/** Changes the board as somebody else would, and has the view take it: it looks at once for who comes back to its tab. */
async function meanwhile(host: Host, board: FakeBoard, change: () => void): Promise<void> {
  const since = () => board.calls.findLast(({ name }) => name === "board_data")?.args["since"];
  const look = () => host.frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  while (since() === undefined) await look();
  const before = since();
  change();
  board.changed();
  while (since() === before) await look();
}

inBrowser("a card that is dragged while the board changes goes where it was dropped", async () => {
  const board = liveBoard();
  await using host = await openBoard(board);
  const { mouse } = host.page;
  const from = await middleOf(card(host, "Card 1"));
  const to = await middleOf(card(host, "Card 6"));

  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(to.x, to.y - to.height / 4, { steps: 5 });
  await meanwhile(host, board, () => Object.assign(board.card("WEB-4"), { title: "Card four" }));
  await mouse.up();
  await host.frame.getByText("WEB-1 is now 3 of 4 in Done.").waitFor();

  expect(await titlesIn(host, "Done")).toEqual(["Card four", "Card 5", "Card 1", "Card 6"]);
});

inBrowser("a place in the menu is one from where the card is when it is chosen", async () => {
  const board = liveBoard();
  await using host = await openBoard(board);

  await card(host, "Card 3").locator(".more").click();
  await meanwhile(host, board, () =>
    Object.assign(board.card("WEB-4"), { column: "to-do", position: 1 }),
  );
  await host.frame.getByRole("menuitem", { name: "Up" }).click();
  await host.frame.getByText("WEB-3 is now 3 of 4 in To Do.").waitFor();

  expect(await titlesIn(host, "To Do")).toEqual(["Card 4", "Card 1", "Card 3", "Card 2"]);
});

inBrowser(
  "what the person is writing stays, with the focus, when people and labels change",
  async () => {
    const board = liveBoard();
    await using host = await openBoard(board);
    const { frame, page } = host;
    const focused = () => frame.locator(":focus").inputValue();

    await frame.getByRole("button", { name: "New card in Done" }).click();
    await page.keyboard.type("Half a ti");
    await meanwhile(host, board, () => board.data.people.push({ id: "u3", name: "Carol New" }));
    await page.keyboard.type("tle");
    const title = await focused();
    await frame.getByLabel("Find").fill("Car");
    await frame.getByLabel("Label").selectOption("bug");
    await frame.getByLabel("Find").focus();
    await meanwhile(host, board, () => board.data.labels.push({ name: "new", color: "#000000" }));
    await page.keyboard.type("d");

    expect([title, await focused()]).toEqual(["Half a title", "Card"]);
    expect(await frame.getByLabel("Label").inputValue()).toBe("bug");
    expect(await frame.getByLabel("Person").textContent()).toContain("Carol New");
  },
);

inBrowser("a label that is gone filters nothing any more", async () => {
  const board = liveBoard();
  await using host = await openBoard(board);

  await host.frame.getByLabel("Label").selectOption("bug");
  await host.frame.locator(".card").first().waitFor({ state: "detached" });
  await meanwhile(host, board, () => board.data.labels.shift());
  await column(host, "To Do").locator(".card").first().waitFor();

  expect(await host.frame.getByLabel("Label").inputValue()).toBe("");
});

inBrowser("a board without columns says so, and gets those that are made", async () => {
  const board = liveBoard();
  const columns = board.data.columns.splice(0);
  await using host = await openBoard(board, { shown: "text=This board has no columns." });

  const sizes = () => host.sentBy("ui/notifications/size-changed").length;
  const before = sizes();
  await meanwhile(host, board, () => board.data.columns.push(...columns));
  // The frame grows with the columns, and nobody aims before that.
  await until(() => sizes() > before);
  await drag(host, "Card 1", { title: "Card 4", side: -1 });
  await host.frame.getByText("WEB-1 is now 1 of 4 in Done.").waitFor();

  expect(await host.frame.getByText("This board has no columns.").count()).toBe(0);
});

inBrowser("a title that is being written stays when somebody adds a column", async () => {
  const board = liveBoard();
  await using host = await openBoard(board);
  const { frame, page } = host;

  await frame.getByRole("button", { name: "New card in Done" }).click();
  await page.keyboard.type("Half a ti");
  await meanwhile(host, board, () => board.data.columns.splice(1, 0, { slug: "qa", name: "QA" }));
  await column(host, "QA").waitFor();
  await page.keyboard.type("tle");

  expect(await frame.locator(":focus").inputValue()).toBe("Half a title");
  expect(await frame.locator("h2").allTextContents()).toEqual([
    ...["To Do", "QA", "In Progress", "Done"],
  ]);
});

inBrowser("what is written into a card while it is being saved is not saved yet", async () => {
  const board = liveBoard();
  await using host = await openBoard(board);
  const dialog = host.frame.getByRole("dialog");
  const save = dialog.getByRole("button", { name: "Save" });
  const answer = createDeferred<undefined>();

  await card(host, "Card 2").locator(".title").click();
  await dialog.getByLabel("Title").fill("First words");
  board.instead = (name) => (name === "board_edit" ? answer.promise : undefined);
  await save.click();
  await dialog.getByLabel("Title").fill("More words");
  answer.resolve(undefined);
  await dialog.getByText("Saved.").waitFor();
  board.instead = undefined;
  await save.click();
  await until(() => board.card("WEB-2").title === "More words");

  const edits = board.calls.filter(({ name }) => name === "board_edit");
  expect(edits.map(({ args }) => args["title"])).toEqual(["First words", "More words"]);
});

inBrowser("a comment that is begun while another is being sent stays, with the focus", async () => {
  const board = liveBoard();
  await using host = await openBoard(board);
  const dialog = host.frame.getByRole("dialog");
  const text = dialog.getByLabel("New comment");
  const answer = createDeferred<undefined>();

  await card(host, "Card 2").locator(".title").click();
  await text.fill("One");
  board.instead = (name) => (name === "board_comment" ? answer.promise : undefined);
  await dialog.getByRole("button", { name: "Comment" }).click();
  await text.fill("Two");
  answer.resolve(undefined);
  await dialog.locator(".written").getByText("One").waitFor();

  expect(await host.frame.locator(":focus").inputValue()).toBe("Two");
});

inBrowser(
  "a board that is opened where nobody looks is read once, and again when somebody does",
  async () => {
    const board = liveBoard();
    await using host = await openBoard(board, { isHidden: true });

    // Longer than until the next look at a live board.
    await host.page.waitForTimeout(2_000);
    const unseen = board.calls.length;
    await host.frame.evaluate(
      "isSeen = true, document.dispatchEvent(new Event('visibilitychange'))",
    );
    await until(() => board.calls.length > 2);

    expect(unseen).toBe(1);
  },
);
