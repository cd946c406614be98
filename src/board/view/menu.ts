/** "Move to…": where a card can go, for keyboard and touch, and for whoever does not want to drag. */
import { button, h } from "./elements.ts";

export interface MenuItem {
  name: string;
  choose(): void;
}

/** Shows a menu at an element, which has the focus again when the menu closes without a choice. */
export function openMenu(name: string, items: readonly MenuItem[], at: HTMLElement): void {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": name, popover: "auto" });
  for (const { name: text, choose } of items) {
    const item = button(text, { role: "menuitem", tabindex: -1, dir: "auto" }, () => {
      menu.hidePopover();
      choose();
    });
    menu.append(item);
  }
  (at.closest("main") ?? document.body).append(menu);
  menu.addEventListener("keydown", moveFocus);
  menu.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState === "closed") menu.remove();
  });
  menu.showPopover();
  putNextTo(menu, at);
  (menu.firstElementChild as HTMLElement | null)?.focus();
}

function moveFocus(event: KeyboardEvent): void {
  // It was put there by openMenu.
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.children] as HTMLElement[];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (event.key === "Tab") menu.hidePopover();
  const index = next[event.key];
  if (index === undefined) return;
  event.preventDefault();
  items[index]?.focus();
}

const MARGIN = 4;

/** Below the element where there is room, else as near as the window allows. */
function putNextTo(menu: HTMLElement, at: HTMLElement): void {
  const { left, right, bottom } = at.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const isRightToLeft = getComputedStyle(at).direction === "rtl";
  const wantedLeft = isRightToLeft ? left : right - offsetWidth;
  const most = (size: number, room: number) => Math.max(MARGIN, room - size - MARGIN);
  menu.style.left = `${Math.max(MARGIN, Math.min(wantedLeft, most(offsetWidth, innerWidth)))}px`;
  menu.style.top = `${Math.max(MARGIN, Math.min(bottom + MARGIN, most(offsetHeight, innerHeight)))}px`;
}
