/** What the board shows, in a browser with nothing but the frame that hosts give it. */
import axe from "axe-core";
import { expect } from "vitest";
import { createFakeBoard } from "../fake-board.ts";
import type { Host } from "../host-page.ts";
import { inBrowser, open } from "./setup.ts";

/** What axe complains about in the view. */
async function violationsIn({ frame }: Host): Promise<unknown> {
  if (await frame.evaluate("!window.axe")) await frame.evaluate(axe.source);
  return frame.evaluate(
    "axe.run().then(({ violations }) => violations.map((v) => v.id + v.nodes[0].html))",
  );
}

const TWO = [{ title: "First" }, { title: "Second", column: "done" }];
const SIGN_IN = {
  content: [{ type: "text", text: "Sign in first." }],
  _meta: { signIn: { url: "https://kaneo.example/device?code=ABCD-1234", code: "ABCD-1234" } },
};

inBrowser("the view says hello, is given the call, reads the board and shows it", async () => {
  const board = createFakeBoard(TWO);
  await using host = await open({ call: board.call });

  const [hello, ready] = host.sent;
  expect(hello).toEqual({
    jsonrpc: "2.0",
    id: 1,
    method: "ui/initialize",
    params: {
      appInfo: { name: "kaneo-board", title: "Kaneo board", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
      protocolVersion: "2026-01-26",
    },
  });
  expect(ready).toEqual({ jsonrpc: "2.0", method: "ui/notifications/initialized", params: {} });
  expect(board.calls).toEqual([{ name: "board_data", args: { project_id: "web" } }]);
  expect(host.complaints).toEqual([]);
});

inBrowser(
  "a card shows key, title, priority, person, labels, and that it is late, in words",
  async () => {
    const labels = [{ name: "bug", color: "#ef4444" }];
    const late = { due: "2026-01-02", isLate: true, assignee: "u2", priority: "urgent", labels };
    const board = createFakeBoard([{ title: "First", ...late }]);
    await using host = await open({ call: board.call, context: { locale: "de-DE" } });
    const card = host.frame.getByRole("listitem");

    const text = await card.textContent();
    const color = await host.frame.evaluate(
      "getComputedStyle(document.querySelector('.late')).color",
    );

    expect(text).toBe("WEB-1‼ urgentBSFirst⚠ late, 2. Jan.bug⋯");
    expect(color).toBe("rgb(179, 38, 30)");
    expect(await card.getByRole("img", { name: "Assigned to Bob Stone" }).count()).toBe(1);
  },
);

inBrowser("text, person and label say which cards are shown, and how many of them", async () => {
  const board = createFakeBoard([
    { title: "Größe" },
    { title: "Maß", assignee: "u1" },
    { title: "Ende" },
  ]);
  await using host = await open({ call: board.call });
  const { frame } = host;
  const counts = async () => [
    await frame.locator(".count").first().textContent(),
    await frame.locator(".card").count(),
  ];

  await frame.getByLabel("Find").fill("große");
  const byText = await counts();
  await frame.getByRole("button", { name: "Show all" }).click();
  await frame.getByLabel("Person").selectOption("Alice Adams");
  const byPerson = await counts();
  await frame.getByLabel("Person").selectOption("Anyone");

  expect(byText).toEqual(["1 of 3", 1]);
  expect(byPerson).toEqual(["1 of 3", 1]);
  expect(await counts()).toEqual(["3", 3]);
});

inBrowser("of 5,000 cards, only those in sight are built, wherever one scrolls", async () => {
  const board = createFakeBoard(Array.from({ length: 5_000 }, () => ({})));
  await using host = await open({ call: board.call });
  const built = host.frame.locator(".card");

  const atFirst = await built.count();
  await host.frame.evaluate("document.querySelector('.scroller').scrollTop = 260_000");
  await host.frame.getByText("Card 2501", { exact: true }).waitFor();
  const inTheMiddle = await built.count();
  await host.frame.locator(".card .title").first().focus();
  await host.page.keyboard.press("End");
  const last = await host.frame.locator(".card:focus-within").getAttribute("aria-posinset");

  expect(Math.max(atFirst, inTheMiddle)).toBeLessThan(30);
  expect(last).toBe("5000");
});

inBrowser(
  "text that is a script, a picture or a link stays text, and asks nobody for anything",
  async () => {
    const evil = `<img src=https://evil.example/x onerror="top.hacked=1"><script>top.hacked=1</script>[a](https://evil.example) ![b](https://evil.example/b.png) javascript:alert(1)`;
    const label = { name: evil, color: "url(https://evil.example/c)" };
    const board = createFakeBoard([
      { title: evil, labels: [label], assignee: evil, priority: evil, key: "WEB-1" },
    ]);
    board.data.project.name = evil;
    board.data.columns[0] = { slug: "to-do", name: evil };
    board.data.people.push({ id: "u9", name: evil });
    board.data.labels.push(label);
    board.details = {
      description: evil,
      comments: [{ author: evil, when: "2026-03-01T08:00:00Z", text: evil }],
      relations: [{ kind: evil, key: evil, title: evil, status: evil }],
    };
    await using host = await open({ call: board.call });
    const { frame } = host;

    await frame.locator(".title").first().click();
    await frame.locator(".written").waitFor();

    const elements = await frame.evaluate(
      "[...document.querySelectorAll('img, a, iframe, body script')].length",
    );
    expect(elements).toBe(1);
    expect(await frame.locator(".written").textContent()).toBe(evil);
    expect(await frame.getByLabel("Description").inputValue()).toBe(evil);
    expect(host.requests).toEqual([]);
    expect(host.complaints).toEqual([]);
  },
);

inBrowser("who is signed out gets a button for the sign-in, then the board", async () => {
  const board = createFakeBoard(TWO);
  board.instead = () => SIGN_IN;
  await using host = await open({ call: board.call, toolResult: SIGN_IN }, ".sign-in");

  await host.frame.getByRole("button", { name: "Sign in to Kaneo" }).click();
  board.instead = (name) => (name === "show_board" ? { _meta: { projectId: "web" } } : undefined);
  await host.frame.getByText("Second").waitFor();

  expect(host.sentBy("ui/open-link")).toEqual([{ url: SIGN_IN._meta.signIn.url }]);
});

inBrowser("where no links are opened, the address of the sign-in is text", async () => {
  const options = { call: () => SIGN_IN, toolResult: SIGN_IN };
  await using without = await open({ ...options, capabilities: { serverTools: {} } }, ".sign-in");
  await using refusing = await open({ ...options, opensLinks: false }, ".sign-in");

  await refusing.frame.getByRole("button", { name: "Sign in to Kaneo" }).click();

  for (const { frame } of [without, refusing]) {
    await frame.getByText(SIGN_IN._meta.signIn.url, { exact: true }).waitFor();
    await frame.getByText("ABCD-1234", { exact: true }).waitFor();
  }
  expect(await without.frame.getByRole("button", { name: "Sign in" }).count()).toBe(0);
});

inBrowser("in read-only mode there is nothing to change anything with", async () => {
  const board = createFakeBoard(TWO);
  board.data.readOnly = true;
  board.details.description = "Only to read";
  await using host = await open({ call: board.call });
  const { frame } = host;

  await frame.getByText("First").hover();
  await host.page.mouse.down();
  await host.page.mouse.move(600, 200, { steps: 4 });
  const dragged = await frame.locator(".dragged").count();
  await host.page.mouse.up();
  const buttons = await frame.locator(".columns button").allTextContents();
  await frame.getByText("First").click();
  await frame.getByRole("dialog").getByLabel("Priority").waitFor();

  expect(dragged).toBe(0);
  expect(buttons).toEqual(["First", "Second"]);
  expect(await frame.getByRole("dialog").getByRole("button").allTextContents()).toEqual(["✕"]);
});

inBrowser(
  "where the host lets a view call no tools, what the tool said is shown to read",
  async () => {
    const text =
      'Website (WEB), 2 tasks\n\nto-do (To Do): 1\nWEB-1  high  "First"\nWEB-2  "Second"';
    const toolResult = { content: [{ type: "text", text }] };
    const call = () => Promise.reject(new Error("No tools here."));
    await using host = await open({ call, toolResult, capabilities: {} }, ".plain");

    expect(await host.frame.getByRole("listitem").allTextContents()).toEqual([
      'WEB-1 high  "First"',
      'WEB-2 "Second"',
    ]);
    expect(host.sentBy("tools/call")).toEqual([]);
  },
);

inBrowser("a board that cannot be read says why, and tries again when asked to", async () => {
  const board = createFakeBoard(TWO);
  board.instead = () => ({ isError: true, content: [{ type: "text", text: "Kaneo is down." }] });
  await using host = await open({ call: board.call }, "text=Kaneo is down.");

  board.instead = undefined;
  await host.frame.getByRole("button", { name: "Try again" }).click();
  await host.frame.getByText("Second").waitFor();

  expect(await host.frame.getByText("Kaneo is down.").count()).toBe(0);
});

inBrowser(
  "axe finds nothing on the board, in its menu, or in an opened card, light or dark",
  async () => {
    const labels = [{ name: "bug", color: "#ef4444" }];
    const late = { due: "2026-01-01", isLate: true, assignee: "u1", priority: "urgent" };
    const board = createFakeBoard([
      { title: "First", ...late },
      { title: "Second", column: "done", labels },
    ]);
    board.details.comments.push({ author: "Bob Stone", when: "2026-03-01T08:00:00Z", text: "Ja" });
    await using host = await open({ call: board.call });
    const { frame } = host;
    const found: unknown[] = [];
    const look = async () => found.push(await violationsIn(host));

    for (const theme of ["light", "dark"]) {
      await host.post({ method: "ui/notifications/host-context-changed", params: { theme } });
      await frame.locator(`body[style*="color-scheme: ${theme}"]`).waitFor();
      await look();
      await frame.getByRole("button", { name: "Move WEB-1" }).click();
      await look();
      await host.page.keyboard.press("Escape");
      await frame.getByRole("button", { name: "First" }).click();
      await frame.getByText("Bob Stone,").waitFor();
      await look();
      await frame.getByRole("button", { name: "Close" }).click();
    }

    expect(found).toEqual([[], [], [], [], [], []]);
  },
);

inBrowser("axe finds nothing where there is no board either", async () => {
  const text = Array.from({ length: 60 }, (_, index) => `WEB-${index}  "Card"`).join("\n");
  const toolResult = { content: [{ type: "text", text }] };
  const call = () => SIGN_IN;
  await using plain = await open({ call, toolResult, capabilities: {} }, ".plain");
  await using signIn = await open({ call, toolResult: SIGN_IN }, ".sign-in");
  const isError = { isError: true, content: [{ type: "text", text: "No such project." }] };
  await using failed = await open({ call, toolResult: isError }, "text=No such project.");

  const found = await Promise.all([plain, signIn, failed].map(violationsIn));

  expect(found).toEqual([[], [], []]);
  expect(await plain.frame.evaluate("document.documentElement.scrollHeight <= innerHeight")).toBe(
    true,
  );
});
