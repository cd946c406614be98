/**
 * Makes assets/first-run.png: a first run in a real Claude Code, with a scripted model in place of its own, the real server
 * and the embedded Kaneo. Needs the npm registry, tmux, and Chromium (CHROMIUM_PATH).
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AnsiUp } from "ansi_up";
import { type BrowserContext, chromium } from "playwright-core";
import { realClients } from "../test/clients/real-clients.ts";
import { type Stage, setStage } from "../test/clients/stage.ts";
import { openTerminal } from "../test/clients/terminal.ts";

const QUESTION = "What is open for me in WEB?";
const COLUMNS = 102;
const picture = fileURLToPath(new URL("../assets/first-run.png", import.meta.url));
const [claude] = realClients;
if (!claude) throw new Error("Claude Code is the first of the clients.");

await using stage = await setStage(claude.package);
stage.model.asks = { project: "WEB", assignee: "me", state: "open" };
await stage.kaneoMcp("install", claude.word, "--api-url", stage.kaneo.url);
await using terminal = await openTerminal({
  command: claude.start(QUESTION),
  env: { ...stage.env, ...claude.env(stage.model.url), COLORTERM: "truecolor" },
  cwd: join(stage.home, "work"),
  columns: COLUMNS,
});
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const context = await browser.newContext({ deviceScaleFactor: 2 });
  const link = /http:\/\/localhost\S+user_code=\S+/;
  const [address = ""] = link.exec(await terminal.shows(link, claude.answers)) ?? [];
  const question = shown(await terminal.coloured());
  await terminal.press("Enter");
  const approval = await approve(context, address, stage);
  await terminal.press("Enter");
  await terminal.shows(/WEB-7\b/);
  await terminal.press("C-l");
  const tasks = shown(await terminal.coloured());

  const page = await context.newPage();
  await page.setContent(layout({ question, approval, tasks }));
  await page.locator("main").screenshot({ path: picture, omitBackground: true });
} finally {
  await browser.close();
}

/** Signs in and approves as a person does, and gives a picture of what they decide on. */
async function approve(context: BrowserContext, address: string, { kaneo }: Stage) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 440, height: 520 });
  await page.goto(address);
  await page.getByLabel("E-mail").fill(kaneo.people.alice.email);
  await page.getByLabel("Password").fill(kaneo.people.alice.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  const button = page.getByRole("button", { name: "Approve" });
  await button.waitFor();
  const image = await page.screenshot();
  await button.click();
  await page.getByRole("heading", { name: "Approved" }).waitFor();
  return image.toString("base64");
}

/** From the question on, with one empty line where there are more, as HTML. */
function shown(screen: string): string {
  const text = screen.slice(screen.lastIndexOf("\n", screen.indexOf(QUESTION))).trim();
  // Two signs that few monospaced fonts have.
  const plain = text.replaceAll("⎿", "└").replaceAll("⏸", "‖");
  return new AnsiUp().ansi_to_html(plain.replace(/\n\s*\n/g, "\n\n"));
}

function layout({ question, approval, tasks }: Record<"question" | "approval" | "tasks", string>) {
  return `<style>
  main { width: 1230px; padding: 2px; display: grid; grid-template-columns: 1fr 360px; gap: 16px; align-items: start; font: 600 15px system-ui, sans-serif; }
  figure { margin: 0; border-radius: 12px; overflow: hidden; border: 1px solid #8886; background: #17181c; }
  figcaption { padding: 10px 16px; color: #d5d6de; background: #2a2b33; }
  pre { margin: 0; padding: 14px 16px; color: #e6e6ea; font: 13px/1.45 "DejaVu Sans Mono", monospace; overflow: hidden; }
  img { display: block; width: 360px; }
  .tall { grid-row: 1 / 3; grid-column: 2; }
</style>
<main>
  <figure><figcaption>1. You ask. Nobody is signed in, so you get a link.</figcaption><pre>${question}</pre></figure>
  <figure class="tall"><figcaption>2. You compare the code and approve.</figcaption><img src="data:image/png;base64,${approval}"></figure>
  <figure><figcaption>3. It goes on by itself, and stays signed in.</figcaption><pre>${tasks}</pre></figure>
</main>`;
}
