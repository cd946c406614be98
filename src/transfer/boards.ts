/** Boards as other programs give them whole: Trello's "Export as JSON", and what Planka's API answers for a board. */
import { z } from "zod";
import { list, optional } from "../kaneo/api/schemas.ts";
import { oneLine } from "../kaneo/names/matching.ts";
import { type Row, rowOf, type Source } from "./rows.ts";

const id = z.union([z.string(), z.number()]).transform(String);
const ids = optional(list(id)).transform((all = []) => all);
const name = optional(z.string()).transform((text = "") => text);
/** The name of what many cards share, and which is looked at for each of them. */
const sharedName = optional(z.string()).transform((text = "") => text.slice(0, 200));

const trelloSchema = z.object({
  lists: list(z.object({ id, name: sharedName, closed: optional(z.boolean()) })),
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
  members: optional(list(z.object({ id, fullName: sharedName, username: sharedName }))),
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
const TRELLO_COLORS = new Map(
  Object.entries({
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
  }),
);

/** Undefined for what is no export of a Trello board. */
export function readTrello(json: unknown): Source | undefined {
  const { data } = trelloSchema.safeParse(json);
  if (data === undefined) return undefined;
  const lists = new Map(data.lists.map((one) => [one.id, one]));
  const people = new Map(
    data.members?.map(({ id, fullName, username }) => [id, fullName || username]),
  );
  const colors = new Map<string, string>();
  const ofCard = grouped(data.checklists ?? [], ({ idCard }) => idCard);
  const ofNobody = new Map(ofCard.get(undefined)?.map((one) => [one.id, one]));
  const cards = data.cards.toSorted((one, other) => (one.pos ?? 0) - (other.pos ?? 0));
  const rows = cards.map((card): Row => {
    const place = lists.get(card.idList);
    for (const { name, color } of card.labels ?? []) {
      const [plain = ""] = (color ?? "").split("_");
      colors.set(name || color || "", TRELLO_COLORS.get(plain) ?? "#8590a2");
    }
    const named = card.idChecklists.flatMap((id) => taken(ofNobody, id) ?? []);
    const checklists = [...(ofCard.get(card.id) ?? []), ...named];
    const isArchived = card.closed === true || place?.closed === true;
    const onBoard = card.dueComplete === true ? "done" : place?.name;
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
      status: isArchived ? "archived" : onBoard,
      assignees: card.idMembers.flatMap((one) => people.get(one) ?? []),
      start: card.start,
      due: card.due,
      labels: (card.labels ?? []).map(({ name, color }) => name || color || "").filter(Boolean),
    });
  });
  const files = data.cards.filter(({ attachments }) => attachments && attachments.length > 0);
  return {
    kind: "Trello board (JSON)",
    rows,
    colors,
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
        name: sharedName,
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
    labels: optional(list(z.object({ id, name: sharedName, color: sharedName }))),
    cardLabels: optional(list(z.object({ cardId: id, labelId: id }))),
    cardMemberships: optional(list(z.object({ cardId: id, userId: id }))),
    users: optional(
      list(z.object({ id, name: sharedName, username: sharedName, email: sharedName })),
    ),
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
  const people = new Map(users.map((one) => [one.id, one]));
  const membersOf = grouped(cardMemberships, ({ cardId }) => cardId);
  const labelsOf = grouped(cardLabels, ({ cardId }) => cardId);
  const listsOf = grouped(taskLists, ({ cardId }) => cardId);
  const looseOf = grouped(tasks, ({ cardId }) => cardId);
  const listedOf = grouped(tasks, ({ taskListId }) => taskListId);
  const places = new Map(lists.map((one) => [one.id, one]));
  const labelOf = new Map(labels.map(({ id, name, color }) => [id, name || color]));
  const cards = board.cards.toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0));
  const rows = cards.map((card): Row => {
    const place = places.get(card.listId);
    const items = (found: typeof tasks = []) =>
      found.map(({ name, isCompleted }) => ({ name, isDone: isCompleted === true }));
    const isArchived = /^(?:archive|trash)$/.test(place?.type ?? "");
    const isDone =
      place?.type === "closed" ||
      [card.isDueCompleted, card.isDueDateCompleted, card.isClosed].includes(true);
    const onBoard = isDone ? "done" : place?.name;
    return rowOf(`card ${card.id}`, card.name, {
      keys: [card.id],
      description: withChecklists(card.description, [
        { name: "", items: items(looseOf.get(card.id)) },
        ...(listsOf.get(card.id) ?? []).map(({ id, name }) => {
          return { name, items: items(taken(listedOf, id)) };
        }),
      ]),
      status: isArchived ? "archived" : onBoard,
      assignees: (membersOf.get(card.id) ?? [])
        .flatMap(({ userId }) => people.get(userId) ?? [])
        .map(({ name, username, email }) => email || name || username),
      due: card.dueDate,
      labels: (labelsOf.get(card.id) ?? []).flatMap(({ labelId }) => labelOf.get(labelId) || []),
    });
  });
  return {
    kind: "Planka board (JSON)",
    rows,
    notes: [
      "Task lists became lists in the descriptions. Not carried over: comments, attachments, stopwatches.",
    ],
  };
}

/** Found at once for each card: to look through all of them for each would take hours for 10 MB. */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => string | undefined) {
  const groups = new Map<string | undefined, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** What a map holds, once: a long list that many cards name is one card's. */
function taken<T>(map: Map<string | undefined, T>, key: string): T | undefined {
  const found = map.get(key);
  map.delete(key);
  return found;
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
