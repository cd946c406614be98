/** The foot of a column: a button that becomes a field for the title of a new card. */
import { button, h } from "./elements.ts";

/** `create` reports failures itself; the title stays in the field then. */
export function createNewCard(column: string, create: (title: string) => Promise<unknown>) {
  const open = button("+ New card", { "aria-label": `New card in ${column}` }, () => {
    setOpen(true);
    title.focus();
  });
  const title = h("input", {
    dir: "auto",
    maxlength: 500,
    "aria-label": `Title of the new card in ${column}`,
  });
  const add = h("button", { type: "submit", class: "main" }, "Add");
  const cancel = button("Cancel", {}, () => close());
  const form = h("form", { hidden: true }, title, h("div", { class: "row" }, add, cancel));

  const setOpen = (isOpen: boolean) => {
    open.hidden = isOpen;
    form.hidden = !isOpen;
  };
  const close = () => {
    title.value = "";
    setOpen(false);
    open.focus();
  };
  const submit = async () => {
    const wanted = title.value.trim();
    if (wanted === "" || add.disabled) return;
    add.disabled = true;
    const isCreated = await create(wanted).then(
      () => true,
      () => false,
    );
    add.disabled = false;
    // Often there is one more.
    if (isCreated && title.value.trim() === wanted) title.value = "";
    title.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  return h("footer", {}, open, form);
}
