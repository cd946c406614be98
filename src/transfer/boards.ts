/** Boards as other programs give them whole: Trello's "Export as JSON", and what Planka's API answers for a board. */
import { z } from "zod";
import { oneLine } from "../kaneo/matching.ts";
import { list, optional } from "../kaneo/schemas.ts";
import { type Row, rowOf, type Source } from "./rows.ts";

const id = z.union([z.string(), z.number()]).transform(String);
const ids = optional(list(id)).transform((all = []) => all);
const name = optional(z.string()).transform((text = "") => text);

const trelloSchema = z.object({
  lists: list(z.object({ id, name, closed: optional(z.boolean()) })),
  cards: list(
    z.object({
      id,
      idShort: optional(z.number()),
      name,
      desc: name,
      idList: id,
      closed: optional(z.boolean()),
      start: optional(z.string()),
      due: optional(z.string()),
      dueComplete: optional(z.boolean()),
      pos: optional(z.number()),
      idMembers: ids,
      labels: optional(list(z.object({ name, color: optional(z.string()) }))),
      idChecklists: ids,
      attachments: optional(list(z.object({ url: name, name }))),
    }),
  ),
  members: optional(list(z.object({ id, fullName: name, username: name }))),
  checklists: optional(
    list(
      z.object({
        id,
        idCard: optional(id),
        name,
        checkItems: optional(list(z.object({ name, state: name, pos: optional(z.number()) }))),
      }),
    ),
  ),
});

/** The colors that Trello has names for, as its page shows them. */
const TRELLO_COLORS: Record<string, string> = {
  green: "#4bce97",
  yellow: "#e2b203",
  orange: "#faa53d",
  red: "#f87462",
  purple: "#9f8fef",
  blue: "#579dff",
  sky: "#6cc3e0",
  lime: "#94c748",
  pink: "#e774bb",
  black: "#8590a2",
};

/** Undefined for what is no export of a Trello board. */
export function readTrello(json: unknown): Source | undefined {
  const { data } = trelloSchema.safeParse(json);
  if (data === undefined) return undefined;
  const lists = new Map(data.lists.map((one) => [one.id, one]));
  const people = new Map(
    data.members?.map(({ id, fullName, username }) => [id, fullName || username]),
  );
  const colors = new Map<string, string>();
  const cards = data.cards.toSorted((one, other) => (one.pos ?? 0) - (other.pos ?? 0));
  const rows = cards.map((card): Row => {
    const place = lists.get(card.idList);
    for (const { name, color } of card.labels ?? []) {
      colors.set(
        name || color || "",
        TRELLO_COLORS[(color ?? "").split("_")[0] ?? ""] ?? "#8590a2",
      );
    }
    const checklists = (data.checklists ?? []).filter(
      (one) => one.idCard === card.id || card.idChecklists.includes(one.id),
    );
    const isPutAway = card.closed === true || place?.closed === true;
    return rowOf(`card ${card.idShort ?? card.id}`, card.name, {
      keys: [card.id],
      description: withChecklists(
        card.desc,
        checklists.map(({ name, checkItems = [] }) => ({
          name,
          items: checkItems
            .toSorted((one, other) => (one.pos ?? 0) - (other.pos ?? 0))
            .map(({ name, state }) => ({ name, isDone: state === "complete" })),
        })),
      ),
      status: isPutAway ? "archived" : card.dueComplete === true ? "done" : place?.name,
      assignees: card.idMembers.flatMap((one) => people.get(one) ?? []),
      start: card.start,
      due: card.due,
      labels: (card.labels ?? []).map(({ name, color }) => name || color || "").filter(Boolean),
      problem: card.name.trim() === "" ? "has no title" : undefined,
    });
  });
  const files = data.cards.filter(({ attachments }) => attachments && attachments.length > 0);
  return {
    kind: "Trello board (JSON)",
    ...{ rows, colors, columns: [] },
    notes: [
      "Checklists became lists in the descriptions. Not carried over: comments, attachments, votes, cover pictures.",
      ...(files.length === 0
        ? []
        : [`Cards with attachments: ${oneLine(files.map(({ name }) => name).join("; "), 300)}.`]),
    ],
  };
}

