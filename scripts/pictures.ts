/** `npm run pictures`: draws docs/board-*.png, the board of the built server with the sandbox's content. Needs Chromium. */
import { fileURLToPath } from "node:url";
import { type Host, type HostOptions, openInHost } from "../test/board/host-page.ts";
import { startHostServer } from "../test/board/host-server.ts";
import { type Sandbox, startSandbox } from "../test/sandbox/start-sandbox.ts";
import { findChromium, openPage } from "../test/support/chromium.ts";

const docs = fileURLToPath(new URL("../docs/", import.meta.url));
const WIDE = { width: 1000, height: 560 };
const NARROW = { width: 320, height: 560 };

interface Picture {
  name: string;
  options?: Partial<HostOptions>;
  /** What is done to the content before. */
  prepare?(sandbox: Sandbox): void;
  /** What the person does before. */
  act?(host: Host): Promise<void>;
}

const fit = { containerDimensions: { maxHeight: WIDE.height } };

const pictures: Picture[] = [
  { name: "light", act: dragSomething },
  { name: "dark", options: { context: { ...fit, theme: "dark" }, colorScheme: "dark" } },
  { name: "card", act: openCard },
  { name: "narrow", options: { viewport: NARROW } },
  {
    name: "right-to-left",
    options: { context: { ...fit, locale: "ar-EG" } },
    prepare: speakArabic,
  },
];

async function dragSomething({ page, frame }: Host): Promise<void> {
  const from = await frame.getByText("Fix login redirect loop").boundingBox();
  const to = await frame.getByText("Bundle size budget").boundingBox();
  if (!from || !to) throw new Error("The demo has other cards.");
  await page.mouse.move(from.x + 60, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(to.x + 90, to.y - 40, { steps: 8 });
  await frame.locator(".marker:visible").waitFor();
}

async function openCard({ frame }: Host): Promise<void> {
  await frame.getByText("Fix login redirect loop").click();
  await frame.getByText("Fix is in review.").waitFor();
}

function speakArabic({ data }: Sandbox): void {
  const project = [...data.projects.values()].find(({ slug }) => slug === "WEB");
  const columns = ["المهام", "قيد التنفيذ", "مراجعة", "تم"];
  const titles = [
    "كتابة نصوص بديلة لجميع صور المنتجات",
    "إصلاح حلقة تسجيل الدخول",
    "تباين الوضع الداكن",
  ];
  if (!project) throw new Error("The demo has no project WEB.");
  project.name = "المتجر الإلكتروني";
  const ofProject = ({ projectId }: { projectId: string }) => projectId === project.id;
  for (const [index, column] of [...data.columns.values()].filter(ofProject).entries())
    column.name = columns[index] ?? column.name;
  const numbers = [5, 4, 6];
  for (const task of [...data.tasks.values()].filter(ofProject))
    task.title = titles[numbers.indexOf(task.number)] ?? task.title;
}

const chromium = await findChromium();
if (chromium === undefined)
  throw new Error("The pictures need Chromium: CHROMIUM_PATH or /usr/bin/chromium.");
await using browser = await openPage(chromium);
for (const { name, options, prepare, act } of pictures) {
  await using sandbox = await startSandbox({ seed: "demo" });
  prepare?.(sandbox);
  const { apiKey } = sandbox.people.alice;
  await using server = await startHostServer({ KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey });
  const shown = { ...(await server.show("WEB")), viewport: WIDE, context: fit, ...options };
  await using host = await openInHost(browser.page, shown);
  await host.frame.locator(".card").first().waitFor();
  await act?.(host);
  // Until the frame has its height, and what was written is painted.
  await host.page.waitForTimeout(1_000);
  await host.page.screenshot({ path: `${docs}board-${name}.png` });
}
