#!/usr/bin/env node
// Makes assets/icon.png of assets/icon.svg: clients show PNG only, best at 512 pixels. Needs Chromium (CHROMIUM_PATH).
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const SIZE = 512;
const assets = fileURLToPath(new URL("../assets/", import.meta.url));
const svg = await readFile(`${assets}icon.svg`, "utf8");

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
await page.setContent(
  `<style>body { margin: 0 } svg { display: block; width: ${SIZE}px }</style>${svg}`,
);
await page.screenshot({ path: `${assets}icon.png`, omitBackground: true });
await browser.close();
