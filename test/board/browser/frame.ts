/** How the board fits into the frame, the language and the looks of its host, in a browser. */
import { expect } from "vitest";
import { createFakeBoard } from "../fake-board.ts";
import type { HostOptions } from "../host-page.ts";
import { inBrowser, openBoard } from "./setup.ts";

const LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenbefestigungsschraube";
const CARDS = [
  {
    title: LONG,
    assignee: "u1",
    due: "2026-01-01",
    isLate: true,
    labels: [{ name: LONG, color: "red" }],
  },
  { title: "كتابة نصوص بديلة", column: "in-progress" },
  { title: "Done", column: "done" },
];

const open = (options: Partial<HostOptions> = {}, board = createFakeBoard(CARDS)) =>
  openBoard(board, options);

/** What is wider than the frame, the columns left out, which scroll. */
const TOO_WIDE = `[...document.querySelectorAll("body *")].filter((one) => {
  const { left, right } = one.getBoundingClientRect();
  return right - left > 0 && (left < -1 || right > innerWidth + 1) && !one.closest(".columns");
}).map((one) => one.outerHTML.slice(0, 80))`;

inBrowser(
  "at 320 pixels, or zoomed to 200 % in 640, nothing but the columns scrolls sideways",
  async () => {
    const board = createFakeBoard(CARDS);
    board.data.project.name = LONG;
    board.data.people.push({ id: "u9", name: LONG });
    await using host = await open({ viewport: { width: 320, height: 640 } }, board);

    const ofBoard = await host.frame.evaluate(TOO_WIDE);
    await host.frame
      .getByRole("button", { name: /^Donau/ })
      .first()
      .click();
    await host.frame.getByText("New comment").waitFor();
    const ofCard = await host.frame.evaluate(TOO_WIDE);
    const columns = await host.frame.evaluate(
      "document.querySelector('.columns').scrollWidth > innerWidth",
    );

    expect([ofBoard, ofCard]).toEqual([[], []]);
    expect(columns).toBe(true);
    expect(await host.frame.evaluate("document.documentElement.scrollWidth")).toBe(320);
  },
);

inBrowser(
  "for a reader from right to left, the first column is on the right, and so do the arrows go",
  async () => {
    await using host = await open({ context: { locale: "ar-EG" } });
    const { frame, page } = host;
    const left = async (name: string) =>
      (await frame.getByRole("region", { name }).boundingBox())?.x ?? 0;

    await frame.locator(".title").first().focus();
    await page.keyboard.press("ArrowLeft");

    expect(await left("To Do")).toBeGreaterThan(await left("Done"));
    expect(await frame.locator(":focus").textContent()).toBe("كتابة نصوص بديلة");
    expect(await frame.evaluate("getComputedStyle(document.activeElement).direction")).toBe("rtl");
  },
);

inBrowser("the host's own variables and theme are the board's, also when they change", async () => {
  const variables = {
    "--color-background-primary": "rgb(1, 2, 3)",
    "--color-text-primary": "light-dark(rgb(4, 5, 6), rgb(7, 8, 9))",
  };
  await using host = await open({ context: { theme: "light", styles: { variables } } });
  const look = () =>
    host.frame.evaluate(
      "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
    );

  const light = await look();
  await host.post({ method: "ui/notifications/host-context-changed", params: { theme: "dark" } });
  await host.frame.locator('body[style*="dark"]').waitFor();

  expect(light).toEqual(["rgb(1, 2, 3)", "rgb(4, 5, 6)"]);
  expect(await look()).toEqual(["rgb(1, 2, 3)", "rgb(7, 8, 9)"]);
});

inBrowser(
  "the frame gets the height that the board needs, up to what the host allows",
  async () => {
    const many = createFakeBoard(Array.from({ length: 50 }, () => ({})));
    const context = { containerDimensions: { maxHeight: 500 } };
    await using small = await open({ context });
    await using large = await open({ context }, many);

    await expect
      .poll(() => large.sentBy("ui/notifications/size-changed").at(-1))
      .toEqual({ width: 1000, height: 500 });
    await expect
      .poll(() => small.sentBy("ui/notifications/size-changed").length)
      .toBeGreaterThan(0);
    const { height } = small.sentBy("ui/notifications/size-changed").at(-1) ?? {};
    expect(height).toBeGreaterThan(200);
    expect(height).toBeLessThan(350);
  },
);

inBrowser("full screen is offered where the host has it, and fills the frame", async () => {
  const modes = { availableDisplayModes: ["inline", "fullscreen"] };
  await using host = await open({ context: modes });
  await using without = await open();

  await host.frame.getByRole("button", { name: "Full screen" }).click();
  await host.post({
    method: "ui/notifications/host-context-changed",
    params: { displayMode: "fullscreen" },
  });
  await host.frame.getByRole("button", { name: "Back to the chat" }).waitFor();
  const told = host.sentBy("ui/notifications/size-changed").length;
  await host.page.setViewportSize({ width: 900, height: 500 });
  // Longer than a size has to stay before it is told.
  await host.page.waitForTimeout(300);

  // The host's own size there, which it need not be told.
  expect(host.sentBy("ui/notifications/size-changed")).toHaveLength(told);
  expect(host.sentBy("ui/request-display-mode")).toEqual([{ mode: "fullscreen" }]);
  expect(
    await host.frame.evaluate("document.querySelector('main').offsetHeight + 16 - innerHeight"),
  ).toBe(0);
  expect(await without.frame.getByRole("button", { name: "Full screen" }).count()).toBe(0);
});

inBrowser("what is not said by the host is not heard", async () => {
  await using host = await open();
  const result = { isError: true, content: [{ type: "text", text: "Forged" }] };
  const forged = { jsonrpc: "2.0", method: "ui/notifications/tool-result", params: result };

  await host.frame.evaluate(`postMessage(${JSON.stringify(forged)}, "*")`);
  await host.post({ method: "ui/notifications/host-context-changed", params: { theme: "dark" } });
  await host.frame.locator("body[style*=dark]").waitFor();

  expect(await host.frame.getByText("Forged").count()).toBe(0);
});

inBrowser("a view that is torn down answers, and asks for nothing more", async () => {
  const board = createFakeBoard(CARDS);
  await using host = await open({}, board);
  const asked = host.sentBy("tools/call").length;

  await host.post({ id: 77, method: "ui/resource-teardown", params: { reason: "closed" } });
  await expect.poll(() => host.sent).toContainEqual({ jsonrpc: "2.0", id: 77, result: {} });
  await host.frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await host.frame.getByLabel("Find").fill("x");
  await host.frame.locator(".count").getByText("0 of 1").first().waitFor();

  expect(host.sentBy("tools/call")).toHaveLength(asked);
  expect(host.complaints).toEqual([]);
});
