/** The fields above the board that say which cards it shows. */
import type { Board } from "../contract.ts";
import { button, h, labelled, offer } from "./elements.ts";
import { type Filter, isFiltering, NOBODY } from "./filter.ts";

export type FilterBar = ReturnType<typeof createFilterBar>;

export function createFilterBar(changed: () => void) {
  const text = h("input", { type: "search", dir: "auto" });
  const person = h("select");
  const label = h("select");
  let offered = "";
  const filter = (): Filter => ({ text: text.value, person: person.value, label: label.value });
  const clear = button("Show all", { hidden: true }, () => {
    for (const field of [text, person, label]) field.value = "";
    update();
    text.focus();
  });
  const element = h(
    "search",
    { class: "filters" },
    labelled("Find", text),
    labelled("Person", person),
    labelled("Label", label),
    clear,
  );
  const update = () => {
    clear.hidden = !isFiltering(filter());
    changed();
  };
  element.addEventListener("input", update);

  return {
    element,
    filter,
    show({ people, labels }: Board): void {
      const fresh = JSON.stringify([people, labels]);
      if (fresh === offered) return;
      offered = fresh;
      const names = [...new Set(labels.map(({ name }) => name))];
      const persons = people.map(({ id, name }) => [id, name] as const);
      offer(person, [["", "Anyone"], [NOBODY, "Nobody"], ...persons], person.value);
      offer(label, [["", "Any"], ...names.map((name) => [name, name] as const)], label.value);
      // Who is gone, or what, filters nothing any more.
      for (const select of [person, label]) if (select.selectedIndex === -1) select.value = "";
      clear.hidden = !isFiltering(filter());
    },
  };
}
