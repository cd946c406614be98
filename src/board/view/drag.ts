/** Dragging a card with mouse, pen or finger. Only a copy of the card moves, so that no frame needs a new layout. */
import { type Column, cardIdAt } from "./column.ts";

export interface DragOptions {
  /** What scrolls sideways. */
  board: HTMLElement;
  /** Where a card can go; with none, nothing is dragged. */
  columns(): readonly Column[];
  started(): void;
  /** Dropped into a gap of a column. */
  dropped(id: string, column: Column, gap: number): void;
  /** Whatever became of it. */
  ended(): void;
}

/** A mouse that has moved so far drags; a finger that moves so far before its time scrolls. */
const SLOP_PX = 6;
const LONG_PRESS_MS = 350;
/** So near to an edge, what is below scrolls, by so much a frame. */
const EDGE_PX = 48;
const SCROLL_PX = 12;

interface Point {
  x: number;
  y: number;
}

export function enableDrag(options: DragOptions): void {
  const { board } = options;
  board.addEventListener("pointerdown", (down) => {
    const id = cardIdAt(down.target);
    const isOnButton = down.target instanceof Element && down.target.closest(".more");
    if (id === undefined || isOnButton || down.button !== 0 || !down.isPrimary) return;
    if (options.columns().length === 0) return;
    press(id, down, options);
  });
  // The browser's own dragging of links and selected text would take the pointer away.
  board.addEventListener("dragstart", (event) => event.preventDefault());
}

/** From the pointer's going down until it is clear whether it drags. */
function press(id: string, down: PointerEvent, options: DragOptions): void {
  const over = new AbortController();
  const { signal } = over;
  const start = { x: down.clientX, y: down.clientY };
  const begin = () => {
    over.abort();
    drag(id, start, { pointerId: down.pointerId, options });
  };
  const isMouse = down.pointerType === "mouse";
  const timer = isMouse ? undefined : setTimeout(begin, LONG_PRESS_MS);
  signal.addEventListener("abort", () => clearTimeout(timer));
  const move = ({ clientX, clientY, pointerId }: PointerEvent) => {
    const isFar = Math.hypot(clientX - start.x, clientY - start.y) > SLOP_PX;
    if (!isFar || pointerId !== down.pointerId) return;
    if (isMouse) begin();
    else over.abort();
  };
  addEventListener("pointermove", move, { signal });
  for (const end of ["pointerup", "pointercancel"])
    addEventListener(end, () => over.abort(), { signal });
}

function drag(id: string, start: Point, about: { pointerId: number; options: DragOptions }): void {
  const { pointerId, options } = about;
  const over = new AbortController();
  const { signal } = over;
  const copy = copyOf(id, options.board);
  const pointer = { ...start };
  let target: { column: Column; gap: number } | undefined;
  let frame = 0;

  const draw = () => {
    copy.style.translate = `${pointer.x - start.x}px ${pointer.y - start.y}px`;
    target = targetAt(pointer, options.columns());
    for (const column of options.columns())
      column.mark(target?.column === column ? target.gap : undefined);
    scrollAtEdges(pointer, options.board, target?.column.scroller);
    frame = requestAnimationFrame(draw);
  };
  const end = (isDrop: boolean) => {
    over.abort();
    cancelAnimationFrame(frame);
    copy.remove();
    for (const column of options.columns()) column.mark(undefined);
    if (isDrop && target) options.dropped(id, target.column, target.gap);
    options.ended();
  };
  const isOurs = (event: PointerEvent) => event.pointerId === pointerId;

  addEventListener(
    "pointermove",
    (event) => {
      if (isOurs(event)) Object.assign(pointer, { x: event.clientX, y: event.clientY });
    },
    { signal },
  );
  addEventListener(
    "pointerup",
    (event) => {
      if (!isOurs(event)) return;
      swallowClick();
      end(true);
    },
    { signal },
  );
  addEventListener("pointercancel", (event) => isOurs(event) && end(false), { signal });
  addEventListener("keydown", ({ key }) => key === "Escape" && end(false), { signal });
  // A finger that drags must not scroll as well.
  addEventListener("touchmove", (event) => event.preventDefault(), { signal, passive: false });
  options.board.setPointerCapture(pointerId);
  options.started();
  draw();
}

/** What follows the pointer. The card itself stays where it is, and is dimmed by the board. */
function copyOf(id: string, board: HTMLElement): HTMLElement {
  const card = board.querySelector<HTMLElement>(`.card[data-id="${CSS.escape(id)}"]`);
  const copy = document.createElement("div");
  if (card) {
    const { left, top, width, height } = card.getBoundingClientRect();
    copy.append(...[...card.children].map((child) => child.cloneNode(true)));
    Object.assign(copy.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
  }
  copy.className = "card dragged";
  copy.inert = true;
  document.body.append(copy);
  return copy;
}

/** The column below the pointer or, beside them all, none. */
function targetAt({ x, y }: Point, columns: readonly Column[]) {
  const column = columns.find(({ element }) => {
    const { left, right } = element.getBoundingClientRect();
    return left <= x && x < right;
  });
  return column && { column, gap: column.gapAt(y) };
}

function scrollAtEdges(
  { x, y }: Point,
  board: HTMLElement,
  scroller: HTMLElement | undefined,
): void {
  const sideways = board.getBoundingClientRect();
  board.scrollLeft += stepAt(x, sideways.left, sideways.right);
  if (!scroller) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  scroller.scrollTop += stepAt(y, top, bottom);
}

function stepAt(at: number, from: number, to: number): number {
  if (at < from + EDGE_PX) return -SCROLL_PX;
  return at > to - EDGE_PX ? SCROLL_PX : 0;
}

/** The click that follows a drop is none. */
function swallowClick(): void {
  const stop = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", stop, { capture: true, once: true });
  // Where no click follows, the next one is meant.
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
}
