/** What stands above the board, and instead of it: for who is signed out, and for hosts that let a view call no tools. */
import type { Board } from "../contract.ts";
import type { Bridge } from "./bridge.ts";
import { button, h } from "./elements.ts";
import type { HostContext } from "./host.ts";
import type { SignIn } from "./store.ts";

/** Asks the host to open a page; rejects when it does not. */
export type OpenLink = (url: string) => Promise<void>;

export type Top = ReturnType<typeof createTop>;

/** The line above the board: whose it is, and where else it can be seen. */
export function createTop(bridge: Bridge) {
  const name = h("h1", { dir: "auto" }, "Kaneo");
  let open = () => {};
  let mode = "inline";
  const inKaneo = button("Open in Kaneo", { hidden: true }, () => open());
  const fullScreen = button("Full screen", { hidden: true }, () => {
    const wanted = mode === "fullscreen" ? "inline" : "fullscreen";
    // The host says what became of it by a changed context.
    bridge.request("ui/request-display-mode", { mode: wanted }).catch(() => {});
  });
  return {
    element: h("header", { class: "top" }, name, inKaneo, fullScreen),
    show(project: Board["project"], context: HostContext, openLink: OpenLink | undefined): void {
      const { name: title, url } = project;
      name.textContent = title;
      inKaneo.hidden = url === undefined || !openLink;
      // A host that does not open it says so itself.
      open = () => void (url !== undefined && openLink?.(url).catch(() => {}));
      mode = context.displayMode ?? "inline";
      fullScreen.hidden = !context.availableDisplayModes?.includes("fullscreen");
      fullScreen.textContent = mode === "fullscreen" ? "Back to the chat" : "Full screen";
    },
  };
}

/** Where to sign in, and the code to compare. `openLink` is undefined where the host opens no links. */
export function signInPanel({ url, code }: SignIn, openLink: OpenLink | undefined): HTMLElement {
  const address = h("code", { class: "address", hidden: openLink !== undefined }, url);
  const open = button("Sign in to Kaneo", { class: "main", hidden: openLink === undefined }, () => {
    openLink?.(url).catch(() => {
      address.hidden = false;
    });
  });
  return h(
    "div",
    { class: "sign-in" },
    h("h2", {}, "You are signed out of Kaneo"),
    h("p", {}, "Approve in the browser. The board appears here as soon as you have."),
    address,
    ...(code ? [h("p", {}, "The page shows this code: ", h("code", {}, code))] : []),
    open,
  );
}

const TASK_LINE = /^(\S+-\d+) {2}(.*)$/;

/** What `show_board` said, its lines as cards that only can be read. */
export function plainBoard(text: string): HTMLElement {
  // By keys, only what has the focus can be scrolled.
  const element = h("div", { class: "plain", tabindex: 0, role: "region", "aria-label": "Board" });
  for (const line of text.split("\n")) {
    const [, key, rest] = TASK_LINE.exec(line) ?? [];
    if (key !== undefined) {
      const card = h("li", { dir: "auto" }, h("span", { class: "key" }, key), ` ${rest}`);
      if (element.lastElementChild instanceof HTMLUListElement)
        element.lastElementChild.append(card);
      else element.append(h("ul", {}, card));
    } else if (line.trim() !== "") element.append(h("p", { dir: "auto" }, line));
  }
  return element;
}
