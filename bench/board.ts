/** What a board of 5,000 cards asks of a browser, against a page with nothing on it. */
import type { Page } from "playwright-core";
import { createFakeBoard } from "../test/board/fake-board.ts";
import { findChromium, openPage } from "../test/support/chromium.ts";
import { compare, type Figure } from "./figures.ts";
import type { Rounds, Scene } from "./scene.ts";

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

/** Nothing is measured where there is no Chromium. */
export async function measureBoard({ server }: Scene, { board }: Rounds): Promise<Figure[]> {
  const chromium = await findChromium();
  if (chromium === undefined) return [];
  const { contents } = await server.request("resources/read", { uri: "ui://kaneo/board.html" });
  // The one document at this address.
  const [{ text: view }] = contents as [{ text: string }];
  const host = hostPage(await manyCards());
  await using browser = await openPage(chromium);
  const context = browser.page.context();
  const sample = (document: string, what: "paint" | "drag") => async () => {
    const page = await context.newPage();
    await page.setContent(host);
    const paintMs = await page.evaluate<number>(`show(${JSON.stringify(withProbe(document))})`);
    const value = what === "paint" ? paintMs : await slowFrameOfDrag(page);
    await page.close();
    return value;
  };
  const rows = [
    { name: "first paint", what: "paint", than: EMPTY, basis: "an empty page" },
    { name: "first paint", what: "paint", than: BARE, basis: "a page that is sent them, too" },
    {
      name: "slow frames of a drag",
      what: "drag",
      than: EMPTY,
      basis: "an empty page",
      target: 1.5,
    },
  ] as const;
  const figures: Figure[] = [];
  for (const { name, what, than, ...row } of rows) {
    const [ours, theirs] = [sample(view, what), sample(than, what)];
    const named = { ...row, name: `${CARDS} cards: ${name}` };
    figures.push(await compare({ ...named, rounds: board, ours, theirs }));
  }
  return figures;
}

/** Milliseconds that 95 % of the frames stay below while a card is dragged across the board. */
async function slowFrameOfDrag(page: Page): Promise<number> {
  const { mouse } = page;
  await mouse.move(100, 200);
  await mouse.down();
  await mouse.move(130, 220, { steps: 3 });
  let times: number[] | undefined;
  const counting = page
    .frames()[1]
    ?.evaluate<number[]>(TIMES_OF_FRAMES)
    .then((counted) => {
      times = counted;
    });
  for (let step = 0; times === undefined; step += 1) {
    await mouse.move(130 + ((step * 8) % 700), 220 + ((step * 5) % 300));
  }
  await counting;
  await mouse.up();
  return times.toSorted((a, b) => a - b)[FRAMES * 0.95] ?? Number.NaN;
}

const TIMES_OF_FRAMES = `new Promise((resolve) => {
  const times = [];
  let last = performance.now();
  const count = (now) => {
    times.push(now - last);
    last = now;
    if (times.length < ${FRAMES}) requestAnimationFrame(count);
    else resolve(times);
  };
  requestAnimationFrame(count);
})`;

async function manyCards(): Promise<object> {
  const columns = ["to-do", "in-progress", "done"];
  const cards = Array.from({ length: CARDS }, (_, index) => ({
    title: `A card among many others, number ${index}, with a title of two lines`,
    column: columns[index % columns.length] ?? "",
    assignee: "u1",
    due: "2026-03-01",
    labels: [{ name: "bug", color: "#ef4444" }],
  }));
  return createFakeBoard(cards).call("board_data", {});
}

/** In the frame: says when the first card was painted. */
const PROBE = `<script>
  const began = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => parent.postMessage({ painted: performance.now() - began }, "*")));
  const looking = new MutationObserver(() => document.querySelector(".card") && (looking.disconnect(), painted()));
  looking.observe(document, { childList: true, subtree: true });
</script>`;

function withProbe(document: string): string {
  return document.replace("<!doctype html>", (doctype) => doctype + PROBE);
}

/** A host that has all answers ready, so that only the view is measured. */
function hostPage(board: object): string {
  const answers = {
    "ui/initialize": { hostCapabilities: { serverTools: {} }, hostContext: { theme: "light" } },
    "tools/call": board,
  };
  return `<!doctype html><title>Host</title><style>body { margin: 0 } iframe { border: 0; width: 100%; height: 100vh }</style>
<iframe sandbox="allow-scripts"></iframe>
<script>
  const answers = ${JSON.stringify(answers)};
  const frame = document.querySelector("iframe");
  const post = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  let painted;
  addEventListener("message", ({ data }) => {
    if (data.painted !== undefined) painted(data.painted);
    if (data.id !== undefined && data.method) post({ id: data.id, result: answers[data.method] ?? {} });
    if (data.method === "ui/notifications/initialized") {
      post({ method: "ui/notifications/tool-result", params: { _meta: { projectId: "p" } } });
    }
  });
  const show = (html) => new Promise((resolve) => { painted = resolve; frame.srcdoc = html; });
</script>`;
}
