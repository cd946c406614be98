/** Dragging a card with mouse, pen or finger. Only a copy of the card moves, so that no frame needs a new layout. */
import { type Column, cardIdAt } from "./column.ts";
import { h } from "./elements.ts";

export interface DragOptions {
  /** What scrolls sideways. */
  board: HTMLElement;
  /** Where a card can go; with none, nothing is dragged. */
  columns(): readonly Column[];
  /** Said when it begins, and when it is over, whatever became of it. */
  dragging(isDragging: boolean): void;
  /** Into a gap of a column. */
  dropped(id: string, column: Column, gap: number): void;
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
  const begin = (now: Point) => {
    over.abort();
    drag(id, { start, now, pointerId: down.pointerId }, options);
  };
  const isMouse = down.pointerType === "mouse";
  const timer = isMouse ? undefined : setTimeout(() => begin(start), LONG_PRESS_MS);
  signal.addEventListener("abort", () => clearTimeout(timer));
  const move = ({ clientX, clientY, pointerId }: PointerEvent) => {
    const isFar = Math.hypot(clientX - start.x, clientY - start.y) > SLOP_PX;
    if (!isFar || pointerId !== down.pointerId) return;
    if (isMouse) begin({ x: clientX, y: clientY });
    else over.abort();
  };
  addEventListener("pointermove", move, { signal });
  noMenu(signal);
  for (const end of ["pointerup", "pointercancel"])
    addEventListener(end, () => over.abort(), { signal });
}

function drag(
  id: string,
  { start, now, pointerId }: { start: Point; now: Point; pointerId: number },
  options: DragOptions,
): void {
  const over = new AbortController();
  const { signal } = over;
  const card = options.board.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
  if (!card) return;
  const copy = copyOf(card);
  const pointer = { ...now };
  let frame = 0;

  const draw = () => {
    // First what is read from the layout, then what changes it.
    const target = targetAt(pointer, options.columns());
    scrollAtEdges(pointer, options.board, target?.column.scroller);
    mark(target, options.columns());
    copy.style.translate = `${pointer.x - start.x}px ${pointer.y - start.y}px`;
    frame = requestAnimationFrame(draw);
  };
  const end = (isDrop: boolean) => {
    over.abort();
    cancelAnimationFrame(frame);
    copy.remove();
    card.classList.remove("lifted");
    const target = isDrop ? targetAt(pointer, options.columns()) : undefined;
    mark(undefined, options.columns());
    if (target) options.dropped(id, target.column, target.gap);
    options.dragging(false);
  };
  const follow = (event: PointerEvent) => {
    if (event.pointerId !== pointerId) return;
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (event.type === "pointermove") return;
    if (event.type === "pointerup") swallowClick();
    end(event.type === "pointerup");
  };

  addEventListener("pointermove", follow, { signal });
  addEventListener("pointerup", follow, { signal });
  addEventListener("pointercancel", follow, { signal });
  addEventListener("keydown", ({ key }) => key === "Escape" && end(false), { signal });
  noMenu(signal);
  // A finger that drags must not scroll as well.
  addEventListener("touchmove", (event) => event.preventDefault(), { signal, passive: false });
  card.classList.add("lifted");
  options.board.setPointerCapture(pointerId);
  options.dragging(true);
  draw();
}

/** What follows the pointer. */
function copyOf(card: HTMLElement): HTMLElement {
  const { left, top, width, height } = card.getBoundingClientRect();
  const parts = [...card.children].map((child) => child.cloneNode(true));
  const copy = h("div", { class: "card dragged", inert: true }, ...parts);
  copy.style.cssText = `left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
  document.body.append(copy);
  return copy;
}

interface Target {
  column: Column;
  gap: number;
}

function mark(target: Target | undefined, columns: readonly Column[]): void {
  for (const column of columns) column.mark(target?.column === column ? target.gap : undefined);
}

/** The column below the pointer or, beside them all, none. */
function targetAt({ x, y }: Point, columns: readonly Column[]): Target | undefined {
  const column = columns.find(({ element }) => {
    const { left, right } = element.getBoundingClientRect();
    return left <= x && x < right;
  });
  return column && { column, gap: column.gapAt(y) };
}

function scrollAtEdges({ x, y }: Point, board: HTMLElement, scroller: HTMLElement | undefined) {
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

/** A long press is no wish for the browser's menu. */
function noMenu(signal: AbortSignal): void {
  addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
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
