/** What a board of 5,000 cards asks of a browser, against a page with nothing on it. */
import type { Page } from "playwright-core";
import { createFakeBoard } from "../test/board/fake-board.ts";
import { findChromium, openPage } from "../test/support/chromium.ts";
import type { Figures } from "./figures.ts";
import type { Scene } from "./scene.ts";

const CARDS = 5_000;
const FRAMES = 60;
const EMPTY = "<!doctype html><title>Empty</title><p class='card'>Nothing</p>";
/** Nothing is measured where there is no Chromium. */
export async function* measureBoard({ server }: Scene): Figures {
  const chromium = await findChromium();
  if (chromium === undefined) return;
  const { contents } = await server.request("resources/read", { uri: "ui://kaneo/board.html" });
  // The one document at this address.
  const [{ text: view }] = contents as [{ text: string }];
  const host = hostPage(await manyCards());
  await using browser = await openPage(chromium);
  const sample =
    (document: string, isDrag = false) =>
    async () => {
      const page = await browser.page.context().newPage();
      await page.setContent(host);
      const probed = document.replace("<!doctype html>", (doctype) => doctype + PROBE);
      const paintMs = await page.evaluate<number>(`show(${JSON.stringify(probed)})`);
      const value = isDrag ? await slowFrameOfDrag(page) : paintMs;
      await page.close();
      return value;
    };
  const row = { basis: "an empty page", rounds: 7 };
  yield { ...row, name: `${CARDS} cards: first paint`, ours: sample(view), theirs: sample(EMPTY) };
  const sides = { ours: sample(view, true), theirs: sample(EMPTY, true) };
  yield { ...row, name: `${CARDS} cards: slow frames of a drag`, target: 1.5, ...sides };
}

/** Milliseconds that 95 % of the frames stay below while a card is dragged across the board. */
async function slowFrameOfDrag(page: Page): Promise<number> {
  const { mouse } = page;
  await mouse.move(100, 200);
  await mouse.down();
  await mouse.move(130, 220, { steps: 3 });
  let isMoving = true;
  const move = async () => {
    for (let step = 0; isMoving; step += 1) {
      await mouse.move(130 + ((step * 8) % 700), 220 + ((step * 5) % 300));
    }
  };
  const moving = move();
  const times = (await page.frames()[1]?.evaluate<number[]>(TIMES_OF_FRAMES)) ?? [];
  isMoving = false;
  await moving;
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

/** In the frame, before all else: says when the first card was painted. */
const PROBE = `<script>
  const began = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => parent.postMessage({ painted: performance.now() - began }, "*")));
  const looking = new MutationObserver(() => document.querySelector(".card") && (looking.disconnect(), painted()));
  looking.observe(document, { childList: true, subtree: true });
</script>`;

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
