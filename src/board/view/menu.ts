/** "Move to…": where a card can go, for keyboard and touch, and for whoever does not want to drag. */
import { button, h } from "./elements.ts";

export interface MenuItem {
  name: string;
  choose(): void;
}

/** Shows a menu at an element, which has the focus again when the menu closes without a choice. */
export function openMenu(name: string, items: readonly MenuItem[], at: HTMLElement): void {
  const caption = h("p", { id: "menu-caption" }, name);
  const menu = h("div", { role: "menu", "aria-labelledby": caption.id });
  const popover = h("div", { class: "menu", popover: "auto" }, caption, menu);
  for (const { name: text, choose } of items) {
    const item = button(text, { role: "menuitem", tabindex: -1, dir: "auto" }, () => {
      popover.hidePopover();
      choose();
    });
    menu.append(item);
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Tab") popover.hidePopover();
    else if (focusNext(menu, event.key)) event.preventDefault();
  });
  popover.addEventListener("toggle", (event) => {
    if (event instanceof ToggleEvent && event.newState === "closed") popover.remove();
  });
  (at.closest("main") ?? document.body).append(popover);
  popover.showPopover();
  putNextTo(popover, at);
  focusNext(menu, "Home");
}

/** False for keys that move no focus. */
function focusNext(menu: HTMLElement, key: string): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>("button")];
  const at =
    document.activeElement instanceof HTMLElement ? items.indexOf(document.activeElement) : -1;
  const next: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  items[next[key] ?? -1]?.focus();
  return key in next;
}

const MARGIN = 4;

/** Below the element where there is room, else as near as the window allows. */
function putNextTo(menu: HTMLElement, at: HTMLElement): void {
  const { left, right, bottom } = at.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const isRightToLeft = getComputedStyle(at).direction === "rtl";
  const wantedLeft = isRightToLeft ? left : right - offsetWidth;
  menu.style.left = `${within(wantedLeft, offsetWidth, innerWidth)}px`;
  menu.style.top = `${within(bottom + MARGIN, offsetHeight, innerHeight)}px`;
}

function within(wanted: number, size: number, room: number): number {
  return Math.max(MARGIN, Math.min(wanted, room - size - MARGIN));
}
