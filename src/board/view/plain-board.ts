/** The board for hosts that let a view call no tools: what `show_board` said, its lines as cards that only can be read. */
import { h } from "./elements.ts";

const TASK_LINE = /^(\S+-\d+) {2}(.*)$/;

export function plainBoard(text: string): HTMLElement {
  const element = h("div", { class: "plain" });
  for (const line of text.split("\n")) {
    const [, key, rest] = TASK_LINE.exec(line) ?? [];
    if (key !== undefined) {
      const card = h("li", { dir: "auto" }, h("span", { class: "key" }, key), ` ${rest}`);
      if (element.lastElementChild instanceof HTMLUListElement)
        element.lastElementChild.append(card);
      else element.append(h("ul", {}, card));
    } else if (line.trim() !== "") element.append(h("p", { dir: "auto" }, line));
  }
  return element;
}
