/** The columns side by side: what is shown in them, where the focus goes, and how a card gets from one to another. */
import type { Board, BoardColumn } from "../contract.ts";
import { Column, cardIdAt } from "./column.ts";
import { enableDrag } from "./drag.ts";
import { h, showChildren } from "./elements.ts";
import { type Filter, passes } from "./filter.ts";
import { openMenu } from "./menu.ts";
import { type Move, moveIntoGap } from "./order.ts";
import type { BoardState } from "./store.ts";

export interface ColumnsOptions {
  /** Asked when columns are built. */
  locale(): string | undefined;
  open(id: string): void;
  move(move: Move): void;
  create(column: string, title: string): Promise<boolean>;
}

export class Columns {
  readonly element = h("div", { class: "columns" });
  readonly #options: ColumnsOptions;
  /** Of each column, what it was built for: it is built anew only when that changes. */
  #built = new Map<string, Column>();
  readonly #nothing = h("p", { class: "quiet" }, "This board has no columns.");
  #latest: { state: BoardState; filter: Filter } | undefined;
  #isDragging = false;

  constructor(options: ColumnsOptions) {
    this.#options = options;
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    enableDrag({
      board: this.element,
      columns: () => (this.#latest?.state.board?.readOnly ? [] : this.#columns),
      dragging: (isDragging) => {
        this.#isDragging = isDragging;
        if (this.#latest) this.show(this.#latest.state, this.#latest.filter);
      },
      dropped: (id, column, gap) => this.#moveTo(id, column, gap),
    });
  }

  show(state: BoardState, filter: Filter): void {
    this.#latest = { state, filter };
    // What lies below a dragged card stays as it is until the card is dropped.
    if (this.#isDragging || !state.board) return;
    const focused = cardIdAt(document.activeElement);
    this.#build(state.board);
    const isShown = passes(filter);
    for (const column of this.#columns) {
      const list = state.lists.get(column.slug) ?? [];
      column.show(list.filter(isShown), list.length);
    }
    if (focused === undefined || cardIdAt(document.activeElement) !== undefined) return;
    // The card that had the focus is in another column now.
    const found = this.#find(focused);
    found?.column.focus(found.index);
  }

  #build({ columns, readOnly }: Board): void {
    const { open, create } = this.#options;
    const locale = this.#options.locale();
    const build = (column: BoardColumn) =>
      new Column({
        column,
        people: () => this.#latest?.state.board?.people ?? [],
        locale,
        isReadOnly: readOnly,
        open,
        openMenu: (id, at) => this.#openMenu(id, at),
        create: (title) => create(column.slug, title),
      });
    const before = this.#built;
    this.#built = new Map(
      columns.map((column) => {
        const shape = JSON.stringify([column, readOnly, locale]);
        return [shape, before.get(shape) ?? build(column)];
      }),
    );
    const elements = this.#columns.map(({ element }) => element);
    showChildren(this.element, elements.length > 0 ? elements : [this.#nothing]);
  }

  get #columns(): Column[] {
    return [...this.#built.values()];
  }

  #find(id: string | undefined): Found | undefined {
    for (const column of this.#columns) {
      const index = column.shown.findIndex((card) => card.id === id);
      if (index !== -1) return { column, index };
    }
    return undefined;
  }

  #moveTo(id: string, column: Column, gap: number): void {
    const list = this.#latest?.state.lists.get(column.slug) ?? [];
    const move = moveIntoGap({ id, column: column.slug }, { list, shown: column.shown, gap });
    if (move) this.#options.move(move);
  }

  #openMenu(id: string, at: HTMLElement): void {
    const found = this.#find(id);
    const card = found?.column.shown[found.index];
    if (!found || !card) return;
    const items = placesFor(found, this.#columns).map(({ name, column, gap }) => ({
      name,
      choose: () => {
        // The board may be another one by now.
        const now = this.#find(id);
        if (now) this.#moveTo(id, column ?? now.column, gap(now));
      },
    }));
    openMenu(`Move ${card.key} to…`, items, at);
  }

  #onKey(event: KeyboardEvent): void {
    const found = this.#find(cardIdAt(event.target));
    if (!found || event.defaultPrevented) return;
    if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
      const card = event.target instanceof Element ? event.target.closest(".card") : null;
      card?.querySelector<HTMLElement>(".more")?.click();
    } else if (!focusNext(event.key, found, this.#columns)) return;
    event.preventDefault();
  }
}

interface Found {
  column: Column;
  index: number;
}

/** Where a card can go, counted from where it is by then; without a column, in its own. */
interface Place {
  name: string;
  column?: Column;
  gap(found: Found): number;
}

const UP: readonly Place[] = [
  { name: "Top", gap: () => 0 },
  { name: "Up", gap: ({ index }) => Math.max(0, index - 1) },
];
const DOWN: readonly Place[] = [
  { name: "Down", gap: ({ index }) => index + 2 },
  { name: "Bottom", gap: ({ column }) => column.shown.length },
];

function placesFor({ column, index }: Found, columns: readonly Column[]): Place[] {
  const others = columns.filter((one) => one !== column);
  return [
    ...others.map((one) => ({ name: one.name, column: one, gap: () => one.shown.length })),
    ...(index > 0 ? UP : []),
    ...(index < column.shown.length - 1 ? DOWN : []),
  ];
}

/** Arrows go from card to card, Home and End to the ends of the column. False for other keys. */
function focusNext(key: string, { column, index }: Found, columns: readonly Column[]): boolean {
  const isRightToLeft = getComputedStyle(column.element).direction === "rtl";
  const sideways = (step: number) => {
    const filled = columns.filter((one) => one === column || one.shown.length > 0);
    const next = filled[filled.indexOf(column) + step * (isRightToLeft ? -1 : 1)];
    next?.focus(Math.min(index, next.shown.length - 1));
  };
  const goTo: Record<string, () => void> = {
    ArrowDown: () => column.focus(index + 1),
    ArrowUp: () => column.focus(index - 1),
    Home: () => column.focus(0),
    End: () => column.focus(column.shown.length - 1),
    ArrowRight: () => sideways(1),
    ArrowLeft: () => sideways(-1),
  };
  goTo[key]?.();
  return key in goTo;
}
