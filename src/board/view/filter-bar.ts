/** The fields above the board that say which cards it shows. */
import { button, choice, h, labelled } from "./elements.ts";
import { type Filter, isFiltering, NO_FILTER, NOBODY } from "./filter.ts";
import type { Board } from "./store.ts";

export interface FilterBar {
  readonly element: HTMLElement;
  readonly filter: Filter;
  /** Offers the board's people and labels. */
  show(board: Board): void;
}

export function createFilterBar(changed: () => void): FilterBar {
  const text = h("input", { type: "search", dir: "auto" });
  let person = choice([]);
  let label = choice([]);
  let offered = "";
  let filter = NO_FILTER;
  const clear = button("Show all", { hidden: true }, () => {
    text.value = "";
    person.value = "";
    label.value = "";
    update();
    text.focus();
  });
  const element = h("search", { class: "filters" }, labelled("Find", text), clear);

  const update = () => {
    filter = { text: text.value, person: person.value, label: label.value };
    clear.hidden = !isFiltering(filter);
    changed();
  };
  element.addEventListener("input", update);

  return {
    element,
    get filter() {
      return filter;
    },
    show({ people, labels }) {
      const offer = JSON.stringify([people, labels]);
      if (offer === offered) return;
      offered = offer;
      const names = [...new Set(labels.map(({ name }) => name))];
      const persons = people.map(({ id, name }) => [id, name] as const);
      person = choice([["", "Anyone"], [NOBODY, "Nobody"], ...persons], filter.person);
      label = choice([["", "Any"], ...names.map((name) => [name, name] as const)], filter.label);
      element.replaceChildren(
        labelled("Find", text),
        labelled("Person", person),
        labelled("Label", label),
        clear,
      );
    },
  };
}
