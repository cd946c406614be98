/** Instead of the board, for who is signed out: where to sign in, and the code to compare. */
import { button, h } from "./elements.ts";
import type { SignIn } from "./store.ts";

/** Asks the host to open a page; rejects when it does not. */
export type OpenLink = (url: string) => Promise<void>;

/** `openLink` is undefined where the host opens no links. */
export function signInPanel({ url, code }: SignIn, openLink: OpenLink | undefined): HTMLElement {
  const address = h("code", { class: "address", hidden: openLink !== undefined }, url);
  const open = (link: OpenLink) =>
    button("Sign in to Kaneo", { class: "main" }, () => {
      link(url).catch(() => {
        address.hidden = false;
        hint.textContent = "This app did not open the page. Open this address in a browser:";
      });
    });
  const hint = h(
    "p",
    {},
    openLink
      ? "A page of your Kaneo opens in the browser. The board appears here as soon as you have approved there."
      : "Open this address in a browser. The board appears here as soon as you have approved there.",
  );
  return h(
    "div",
    { class: "sign-in" },
    h("h2", {}, "You are signed out of Kaneo"),
    hint,
    address,
    ...(code ? [h("p", {}, "The page shows this code: ", h("b", { class: "code" }, code))] : []),
    ...(openLink ? [open(openLink)] : []),
  );
}
