import axe from "axe-core";
import { afterAll, expect, test } from "vitest";
import { findChromium, openPage } from "../support/chromium.ts";
import { createFakeBoard } from "./fake-board.ts";
import { openInHost } from "./host-page.ts";

const chromium = (await findChromium()) ?? "";
const isMissing = chromium === "";
if (isMissing)
  console.warn(
    "The board's view is not tested: no Chromium at CHROMIUM_PATH or /usr/bin/chromium.",
  );

/** One browser for all of them; each test has a tab of its own. */
const browser = isMissing ? undefined : await openPage(chromium);
afterAll(() => browser?.[Symbol.asyncDispose]());
const open = (options: Parameters<typeof openInHost>[1]) => {
  if (!browser) throw new Error("No browser.");
  return openInHost(browser.page.context(), options);
};

test.skipIf(isMissing)(
  "the view says hello, is given the call, reads the board and shows it",
  async () => {
    const board = createFakeBoard([{ title: "First" }, { title: "Second", column: "done" }]);
    await using host = await open({ call: board.call });

    await host.frame.getByText("Second").waitFor();

    expect(host.sent.slice(0, 2).map(({ method }) => method)).toEqual([
      "ui/initialize",
      "ui/notifications/initialized",
    ]);
    expect(host.complaints).toEqual([]);
    expect(host.requests).toEqual([]);
  },
);

test.skipIf(isMissing)(
  "axe finds nothing on the board, in its menu, or in an opened card",
  async () => {
    const board = createFakeBoard([
      { title: "First", due: "2026-01-01", isLate: true, assignee: "u1", priority: "urgent" },
      { title: "Second", column: "done", labels: [{ name: "bug", color: "#ef4444" }] },
    ]);
    board.details.comments.push({ author: "Bob Stone", when: "2026-03-01T08:00:00Z", text: "Ja" });
    await using host = await open({ call: board.call });
    const { frame } = host;
    await frame.evaluate(axe.source);
    const look = () =>
      frame.evaluate(
        "axe.run().then(({ violations }) => violations.map((v) => v.id + ' ' + v.nodes[0].html))",
      );

    const found: unknown[] = [];
    for (const theme of ["light", "dark"]) {
      await host.post({ method: "ui/notifications/host-context-changed", params: { theme } });
      await frame.getByText("Second").waitFor();
      found.push(await look());
      await frame.getByRole("button", { name: "Move WEB-1" }).click();
      found.push(await look());
      await host.page.keyboard.press("Escape");
      await frame.getByRole("button", { name: "First" }).click();
      await frame.getByText("Bob Stone").last().waitFor();
      found.push(await look());
      await frame.getByRole("button", { name: "Close" }).click();
    }

    expect(found).toEqual(found.map(() => []));
  },
);
