/** What is around an opened card: its relations, its comments, and the field for one more. */
import type { BoardCardDetails } from "../contract.ts";
import { h, labelled, submitting } from "./elements.ts";
import type { HostContext } from "./host.ts";
import { momentIn } from "./wording.ts";

type Words = Pick<HostContext, "locale" | "timeZone">;

export function discussion({ relations, comments }: BoardCardDetails, words: Words): Node[] {
  const said = comments.map((comment) => commentItem(comment, words));
  return [...part("Relations", relations.map(relationItem)), ...part("Comments", said)];
}

function part(name: string, items: HTMLElement[]): Node[] {
  return items.length === 0 ? [] : [h("h3", {}, name), h("ul", { class: "part" }, ...items)];
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
  { locale, timeZone }: Words,
) {
  const who = `${author}, ${momentIn(when, locale, timeZone)}`;
  return h(
    "li",
    {},
    h("p", { class: "quiet", dir: "auto" }, who),
    h("p", { class: "written", dir: "auto" }, text),
  );
}

/** `send` gives whether the comment is added. */
export function commentForm(send: (content: string) => Promise<boolean>): HTMLElement {
  const text = h("textarea", { class: "draft", dir: "auto", rows: 2 });
  const add = h("button", { type: "button" }, "Comment");
  submitting(add, [], async () => {
    const sent = text.value;
    if (sent.trim() === "") return text.focus();
    // The person may have begun another one meanwhile.
    if ((await send(sent)) && text.value === sent) text.value = "";
  });
  return h("div", { class: "form" }, labelled("New comment", text), add);
}
