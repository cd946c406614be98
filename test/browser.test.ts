import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import type { Person } from "./sandbox/people.ts";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { findChromium, openPage } from "./support/chromium.ts";
import { connectClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { linkIn } from "./support/scenario-sign-in.ts";

const chromium = await findChromium();
const isMissing = chromium === undefined;
if (isMissing) {
  console.warn(
    "The walk through the approval page is skipped: no Chromium at CHROMIUM_PATH or /usr/bin/chromium (Debian: apt-get install chromium).",
  );
}

const browser = isMissing ? undefined : await openPage(chromium);
afterAll(() => browser?.[Symbol.asyncDispose]());

/** The tab of the one browser, which has forgotten who was here. */
async function emptyTab(): Promise<Page> {
  if (!browser) throw new Error("There is no browser.");
  await browser.page.context().clearCookies();
  return browser.page;
}

const TIMEOUT_MS = 300_000;

/** Follows the link, signs in, and gives the code that the page shows for comparison. */
async function openRequest(page: Page, link: string, person: Person): Promise<string> {
  await page.goto(link);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "kaneo-mcp wants to use Kaneo as you" }).waitFor();
  return (await page.locator("#user-code").textContent()) ?? "";
}

test.skipIf(isMissing)(
  "a person opens the link, signs in, sees the code and approves; then the call lists tasks",
  { timeout: TIMEOUT_MS },
  async () => {
    await using sandbox = await startSandbox({ host: "localhost", deviceInterval: "1s" });
    await using server = await connectClient({ env: { KANEO_API_URL: sandbox.url } });
    const page = await emptyTab();
    const { link, code } = linkIn((await server.call("list_tasks", { project: "WEB" })).text);

    const shown = await openRequest(page, link, sandbox.people.alice);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Approved" }).waitFor();
    const { text, isError } = await server.call("list_tasks", { project: "WEB" });

    expect(shown).toBe(code);
    expect(isError).toBe(false);
    expect(text).toContain("WEB-4");
    expect((await server.call("whoami")).text).toContain(sandbox.people.alice.email);
  },
);

test.skipIf(isMissing)(
  "a person denies on the page; then the call says so",
  { timeout: TIMEOUT_MS },
  async () => {
    await using sandbox = await startSandbox({ host: "localhost", deviceInterval: "1s" });
    await using server = await connectHere({ env: { KANEO_API_URL: sandbox.url } });
    const page = await emptyTab();
    const { link } = linkIn((await server.call("list_tasks", { project: "WEB" })).text);

    await openRequest(page, link, sandbox.people.bob);
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "Denied" }).waitFor();
    const { text, isError } = await server.call("list_tasks", { project: "WEB" });

    expect(isError).toBe(true);
    expect(text).toContain("was denied in the browser");
  },
);
