/** The parts of the board on one page, what the host says to them, and what happens when the person uses them. */
import { type Bridge, createBridge, type Params, type Wire } from "./bridge.ts";
import { Columns } from "./columns.ts";
import { createDeeds, type Deeds } from "./deeds.ts";
import { openDetails } from "./details.ts";
import { h } from "./elements.ts";
import { createFilterBar, type FilterBar } from "./filter-bar.ts";
import { applyContext, type HostContext, reportSize } from "./host.ts";
import { createNotices, type Notices } from "./notices.ts";
import { createTop, type OpenLink, plainBoard, signInPanel, type Top } from "./panels.ts";
import { Store, type ToolResult, textOf } from "./store.ts";

/** The revision of MCP Apps whose messages these are. */
const PROTOCOL_VERSION = "2026-01-26";

const CANCELLED: ToolResult = {
  isError: true,
  content: [{ type: "text", text: "The call that would have shown the board was cancelled." }],
};

export class App {
  readonly element: HTMLElement;
  readonly #bridge: Bridge;
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
  #context: HostContext = {};
  /** Of the `show_board` that the view belongs to. */
  #arguments: object = {};

  constructor(wire: Wire) {
    this.#bridge = createBridge(wire, {
      "ui/notifications/tool-input": ({ arguments: given }) => {
        this.#arguments = Object(given);
      },
      "ui/notifications/tool-result": (result) => this.#open(result as ToolResult),
      "ui/notifications/tool-cancelled": () => this.#open(CANCELLED),
      "ui/notifications/host-context-changed": (changes) => this.#setContext(changes),
      "ui/resource-teardown": () => this.#store.stop(),
      ping: () => ({}),
    });
    this.#store = new Store({
      call: (name, args) => this.#bridge.request("tools/call", { name, arguments: args }),
      after: wire.after,
      changed: () => this.#render(),
    });
    this.#top = createTop(this.#bridge);
    this.#filters = createFilterBar(() => this.#render());
    this.#notices = createNotices(() => void this.#store.refresh());
    this.#deeds = createDeeds(this.#store, this.#notices, (line) => this.#tell(line));
    this.#columns = new Columns({
      locale: () => this.#context.locale,
      open: (id) => this.#openCard(id),
      move: (move) => void this.#deeds.move(move),
      create: this.#deeds.create,
    });
    const parts = [this.#top, this.#filters, this.#notices].map(({ element }) => element);
    this.element = h("main", {}, ...parts, this.#panel, this.#columns.element);
    this.#showBoard(false);
  }

  /** Greets the host, which then gives what the tool said. */
  async start(): Promise<void> {
    const seen = () => this.#store.setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", seen);
    seen();
    const host = await this.#bridge.request("ui/initialize", {
      appInfo: { name: "kaneo-board", title: "Kaneo board", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
      protocolVersion: PROTOCOL_VERSION,
    });
    // Both are the host's words, of which only parts are read, and none is relied on.
    this.#capabilities = (host["hostCapabilities"] ?? {}) as Params;
    this.#setContext((host["hostContext"] ?? {}) as HostContext);
    this.#bridge.notify("ui/notifications/initialized", {});
  }

  #setContext(changes: HostContext): void {
    this.#context = { ...this.#context, ...changes };
    applyContext(this.#context);
    this.#render();
  }

  #open(result: ToolResult): void {
    if ("serverTools" in this.#capabilities) this.#store.open(this.#arguments, result);
    else this.#showPanel("plain", () => plainBoard(textOf(result)));
  }

  #render(): void {
    const { board, signIn, problem } = this.#store.state;
    this.#notices.setProblem(problem && (board ? `Not up to date: ${problem}` : problem));
    if (signIn) {
      this.#showBoard(false);
      this.#showPanel(JSON.stringify(signIn), () => signInPanel(signIn, this.#openLink()));
    } else if (board) {
      this.#showBoard(true);
      this.#top.show(board.project, this.#context, this.#openLink());
      this.#filters.show(board);
      this.#columns.show(this.#store.state, this.#filters.filter());
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

  /** No size is told before, or the frame would shrink to one line and grow again. */
  #noteShown(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    reportSize((size) => this.#bridge.notify("ui/notifications/size-changed", size));
  }

  /** Undefined where the host opens no links. */
  #openLink(): OpenLink | undefined {
    if (!("openLinks" in this.#capabilities)) return undefined;
    return async (url) => {
      const { isError } = await this.#bridge.request("ui/open-link", { url });
      if (isError) throw new Error("The link was not opened.");
    };
  }

  #tell(line: string): void {
    if (!("updateModelContext" in this.#capabilities)) return;
    const content = [{ type: "text", text: line }];
    // Nothing that the person does depends on it.
    this.#bridge.request("ui/update-model-context", { content }).catch(() => {});
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
      ...this.#context,
      load: () => this.#store.details(id),
      save: (edit) => this.#deeds.edit(card, edit),
      comment: (content) => this.#deeds.comment(card, content),
      closed: () => this.element.classList.remove("behind"),
    });
  }
}
