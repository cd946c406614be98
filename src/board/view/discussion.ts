/** What is around an opened card: its relations, its comments, and the field for one more. */
import type { BoardCardDetails } from "../contract.ts";
import { h, labelled, submitting } from "./elements.ts";
import type { Board } from "./store.ts";
import { momentIn, nameIn } from "./wording.ts";

export interface DiscussionOptions {
  board: Board;
  locale?: string | undefined;
  timeZone?: string | undefined;
}

/** `send` adds a comment, and rejects when it could not. */
export function discussion(
  { relations, comments }: BoardCardDetails,
  options: DiscussionOptions,
  send: (content: string) => Promise<unknown>,
): Node[] {
  const { readOnly } = options.board;
  const said = comments.map((comment) => commentItem(comment, options));
  return [
    ...(relations.length === 0
      ? []
      : [h("h3", {}, "Relations"), h("ul", {}, ...relations.map(relationItem))]),
    ...(said.length === 0
      ? []
      : [h("h3", {}, "Comments"), h("ul", { class: "comments" }, ...said)]),
    ...(readOnly ? [] : [commentForm(send)]),
  ];
}

function relationItem({ kind, key, title, status }: BoardCardDetails["relations"][number]) {
  return h(
    "li",
    { dir: "auto" },
    `${kind.replaceAll("_", " ")} `,
    h("b", {}, key),
    ` ${title} `,
    h("span", { class: "quiet" }, status),
  );
}

function commentItem(
  { author, when, text }: BoardCardDetails["comments"][number],
  { board, locale, timeZone }: DiscussionOptions,
) {
  const who = `${nameIn(board.people, author)}, ${momentIn(when, locale, timeZone)}`;
  return h(
    "li",
    {},
    h("p", { class: "quiet", dir: "auto" }, who),
    h("p", { class: "written", dir: "auto" }, text),
  );
}

function commentForm(send: (content: string) => Promise<unknown>): HTMLElement {
  const text = h("textarea", { class: "draft", dir: "auto", rows: 2 });
  const add = h("button", { type: "button" }, "Comment");
  submitting({ button: add, fields: [] }, async () => {
    if (text.value.trim() === "") return text.focus();
    // On success all of this is replaced, with the comment above it; a failure is shown, and the text stays.
    await send(text.value).catch(() => {});
  });
  return h("div", { class: "form" }, labelled("New comment", text), add);
}
