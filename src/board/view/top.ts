/** The line above the board: whose it is, and where else it can be seen. */
import type { Bridge } from "./bridge.ts";
import { button, h } from "./elements.ts";
import type { HostContext } from "./host.ts";
import type { OpenLink } from "./panels.ts";
import type { Board } from "./store.ts";

export interface Top {
  readonly element: HTMLElement;
  show(project: Board["project"], context: HostContext, openLink: OpenLink | undefined): void;
}

export function createTop(bridge: Bridge): Top {
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
    show({ name: title, url }, context, openLink) {
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
