/** Makes elements. What people wrote gets into the page as text only: nothing in this folder parses HTML. */

type Attributes = Record<string, string | number | boolean | undefined>;

/** `true` sets an attribute without a value; `false` and `undefined` leave it out. Strings among the children are text. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

export function setAttribute(element: Element, name: string, value: Attributes[string]): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Puts what is to be seen into an element; what is there already is not touched, so that it keeps focus and place. */
export function showChildren(element: Element, children: readonly Element[]): void {
  for (const old of [...element.children]) if (!children.includes(old)) old.remove();
  for (const [index, child] of children.entries()) {
    const there = element.children[index];
    if (there !== child) element.insertBefore(child, there ?? null);
  }
}

/** A button that does something, and says what; the tests and screen readers find it by that. */
export function button(
  text: string,
  attributes: Attributes,
  click: (event: MouseEvent) => void,
): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", click);
  return element;
}

/**
 * Does something at a click on the button, and at Enter in one of the fields of one line. No form and its submit event, since
 * many hosts do not allow their frames to submit any.
 */
export function submitting(
  button: HTMLButtonElement,
  fields: readonly HTMLInputElement[],
  submit: () => Promise<unknown>,
): void {
  const run = async () => {
    if (button.disabled) return;
    button.disabled = true;
    await submit().finally(() => {
      button.disabled = false;
    });
  };
  button.addEventListener("click", () => void run());
  for (const field of fields) {
    field.addEventListener("keydown", (event) => {
      // Enter also ends the choice of a character in some scripts.
      if (event.key === "Enter" && !event.isComposing) void run();
    });
  }
}

/** A field below its name. */
export function labelled<Field extends HTMLElement>(name: string, field: Field): HTMLLabelElement {
  return h("label", { class: "field" }, h("span", {}, name), field);
}

type Choices = readonly (readonly [value: string, name: string])[];

/** A choice among values, each with its name. */
export function choice(choices: Choices, value: string): HTMLSelectElement {
  const select = h("select");
  offer(select, choices, value);
  return select;
}

/** Gives a select its choices; none is chosen where `value` is none of them. */
export function offer(select: HTMLSelectElement, choices: Choices, value: string): void {
  select.replaceChildren(...choices.map(([one, name]) => h("option", { value: one }, name)));
  select.value = value;
}
