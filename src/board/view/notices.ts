/** What the board says: to everybody when something failed, to screen readers also when it went well. */
import { button, h } from "./elements.ts";

export type Notices = ReturnType<typeof createNotices>;

export function createNotices(tryAgain: () => void) {
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
    /** Heard, not seen: the board itself shows it. */
    announce: (text: string): void => {
      live.textContent = text;
    },
    /** Stays until the person closes it. */
    fail(text: string): void {
      failure.hidden = false;
      failureText.textContent = text;
    },
    /** Why what is shown may be old; undefined when it is not. */
    setProblem(text: string | undefined): void {
      problem.hidden = text === undefined;
      // Said once, however often it is found to be so.
      if (problemText.textContent !== (text ?? "")) problemText.textContent = text ?? "";
    },
  };
}
