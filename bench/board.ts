/** What a board of 5,000 cards asks of a browser, against a page with nothing on it. */
import type { Page } from "playwright-core";
import type { BoardData } from "../src/board/contract.ts";
import { findChromium, openPage } from "../test/support/chromium.ts";
import { type Figure, inTurns, ratio } from "./figures.ts";

const CARDS = 5_000;
const FRAMES = 60;
const EMPTY = "<!doctype html><title>Empty</title><p class='card'>Nothing</p>";
/** Asks for the cards as well, and shows one of them. */
const BARE = `<!doctype html><title>Bare</title><body><script>
  addEventListener("message", ({ data }) => {
    if (data.id !== 1) return;
    const card = document.createElement("p");
    card.className = "card";
    card.textContent = data.result.structuredContent.cards[0].title;
    document.body.append(card);
  });
  parent.postMessage({ jsonrpc: "2.0", id: 1, method: "tools/call", params: {} }, "*");
</script>`;

/** `html` is the view. Nothing is measured where there is no Chromium. */
export async function measureBoard(html: string, rounds: number): Promise<Figure[]> {
  const chromium = await findChromium();
  if (chromium === undefined) return [];
  await using browser = await openPage(chromium);
  const context = browser.page.context();
  const measure = (document: string) => async () => {
    const page = await context.newPage();
    await page.setContent(HOST);
    const paintMs = await page.evaluate<number>(`show(${JSON.stringify(withProbe(document))})`);
    const frames = await framesOfDrag(page);
    await page.close();
    return { paintMs, frames };
  };
  const contestants = { board: measure(html), empty: measure(EMPTY), bare: measure(BARE) };
  const { board, empty, bare } = await inTurns(rounds, contestants);
  const painted = (of: typeof board) => of.map(({ paintMs }) => paintMs);
  const figure = (name: string, value: number, basis: string): Figure => ({
    name: `${CARDS} cards: ${name}`,
    value,
    unit: "×",
    basis,
  });
  const nothing = "an empty page";
  return [
    figure("first paint", ratio(painted(board), painted(empty)), nothing),
    figure("first paint", ratio(painted(board), painted(bare)), "a page that is sent them, too"),
    {
      ...figure("slow frames of a drag", ratio(slowFrames(board), slowFrames(empty)), nothing),
      target: 1.5,
    },
  ];
}

/** Of each round the time that 95 % of the frames stay below. */
function slowFrames(rounds: readonly { frames: number[] }[]): number[] {
  return rounds.map(({ frames }) => frames.toSorted((a, b) => a - b)[FRAMES * 0.95] ?? 0);
}

/** The times between frames, in milliseconds, while a card is dragged across the board. */
async function framesOfDrag(page: Page): Promise<number[]> {
  const { mouse } = page;
  await mouse.move(100, 200);
  await mouse.down();
  await mouse.move(130, 220, { steps: 3 });
  let times: number[] | undefined;
  const counting = page.evaluate<number[]>("frames()").then((counted) => {
    times = counted;
  });
  for (let step = 0; times === undefined; step += 1) {
    await mouse.move(130 + ((step * 8) % 700), 220 + ((step * 5) % 300));
  }
  await counting;
  await mouse.up();
  return times;
}

const COLUMNS = ["to-do", "in-progress", "in-review", "done"];

const BOARD: BoardData = {
  version: "1",
  project: { id: "p", slug: "BIG", name: "Big" },
  readOnly: false,
  columns: COLUMNS.map((slug) => ({ slug, name: slug, isFinal: slug === "done" })),
  cards: Array.from({ length: CARDS }, (_, index) => ({
    id: `task-${index}`,
    key: `BIG-${index}`,
    number: index,
    title: `A card among many others, number ${index}, with a title of two lines`,
    priority: "medium",
    column: COLUMNS[index % COLUMNS.length] ?? "",
    position: index,
    assignee: "u1",
    due: "2026-03-01",
    labels: [{ name: "bug", color: "#ef4444" }],
  })),
  people: [{ id: "u1", name: "Alice Adams" }],
  labels: [{ name: "bug", color: "#ef4444" }],
};

/** In the frame: says when the first card was painted, and on request how long frames take. */
const PROBE = `<script>
  const began = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => parent.postMessage({ painted: performance.now() - began }, "*")));
  const looking = new MutationObserver(() => document.querySelector(".card") && (looking.disconnect(), painted()));
  looking.observe(document, { childList: true, subtree: true });
  addEventListener("message", ({ data }) => {
    if (data.frames === undefined) return;
    const times = [];
    let last = performance.now();
    const count = (now) => {
      times.push(now - last);
      last = now;
      if (times.length < data.frames) requestAnimationFrame(count);
      else parent.postMessage({ times }, "*");
    };
    requestAnimationFrame(count);
  });
</script>`;

function withProbe(document: string): string {
  return document.replace("<!doctype html>", (doctype) => doctype + PROBE);
}

/** A host that has all answers ready, so that only the view is measured. */
const HOST = `<!doctype html><title>Host</title><style>body { margin: 0 } iframe { border: 0; width: 100%; height: 100vh }</style>
<iframe sandbox="allow-scripts"></iframe>
<script>
  const board = ${JSON.stringify(BOARD)};
  const frame = document.querySelector("iframe");
  const post = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const answers = {
    "ui/initialize": { hostCapabilities: { serverTools: {} }, hostContext: { theme: "light" } },
    "tools/call": { content: [], structuredContent: board },
  };
  let told = () => {};
  addEventListener("message", ({ data }) => {
    if (data.painted !== undefined) told(data.painted);
    if (data.times) told(data.times);
    if (data.id !== undefined && data.method) post({ id: data.id, result: answers[data.method] ?? {} });
    if (data.method === "ui/notifications/initialized") {
      post({ method: "ui/notifications/tool-result", params: { _meta: { projectId: "p" } } });
    }
  });
  const heard = () => new Promise((resolve) => { told = resolve; });
  const show = (html) => { frame.srcdoc = html; return heard(); };
  const frames = () => { post({ frames: ${FRAMES} }); return heard(); };
</script>`;
