/** What the board says: to everybody when something failed, to screen readers also when it went well. */
import { button, h } from "./elements.ts";

export interface Notices {
  readonly element: HTMLElement;
  /** Heard, not seen: the board itself shows it. */
  announce(text: string): void;
  /** Stays until the person closes it. */
  fail(text: string): void;
  /** Why what is shown may be old; undefined when it is not. */
  setProblem(text: string | undefined): void;
}

export function createNotices(tryAgain: () => void): Notices {
  const live = h("p", { class: "heard", role: "status" });
  const failureText = h("p", { role: "alert", dir: "auto" });
  const failure = h("div", { class: "failure", hidden: true }, failureText);
  const close = button("✕", { "aria-label": "Close the message" }, () => {
    failure.hidden = true;
    failureText.textContent = "";
  });
  failure.append(close);
  const problemText = h("p", { role: "status", dir: "auto" });
  const problem = h(
    "div",
    { class: "failure", hidden: true },
    problemText,
    button("Try again", {}, tryAgain),
  );
  return {
    element: h("div", { class: "notices" }, live, failure, problem),
    announce: (text) => {
      live.textContent = text;
    },
    fail(text) {
      failure.hidden = false;
      failureText.textContent = text;
    },
    setProblem(text) {
      problem.hidden = text === undefined;
      // Said once, however often it is found to be so.
      if (problemText.textContent !== (text ?? "")) problemText.textContent = text ?? "";
    },
  };
}
