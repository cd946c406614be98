import { access } from "node:fs/promises";
import { chromium, type Page } from "playwright-core";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Quiet and without a trace: the browser of a test speaks to nobody but the page's server. */
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Else each sandboxed frame is a process of its own, which takes longer to start than most tests take.
  "--disable-site-isolation-trials",
];

/** Where Chromium is installed: `CHROMIUM_PATH`, else where Debian puts it; undefined when it is not there. */
export async function findChromium(): Promise<string | undefined> {
  const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere ? path : undefined;
}

/** An open page of a browser that nobody has used before. */
export interface BrowserPage extends AsyncDisposable {
  readonly page: Page;
}

/** Starts Chromium with an empty profile, and ends it with the block. */
export async function openPage(executablePath: string): Promise<BrowserPage> {
  const profile = await makeTemporaryFolder();
  const context = await chromium.launchPersistentContext(profile.path, {
    executablePath,
    args: ARGS,
    viewport: { width: 900, height: 700 },
    // A slow machine needs long to start a browser.
    timeout: 120_000,
  });
  context.setDefaultTimeout(120_000);
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    async [Symbol.asyncDispose]() {
      await context.close();
      await profile[Symbol.asyncDispose]();
    },
  };
}
