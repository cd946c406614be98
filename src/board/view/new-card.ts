/** The foot of a column: a button that becomes a field for the title of a new card. */
import { button, h, submitting } from "./elements.ts";

/** After a failure, which `create` has shown and says by false, the title stays in the field. */
export function createNewCard(column: string, create: (title: string) => Promise<boolean>) {
  const open = button("+ New card", { "aria-label": `New card in ${column}` }, () => {
    setOpen(true);
    title.focus();
  });
  const title = h("input", {
    dir: "auto",
    maxlength: 500,
    "aria-label": `Title of the new card in ${column}`,
  });
  const add = h("button", { type: "button", class: "main" }, "Add");
  const cancel = button("Cancel", {}, () => close());
  const form = h(
    "div",
    { class: "form", hidden: true },
    title,
    h("div", { class: "row" }, add, cancel),
  );

  const setOpen = (isOpen: boolean) => {
    open.hidden = isOpen;
    form.hidden = !isOpen;
  };
  const close = () => {
    title.value = "";
    setOpen(false);
    open.focus();
  };
  submitting(add, [title], async () => {
    const wanted = title.value.trim();
    if (wanted === "") return title.focus();
    const isCreated = await create(wanted);
    // Often there is one more.
    if (isCreated && title.value.trim() === wanted) title.value = "";
    title.focus();
  });
  form.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  return h("footer", {}, open, form);
}
