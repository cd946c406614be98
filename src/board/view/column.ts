/** A column of the board. Of its cards, only those in sight are built. */
import type { BoardCard, BoardColumn } from "../contract.ts";
import { type CardElement, type CardOptions, createCard } from "./card.ts";
import { button, h, submitting } from "./elements.ts";
import { gapAt, rowsIn } from "./rows.ts";

export interface ColumnOptions extends CardOptions {
  column: BoardColumn;
  /** False after a failure, which was shown. */
  create(title: string): Promise<boolean>;
}

export class Column {
  readonly slug: string;
  readonly name: string;
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  readonly #options: ColumnOptions;
  readonly #count = h("span", { class: "count" });
  readonly #list: HTMLElement;
  readonly #marker = h("div", { class: "marker", hidden: true });
  readonly #built = new Map<string, CardElement>();
  #shown: readonly BoardCard[] = [];
  /** The card at which Tab stops. */
  #current = 0;

  constructor(options: ColumnOptions) {
    const { column, create, isReadOnly } = options;
    this.#options = options;
    this.slug = column.slug;
    this.name = column.name;
    const heading = h("h2", { id: `column-${column.slug}`, dir: "auto" }, column.name);
    this.#list = h("ul", { "aria-labelledby": heading.id });
    this.scroller = h("div", { class: "scroller" }, this.#list, this.#marker);
    this.scroller.style.setProperty("--row-height", `${ROW_REM}rem`);
    this.element = h(
      "section",
      { class: "column", "aria-labelledby": heading.id },
      h("header", {}, heading, this.#count),
      this.scroller,
      ...(isReadOnly ? [] : [createNewCard(column.name, create)]),
    );
    this.scroller.addEventListener("scroll", () => this.#paint(), { passive: true });
    new ResizeObserver(() => this.#paint()).observe(this.scroller);
    this.element.addEventListener("focusin", ({ target }) => this.#follow(cardIdAt(target)));
  }

  /** The cards that pass the filter, from top to bottom. */
  get shown(): readonly BoardCard[] {
    return this.#shown;
  }

  show(cards: readonly BoardCard[], total: number): void {
    const stop = this.#shown[this.#current];
    this.#shown = cards;
    const at = cards.findIndex(({ id }) => id === stop?.id);
    this.#current = Math.max(0, at === -1 ? Math.min(this.#current, cards.length - 1) : at);
    this.#count.textContent = cards.length === total ? `${total}` : `${cards.length} of ${total}`;
    this.#list.style.setProperty("--rows", String(cards.length));
    this.#list.hidden = cards.length === 0;
    this.#paint();
  }

  /** Brings a card into sight and gives it the focus. */
  focus(index: number): void {
    const card = this.#shown[index];
    if (!card) return;
    this.#current = index;
    const { scrollTop, clientHeight } = this.scroller;
    const top = index * rowHeight();
    const bottom = top + rowHeight();
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.scroller.scrollTop = bottom - clientHeight;
    this.#paint();
    this.#built.get(card.id)?.focus();
  }

  /** The gap between cards that is nearest to a height in the window. */
  gapAt(clientY: number): number {
    const { top } = this.scroller.getBoundingClientRect();
    return gapAt(clientY - top + this.scroller.scrollTop, rowHeight(), this.#shown.length);
  }

  /** Marks a gap as the place where a dragged card would go. */
  mark(gap: number | undefined): void {
    this.#marker.hidden = gap === undefined;
    if (gap !== undefined) this.#marker.style.setProperty("--row", String(gap));
  }

  /** Tab stops where the focus was last. */
  #follow(id: string | undefined): void {
    const index = this.#shown.findIndex((card) => card.id === id);
    if (index === -1 || index === this.#current) return;
    this.#current = index;
    this.#paint();
  }

  /** Builds what came into sight, and drops what left it. */
  #paint(): void {
    const wanted = this.#rowsToBuild();
    const ids = new Set(wanted.map(([{ id }]) => id));
    for (const [id, card] of this.#built) {
      if (ids.has(id)) continue;
      card.element.remove();
      this.#built.delete(id);
    }
    let next = this.#list.firstElementChild;
    for (const [card, index] of wanted) {
      const built = this.#built.get(card.id) ?? createCard(this.#options);
      this.#built.set(card.id, built);
      const isTabStop = index === this.#current;
      built.show(card, { index, count: this.#shown.length, isTabStop });
      // In the order in which they are seen, since that is how they are read out.
      if (built.element === next) next = next.nextElementSibling;
      else this.#list.insertBefore(built.element, next);
    }
  }

  #rowsToBuild(): (readonly [BoardCard, number])[] {
    const { scrollTop, clientHeight: height } = this.scroller;
    const rows = rowsIn({ scrollTop, height, rowHeight: rowHeight() }, this.#shown.length);
    const cards = this.#shown.slice(rows.first, rows.end);
    const inSight = cards.map((card, at) => [card, rows.first + at] as const);
    const stop = this.#shown[this.#current];
    if (!stop || (rows.first <= this.#current && this.#current < rows.end)) return inSight;
    // The card with the focus stays, however far it is scrolled away.
    const kept = [stop, this.#current] as const;
    return this.#current < rows.first ? [kept, ...inSight] : [...inSight, kept];
  }
}

/** The foot of a column: a button that becomes a field for the title of a new card, which stays there after a failure. */
function createNewCard(column: string, create: ColumnOptions["create"]) {
  const open = button("+ New card", { "aria-label": `New card in ${column}` }, () => {
    setOpen(true);
    title.focus();
  });
  const title = h("input", {
    dir: "auto",
    maxlength: 500,
    "aria-label": `Title of the new card in ${column}`,
  });
  const add = h("button", { type: "button", class: "main" }, "Add");
  const cancel = button("Cancel", {}, () => close());
  const form = h(
    "div",
    { class: "form", hidden: true },
    title,
    h("div", { class: "row" }, add, cancel),
  );

  const setOpen = (isOpen: boolean) => {
    open.hidden = isOpen;
    form.hidden = !isOpen;
  };
  const close = () => {
    title.value = "";
    setOpen(false);
    open.focus();
  };
  submitting(add, [title], async () => {
    const wanted = title.value.trim();
    if (wanted === "") return title.focus();
    const isCreated = await create(wanted);
    // Often there is one more.
    if (isCreated && title.value.trim() === wanted) title.value = "";
    title.focus();
  });
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  return h("footer", {}, open, form);
}

/** Every card takes as much room as the others, the gap below it included. */
const ROW_REM = 6.5;

function rowHeight(): number {
  return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** The id of the card that something in the page is part of. */
export function cardIdAt(target: EventTarget | null): string | undefined {
  const card = target instanceof Element ? target.closest<HTMLElement>(".card") : null;
  return card?.dataset["id"];
}
