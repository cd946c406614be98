/** One browser for all tests of the board, and a tab for as many of them as have it open at once: a new one takes longer than most tests. */
import type { Page } from "playwright-core";
import { afterAll, test } from "vitest";
import { html } from "../../../src/board/page.ts";
import { findChromium, openPage } from "../../support/chromium.ts";
import type { FakeBoard } from "../fake-board.ts";
import { type Host, type HostOptions, openInHost } from "../host-page.ts";

const chromium = await findChromium();
if (chromium === undefined) {
  console.warn("The board is not looked at: no Chromium at CHROMIUM_PATH or /usr/bin/chromium.");
}
const browser = chromium === undefined ? undefined : await openPage(chromium);
afterAll(() => browser?.[Symbol.asyncDispose]());
const emptyTabs: Page[] = [];

export const inBrowser = test.skipIf(browser === undefined);

/** The view in a host, as soon as `shown` is to be seen. */
export async function open(
  options: Omit<HostOptions, "html"> & { html?: string },
  shown = ".card",
): Promise<Host> {
  if (!browser) throw new Error("There is no browser.");
  const page = emptyTabs.pop() ?? (await browser.page.context().newPage());
  // Behind another tab it would be drawn once a second.
  await page.bringToFront();
  const host = await openInHost(page, { html, ...options });
  await host.frame.locator(shown).first().waitFor();
  return {
    ...host,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      emptyTabs.push(page);
    },
  };
}

/** A board in a host. */
export function openBoard(
  board: FakeBoard,
  { shown, ...options }: Partial<HostOptions> & { shown?: string } = {},
): Promise<Host> {
  return open({ call: board.call, ...options }, shown);
}
