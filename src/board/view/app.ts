/** The parts of the board on one page, and what happens when the person uses them. */
import type { After, Bridge, Params } from "./bridge.ts";
import { Columns } from "./columns.ts";
import { createDeeds, type Deeds } from "./deeds.ts";
import { openDetails } from "./details.ts";
import { h } from "./elements.ts";
import { createFilterBar, type FilterBar } from "./filter-bar.ts";
import type { HostContext } from "./host.ts";
import { createNotices, type Notices } from "./notices.ts";
import { createTop, type OpenLink, plainBoard, signInPanel, type Top } from "./panels.ts";
import { Store, type ToolResult, textOf } from "./store.ts";

export interface AppOptions {
  bridge: Bridge;
  after: After;
  context(): HostContext;
  /** Called once: what is to be seen is no longer that the board is being read. */
  shown(): void;
}

export class App {
  readonly element: HTMLElement;
  readonly #options: AppOptions;
  readonly #store: Store;
  readonly #top: Top;
  readonly #filters: FilterBar;
  readonly #notices: Notices;
  readonly #deeds: Deeds;
  readonly #columns: Columns;
  /** Instead of the board, as long as there is none. */
  readonly #panel = h("div", { class: "panel" }, "Reading the board…");
  #panelIsFor = "";
  #isReading = true;
  #capabilities: Params = {};

  constructor(options: AppOptions) {
    const { bridge, after, context } = options;
    this.#options = options;
    this.#store = new Store({
      call: (name, args) => bridge.request("tools/call", { name, arguments: args }),
      after,
      changed: () => this.#render(),
    });
    this.#top = createTop(bridge);
    this.#filters = createFilterBar(() => this.#render());
    this.#notices = createNotices(() => void this.#store.refresh());
    this.#deeds = createDeeds(this.#store, this.#notices, (line) => this.#tell(line));
    this.#columns = new Columns({
      locale: () => context().locale,
      open: (id) => this.#openCard(id),
      move: (move) => void this.#deeds.move(move),
      create: this.#deeds.create,
    });
    const { element: board } = this.#columns;
    this.#showBoard(false);
    this.element = h(
      "main",
      {},
      this.#top.element,
      this.#filters.element,
      this.#notices.element,
      this.#panel,
      board,
    );
  }

  /** What the host can do; said before anything else. */
  setCapabilities(capabilities: Params): void {
    this.#capabilities = capabilities;
  }

  contextChanged(): void {
    this.#render();
  }

  /** Takes the arguments and the result of the tool call that the view belongs to. */
  open(args: object, result: ToolResult): void {
    if ("serverTools" in this.#capabilities) this.#store.open(args, result);
    else this.#showPanel("plain", () => plainBoard(textOf(result)));
  }

  setVisible(isVisible: boolean): void {
    this.#store.setVisible(isVisible);
  }

  stop(): void {
    this.#store.stop();
  }

  #render(): void {
    const { board, signIn, problem } = this.#store.state;
    this.#notices.setProblem(problem && (board ? `Not up to date: ${problem}` : problem));
    if (signIn) {
      this.#showBoard(false);
      this.#showPanel(JSON.stringify(signIn), () => signInPanel(signIn, this.#openLink()));
    } else if (board) {
      this.#showBoard(true);
      this.#top.show(board.project, this.#options.context(), this.#openLink());
      this.#filters.show(board);
      this.#columns.show(this.#store.state, this.#filters.filter);
    } else if (problem !== undefined) this.#showPanel("problem", () => h("div"));
  }

  #showBoard(isShown: boolean): void {
    if (isShown) this.#noteShown();
    this.#filters.element.hidden = !isShown;
    this.#columns.element.hidden = !isShown;
    this.#panel.hidden = isShown;
  }

  /** `what` tells one content from another: the same is not built again, so that it keeps the focus. */
  #showPanel(what: string, make: () => HTMLElement): void {
    if (what === this.#panelIsFor) return;
    this.#panelIsFor = what;
    this.#panel.replaceChildren(make());
    this.#noteShown();
  }

  #noteShown(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#options.shown();
  }

  /** Undefined where the host opens no links. */
  #openLink(): OpenLink | undefined {
    if (!("openLinks" in this.#capabilities)) return undefined;
    return async (url) => {
      const { isError } = await this.#options.bridge.request("ui/open-link", { url });
      if (isError) throw new Error("The link was not opened.");
    };
  }

  #tell(line: string): void {
    if (!("updateModelContext" in this.#capabilities)) return;
    const content = [{ type: "text", text: line }];
    // Nothing that the person does depends on it.
    this.#options.bridge.request("ui/update-model-context", { content }).catch(() => {});
  }

  #openCard(id: string): void {
    const { board } = this.#store.state;
    const card = board?.cards.find((one) => one.id === id);
    if (!board || !card) return;
    // A frame that is as high as a small board would be too low for the card.
    this.element.classList.add("behind");
    openDetails({
      card,
      board,
      ...this.#options.context(),
      load: () => this.#store.details(id),
      save: (edit) => this.#deeds.edit(card, edit),
      comment: (content) => this.#deeds.comment(card, content),
      closed: () => this.element.classList.remove("behind"),
    });
  }
}
