/** The board as the server last gave it, with the person's moves on top, and everything that reads or changes it. */
import type {
  Board,
  BoardCard,
  BoardCardDetails,
  BoardData,
  BoardEdit,
  BoardMove,
  BoardWritten,
} from "../contract.ts";
import type { After } from "./bridge.ts";
import { type Lists, listsOf, type Move, withMove } from "./order.ts";

/** The parts of a tool's result that the board reads. */
export interface ToolResult {
  content?: { type: string; text?: string }[];
  structuredContent?: unknown;
  isError?: boolean;
  /** Of `show_board`, and of what needs a sign-in first. */
  _meta?: { projectId?: string; signIn?: SignIn };
}

export interface SignIn {
  url: string;
  code?: string;
}

export interface BoardState {
  /** Undefined until it was read for the first time. */
  board: Board | undefined;
  lists: Lists;
  /** What the person has to do first. */
  signIn: SignIn | undefined;
  problem: string | undefined;
}

export interface StoreOptions {
  call(name: string, args: object): Promise<ToolResult>;
  after: After;
  changed(): void;
}

const POLL_MS = 12_000;
/** While that costs Kaneo nothing. */
const LIVE_POLL_MS = 1_500;
/** Somebody who signs in waits for the board. */
const SIGN_IN_POLL_MS = 4_000;

/** A move of the person; `isDone` when the server has done it, and the board was not read since. */
interface PendingMove extends Move {
  isDone: boolean;
}

