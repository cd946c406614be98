/** The server's side of the board in memory, for what the real one does rarely or never. */
import type {
  BoardCard,
  BoardCardDetails,
  BoardColumn,
  BoardData,
} from "../../src/board/contract.ts";

export interface FakeBoard {
  data: Required<Omit<BoardData, "unchanged" | "version">>;
  details: BoardCardDetails;
  /** Every call, with its arguments. */
  readonly calls: { name: string; args: Record<string, unknown> }[];
  /** Answers instead of the board, until it is removed. */
  instead: ((name: string) => Promise<object> | object | undefined) | undefined;
  /** What somebody else did: the next reading sees it. */
  changed(): void;
  call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  card(key: string): BoardCard;
}

const COLUMNS: BoardColumn[] = [
  { slug: "to-do", name: "To Do" },
  { slug: "in-progress", name: "In Progress" },
  { slug: "done", name: "Done" },
];

export function createFakeBoard(cards: Partial<BoardCard>[]): FakeBoard {
  let version = 1;
  const whole = cards.map(cardOf);
  const board: FakeBoard = {
    data: {
      project: { id: "web", slug: "WEB", name: "Website", url: "https://kaneo.example/web" },
      isLive: false,
      readOnly: false,
      columns: [...COLUMNS],
      cards: whole,
      people: [
        { id: "u1", name: "Alice Adams" },
        { id: "u2", name: "Bob Stone" },
      ],
      labels: [
        { name: "bug", color: "#ef4444" },
        { name: "ui", color: "#0ea5e9" },
      ],
    },
    details: { description: "", comments: [], relations: [] },
    calls: [],
    instead: undefined,
    changed: () => {
      version += 1;
    },
    async call(name, args) {
      board.calls.push({ name, args });
      const instead = await board.instead?.(name);
      if (instead) return { ...instead };
      if (name === "board_data") {
        const isKnown = args["since"] === String(version);
        const { isLive } = board.data;
        const data = isKnown ? { unchanged: true, isLive } : structuredClone(board.data);
        return { content: [], structuredContent: { version: String(version), ...data } };
      }
      if (name === "board_card") return { content: [], structuredContent: { ...board.details } };
      version += 1;
      const card = write(board, name, args);
      return { content: [], structuredContent: { card: structuredClone(card) } };
    },
    card(key) {
      const found = board.data.cards.find((one) => one.key === key);
      if (!found) throw new Error(`There is no card ${key}.`);
      return found;
    },
  };
  return board;
}

function cardOf(card: Partial<BoardCard>, index: number): BoardCard {
  const number = index + 1;
  return {
    id: `task-${number}`,
    key: `WEB-${number}`,
    number,
    title: `Card ${number}`,
    priority: "medium",
    column: "to-do",
    position: number * 10,
    labels: [],
    ...card,
  };
}

function write(
  { data, details }: FakeBoard,
  name: string,
  args: Record<string, unknown>,
): BoardCard {
  if (name === "board_create") {
    const { title, column } = args as { title: string; column: string };
    const card = cardOf({ title, column }, data.cards.length);
    data.cards.push(card);
    return card;
  }
  const card = data.cards.find(({ id }) => id === args["task_id"]);
  if (!card) throw new Error("There is no such card.");
  if (name === "board_comment") {
    details.comments.push({
      author: "Alice Adams",
      when: "2026-03-01T08:00:00Z",
      text: String(args["content"]),
    });
  }
  if (name === "board_edit") {
    const { title, priority } = args as { title?: string; priority?: string };
    Object.assign(card, { ...(title && { title }), ...(priority && { priority }) });
  }
  if (name === "board_move") {
    const before = data.cards.find(({ id }) => id === args["before_id"]);
    const last = Math.max(0, ...data.cards.map(({ position }) => position));
    Object.assign(card, {
      column: args["column"],
      position: before ? before.position - 1 : last + 10,
    });
  }
  return card;
}
