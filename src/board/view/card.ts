/** A card of the board: one list item, filled anew when what is known of the card was read anew. */
import type { Board, BoardCard } from "../contract.ts";
import { button, h, setAttribute } from "./elements.ts";
import { dayIn, initialsOf, nameIn, wordFor } from "./wording.ts";

export type CardElement = ReturnType<typeof createCard>;

/** `index` of `count` cards in the column, of which Tab stops at one. */
interface Place {
  index: number;
  count: number;
  isTabStop: boolean;
}

export interface CardOptions {
  people(): Board["people"];
  locale: string | undefined;
  isReadOnly: boolean;
  open(id: string): void;
  /** Shows where the card can go, at the button that was pressed. */
  openMenu(id: string, at: HTMLElement): void;
}

export function createCard(options: CardOptions) {
  const parts = partsOf(options);
  const { element, key, title, priority, person, foot, more } = parts;
  let shown: BoardCard | undefined;

  return {
    element,
    show(card: BoardCard, { index, count, isTabStop }: Place): void {
      for (const one of [title, more]) one.tabIndex = isTabStop ? 0 : -1;
      setAttribute(element, "aria-posinset", index + 1);
      setAttribute(element, "aria-setsize", count);
      element.style.setProperty("--row", String(index));
      if (shown === card) return;
      shown = card;
      element.dataset["id"] = card.id;
      key.textContent = card.key;
      title.textContent = card.title || "(no title)";
      title.title = card.title;
      priority.textContent = wordFor(card.priority);
      priority.dataset["priority"] = card.priority;
      showPerson(person, card.assignee && nameIn(options.people(), card.assignee));
      foot.replaceChildren(...dueOf(card, options.locale), ...labelsOf(card));
      setAttribute(more, "aria-label", `Move ${card.key}`);
    },
    focus: () => title.focus(),
  };
}

function partsOf({ open, openMenu, isReadOnly }: CardOptions) {
  const key = h("span", { class: "key" });
  const priority = h("span", { class: "priority" });
  const person = h("span", { class: "person", role: "img" });
  const foot = h("div", { class: "foot" });
  const idOf = () => element.dataset["id"] ?? "";
  const title = button("", { class: "title", dir: "auto", tabindex: -1 }, () => open(idOf()));
  const more = button("⋯", { class: "more", "aria-haspopup": "menu", tabindex: -1 }, () =>
    openMenu(idOf(), more),
  );
  const element = h(
    "li",
    { class: "card" },
    h("div", { class: "head" }, key, priority, person),
    title,
    foot,
    ...(isReadOnly ? [] : [more]),
  );
  return { element, key, title, priority, person, foot, more };
}

function showPerson(element: HTMLElement, name: string | undefined): void {
  element.hidden = name === undefined;
  element.textContent = name === undefined ? "" : initialsOf(name);
  setAttribute(element, "aria-label", name && `Assigned to ${name}`);
  setAttribute(element, "title", name);
}

function dueOf({ due, isLate }: BoardCard, locale: string | undefined): HTMLElement[] {
  if (due === undefined) return [];
  const day = h("time", { datetime: due }, dayIn(due, locale));
  return [h("span", { class: isLate ? "due late" : "due" }, isLate ? "⚠ late, " : "due ", day)];
}

function labelsOf({ labels }: BoardCard): HTMLElement[] {
  return labels.map(({ name, color }) => {
    const dot = h("span", { class: "dot" });
    // A value that is no color is not taken over; one cannot make a request.
    dot.style.backgroundColor = color;
    return h("span", { class: "label", dir: "auto", title: name }, dot, name);
  });
}