const plankaSchema = z.object({
  item: z.object({ name }),
  included: z.object({
    lists: list(
      z.object({
        id,
        name: optional(z.string()),
        type: optional(z.string()),
        position: optional(z.number()),
      }),
    ),
    cards: list(
      z.object({
        id,
        listId: id,
        name,
        description: name,
        dueDate: optional(z.string()),
        isDueCompleted: optional(z.boolean()),
        isDueDateCompleted: optional(z.boolean()),
        isClosed: optional(z.boolean()),
        position: optional(z.number()),
      }),
    ),
    labels: optional(
      list(z.object({ id, name: optional(z.string()), color: optional(z.string()) })),
    ),
    cardLabels: optional(list(z.object({ cardId: id, labelId: id }))),
    cardMemberships: optional(list(z.object({ cardId: id, userId: id }))),
    users: optional(list(z.object({ id, name, username: name, email: optional(z.string()) }))),
    taskLists: optional(list(z.object({ id, cardId: id, name }))),
    tasks: optional(
      list(
        z.object({
          name,
          isCompleted: optional(z.boolean()),
          cardId: optional(id),
          taskListId: optional(id),
        }),
      ),
    ),
  }),
});

/** Undefined for what is no board of Planka. */
export function readPlanka(json: unknown): Source | undefined {
  const { data } = plankaSchema.safeParse(json);
  if (data === undefined) return undefined;
  const {
    lists,
    labels = [],
    cardLabels = [],
    cardMemberships = [],
    users = [],
    ...board
  } = data.included;
  const { tasks = [], taskLists = [] } = board;
  const places = new Map(lists.map((one) => [one.id, one]));
  const labelOf = new Map(labels.map(({ id, name, color }) => [id, name ?? color ?? ""]));
  const cards = board.cards.toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0));
  const rows = cards.map((card): Row => {
    const place = places.get(card.listId);
    const listsHere = taskLists.filter(({ cardId }) => cardId === card.id);
    const items = (isHere: (task: (typeof tasks)[number]) => boolean) =>
      tasks.filter(isHere).map(({ name, isCompleted }) => ({ name, isDone: isCompleted === true }));
    const isDone =
      place?.type === "closed" ||
      [card.isDueCompleted, card.isDueDateCompleted, card.isClosed].includes(true);
    return rowOf(`card ${card.id}`, card.name, {
      keys: [card.id],
      description: withChecklists(card.description, [
        { name: "", items: items(({ cardId }) => cardId === card.id) },
        ...listsHere.map(({ id, name }) => ({
          name,
          items: items(({ taskListId }) => taskListId === id),
        })),
      ]),
      status: /^(?:archive|trash)$/.test(place?.type ?? "")
        ? "archived"
        : isDone
          ? "done"
          : place?.name,
      assignees: cardMemberships
        .filter(({ cardId }) => cardId === card.id)
        .flatMap(({ userId }) => users.filter(({ id }) => id === userId))
        .map(({ name, username, email }) => email ?? (name || username)),
      due: card.dueDate,
      labels: cardLabels
        .filter(({ cardId }) => cardId === card.id)
        .flatMap(({ labelId }) => labelOf.get(labelId) || []),
      problem: card.name.trim() === "" ? "has no title" : undefined,
    });
  });
  return {
    kind: "Planka board (JSON)",
    ...{ rows, colors: new Map(), columns: [] },
    notes: [
      "Task lists became lists in the descriptions. Not carried over: comments, attachments, stopwatches.",
    ],
  };
}

interface Checklist {
  name: string;
  items: { name: string; isDone: boolean }[];
}

function withChecklists(text: string, checklists: readonly Checklist[]): string {
  const parts = checklists
    .filter(({ items }) => items.length > 0)
    .map(({ name, items }) => {
      const lines = items.map((item) => `- [${item.isDone ? "x" : " "}] ${item.name}`);
      return [...(name === "" ? [] : [`**${name}**`, ""]), ...lines].join("\n");
    });
  return [text, ...parts].filter((part) => part !== "").join("\n\n");
}
