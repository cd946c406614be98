/** A card opened: its fields to change, its description, comments and relations. */
import type { Board, BoardCard, BoardCardDetails, BoardEdit } from "../contract.ts";
import { type CardFields, createCardFields } from "./card-fields.ts";
import { button, h, labelled, submitting } from "./elements.ts";
import type { HostContext } from "./host.ts";
import { messageOf } from "./store.ts";
import { momentIn } from "./wording.ts";

export interface DetailsOptions extends HostContext {
  card: BoardCard;
  board: Board;
  load(): Promise<BoardCardDetails>;
  /** Rejects with what went wrong, in words for the person. */
  save(edit: BoardEdit): Promise<unknown>;
  comment(content: string): Promise<unknown>;
  closed(): void;
}

/** Shows the card above the board until the person closes it. */
export function openDetails(options: DetailsOptions): void {
  const details = new Details(options);
  document.body.append(details.dialog);
  details.dialog.showModal();
  details.load();
}

class Details {
  readonly dialog: HTMLDialogElement;
  readonly #options: DetailsOptions;
  readonly #fields: CardFields;
  readonly #status = h("p", { class: "status", role: "status" });
  readonly #failure = h("p", { class: "failure", role: "alert", dir: "auto" });
  readonly #reading = h("p", {}, "Reading…");
  readonly #rest = h("div", { class: "rest" }, this.#reading);
  #isWarned = false;

  constructor(options: DetailsOptions) {
    const { card } = options;
    this.#options = options;
    this.#fields = createCardFields(options, (changes) => {
      const isAny = Object.keys(changes).length > 0;
      const saved = isAny ? options.save({ task_id: card.id, ...changes }) : Promise.resolve();
      return this.#attempt(saved, "Saved.");
    });
    const heading = h("h2", { id: "details-heading", dir: "auto" }, `${card.key} ${card.title}`);
    const close = button("✕", { "aria-label": "Close" }, () => this.#leave());
    this.dialog = h(
      "dialog",
      { class: "details", "aria-labelledby": heading.id },
      h("header", {}, heading, close),
      this.#failure,
      this.#fields.element,
      this.#status,
      this.#rest,
      ...(options.board.readOnly ? [] : [commentForm((content) => this.#comment(content))]),
    );
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      options.closed();
    });
  }

  load(): void {
    this.#options
      .load()
      .finally(() => this.#reading.remove())
      .then(
        (details) => {
          this.#fields.showDescription(details.description);
          this.#rest.replaceChildren(...discussion(details, this.#options));
        },
        (error) => this.#fail(error),
      );
  }

  async #attempt(deed: Promise<unknown>, done: string): Promise<boolean> {
    try {
      this.#say("Saving…");
      await deed;
      this.#say(done);
      return true;
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #comment(content: string): Promise<boolean> {
    const isAdded = await this.#attempt(this.#options.comment(content), "The comment is added.");
    if (isAdded) this.load();
    return isAdded;
  }

  /** What is not saved is lost at the second attempt only. */
  #leave(): void {
    const draft = this.dialog.querySelector<HTMLTextAreaElement>(".draft")?.value ?? "";
    const isLost = Object.keys(this.#fields.changes()).length > 0 || draft.trim() !== "";
    if (isLost && !this.#isWarned) {
      this.#fail("What you wrote here is not saved. Close again to drop it.");
      this.#isWarned = true;
    } else this.dialog.close();
  }

  #say(text: string): void {
    this.#isWarned = false;
    this.#failure.textContent = "";
    this.#status.textContent = text;
  }

  #fail(error: unknown): false {
    this.#status.textContent = "";
    this.#failure.textContent = messageOf(error);
    this.dialog.scrollTop = 0;
    return false;
  }
}

type Words = Pick<HostContext, "locale" | "timeZone">;

/** What is around an opened card. */
function discussion({ relations, comments }: BoardCardDetails, words: Words): Node[] {
  const said = comments.map((comment) => commentItem(comment, words));
  return [...part("Relations", relations.map(relationItem)), ...part("Comments", said)];
}

function part(name: string, items: HTMLElement[]): Node[] {
  return items.length === 0 ? [] : [h("h3", {}, name), h("ul", { class: "part" }, ...items)];
}

function relationItem({ kind, key, title, status }: BoardCardDetails["relations"][number]) {
  return h(
    "li",
    { dir: "auto" },
    `${kind.replaceAll("_", " ")} `,
    h("b", {}, key),
    ` ${title} `,
    h("span", { class: "quiet" }, status),
  );
}

function commentItem(
  { author, when, text }: BoardCardDetails["comments"][number],
  { locale, timeZone }: Words,
) {
  const who = `${author}, ${momentIn(when, locale, timeZone)}`;
  return h(
    "li",
    {},
    h("p", { class: "quiet", dir: "auto" }, who),
    h("p", { class: "written", dir: "auto" }, text),
  );
}

/** `send` gives whether the comment is added. */
function commentForm(send: (content: string) => Promise<boolean>): HTMLElement {
  const text = h("textarea", { class: "draft", dir: "auto", rows: 2 });
  const add = h("button", { type: "button" }, "Comment");
  submitting(add, [], async () => {
    const sent = text.value;
    if (sent.trim() === "") return text.focus();
    // The person may have begun another one meanwhile.
    if ((await send(sent)) && text.value === sent) text.value = "";
  });
  return h("div", { class: "form" }, labelled("New comment", text), add);
}