export class Store {
  readonly state: BoardState = {
    board: undefined,
    lists: new Map(),
    signIn: undefined,
    problem: undefined,
  };
  readonly #options: StoreOptions;
  /** Of the `show_board` that opened the view. */
  #arguments: object = {};
  #projectId: string | undefined;
  #moves: PendingMove[] = [];
  /** Writes go one after the other, since each says what it expects to find. */
  #queue: Promise<unknown> = Promise.resolve();
  #openWrites = 0;
  /** Counts what makes a reading that is under way old: another call, beginnings and ends of writes. */
  #edges = 0;
  #reading: Promise<void> | undefined;
  #isVisible = true;
  #isLive = false;
  #isStopped = false;
  #cancelPoll = () => {};

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Takes the arguments and the result of the `show_board` that opened the view, and reads the board from then on. */
  open(args: object, result: ToolResult): void {
    this.#forget();
    this.#arguments = args;
    this.#projectId = this.#projectOf(result);
    this.#edges += 1;
    this.#show();
    if (this.#projectId === undefined) this.#schedule();
    else this.#readAgain();
  }

  refresh(): Promise<void> {
    const before = { ...this.state };
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      const { board, signIn, problem } = this.state;
      const isSame =
        board === before.board && signIn === before.signIn && problem === before.problem;
      if (!isSame) this.#show();
      this.#schedule();
    });
    return this.#reading;
  }

  /** Moves at once what is shown, and back again when the server refuses; then rejects with its words. */
  async move(move: Move): Promise<BoardCard> {
    const pending = { ...move, isDone: false };
    this.#moves = [...this.#moves, pending];
    this.#show();
    try {
      const card = await this.#write("board_move", () => moveArguments(move, this.state.board));
      pending.isDone = true;
      return card;
    } catch (error) {
      this.#moves = this.#moves.filter((one) => one !== pending);
      this.#show();
      throw error;
    }
  }

  edit(edit: BoardEdit): Promise<BoardCard> {
    return this.#write("board_edit", () => edit);
  }

  comment(taskId: string, content: string): Promise<BoardCard> {
    return this.#write("board_comment", () => ({ task_id: taskId, content }));
  }

  create(column: string, title: string): Promise<BoardCard> {
    const args = { project_id: this.#projectId, column, title };
    return this.#write("board_create", () => args);
  }

  details(taskId: string): Promise<BoardCardDetails> {
    return this.#ask("board_card", { task_id: taskId });
  }

  /** Whether anybody looks: an unseen board is not read. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#cancelPoll();
    if (isVisible && this.#isWorthReading) void this.refresh();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelPoll();
  }

  #show(): void {
    const { board } = this.state;
    const lists: Lists = board ? listsOf(board.columns, board.cards) : new Map();
    this.state.lists = this.#moves.reduce(withMove, lists);
    this.#options.changed();
  }

  /** A project that is not there will not be there in a while either. */
  get #isWorthReading(): boolean {
    return !this.#isStopped && (this.#projectId !== undefined || this.state.signIn !== undefined);
  }

  #schedule(): void {
    this.#cancelPoll();
    if (!this.#isVisible || !this.#isWorthReading) return;
    const wait = this.#isLive ? LIVE_POLL_MS : POLL_MS;
    const ms = this.state.signIn ? SIGN_IN_POLL_MS : wait;
    this.#cancelPoll = this.#options.after(ms, () => void this.refresh());
  }

  async #read(): Promise<void> {
    const edges = this.#edges;
    try {
      if (this.#projectId === undefined) {
        const result = await this.#options.call("show_board", this.#arguments);
        // The view was opened for something else meanwhile.
        if (edges !== this.#edges) return;
        this.#projectId = this.#projectOf(result);
      }
      if (this.#projectId === undefined) return;
      const since = this.state.board?.version;
      const data = await this.#ask<BoardData>("board_data", {
        project_id: this.#projectId,
        ...(since !== undefined && { since }),
      });
      if (edges === this.#edges && this.#openWrites === 0) this.#take(data);
      this.state.problem = undefined;
    } catch (error) {
      this.#isLive = false;
      // Whoever signs in may be somebody else.
      if (this.state.signIn) this.#forget();
      this.state.problem = this.state.signIn ? undefined : messageOf(error);
    }
  }

  #take({ unchanged, isLive = false, ...data }: BoardData): void {
    this.#isLive = isLive;
    if (unchanged) return;
    // One that is not "unchanged" is whole.
    this.state.board = data as Board;
    this.#moves = this.#moves.filter(({ isDone }) => !isDone);
  }

  #write(name: string, args: () => object): Promise<BoardCard> {
    this.#edges += 1;
    this.#openWrites += 1;
    const sent = this.#queue.then(async () => {
      const { card } = await this.#ask<BoardWritten>(name, args());
      this.#keep(card);
      return card;
    });
    this.#queue = sent.catch(() => {}).then(() => this.#writeEnded());
    return sent;
  }

  /** What a write changes besides its card, or failed to change, is read again. */
  #writeEnded(): void {
    this.#edges += 1;
    this.#openWrites -= 1;
    this.#show();
    if (this.#openWrites === 0) this.#readAgain();
  }

  /** Reads what may be newer than what is being read. */
  #readAgain(): void {
    const earlier = this.#reading ?? Promise.resolve();
    void earlier.then(() => this.refresh());
  }

  #forget(): void {
    this.state.board = undefined;
    this.#moves = [];
  }

  #keep(card: BoardCard): void {
    const { board } = this.state;
    if (!board) return;
    const others = board.cards.filter(({ id }) => id !== card.id);
    this.state.board = { ...board, cards: [...others, card] };
  }

  /** A tool's answer; a sign-in that is needed first is kept, and thrown like a refusal. */
  async #ask<T>(name: string, args: object): Promise<T> {
    const result = await this.#options.call(name, args);
    this.state.signIn = result._meta?.signIn;
    if (result.isError || this.state.signIn || result.structuredContent === undefined) {
      throw new Error(textOf(result));
    }
    // Our own server's answer, whose type both sides share.
    return result.structuredContent as T;
  }

  /** The project of a `show_board`; else what is in its way is kept. */
  #projectOf(result: ToolResult): string | undefined {
    const { projectId, signIn } = result._meta ?? {};
    this.state.signIn = signIn;
    this.state.problem = projectId || signIn ? undefined : textOf(result);
    return projectId;
  }
}

function moveArguments({ id, column, beforeId }: Move, board: Board | undefined): BoardMove {
  const card = board?.cards.find((one) => one.id === id);
  return {
    task_id: id,
    column,
    ...(beforeId !== undefined && { before_id: beforeId }),
    ...(board !== undefined && { expected_project: board.project.id }),
    expected_column: card?.column ?? column,
    expected_position: card?.position ?? 0,
  };
}

/** What a tool said, as the model would read it. */
export function textOf({ content = [] }: ToolResult): string {
  return content.map((part) => part.text ?? "").join("\n");
}

/** What went wrong, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
