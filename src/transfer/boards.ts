/** Boards as other programs give them whole: Trello's "Export as JSON", and what Planka's API answers for a board. */
import { z } from "zod";
import { list, optional } from "../kaneo/api/schemas.ts";
import { rowOf, type Source } from "./rows.ts";

const id = z.union([z.string(), z.number()]).transform(String);
const text = optional(z.string()).transform((said = "") => said);
/** The name of what many cards share, and which is looked at for each of them. */
const sharedName = optional(z.string()).transform((said = "") => said.slice(0, 200));
const flag = optional(z.boolean());
const position = optional(z.number()).transform((place = 0) => place);

function many<Item extends z.ZodType>(item: Item) {
  return optional(list(item)).transform((all = []) => all);
}

const trelloSchema = z.object({
  lists: list(z.object({ id, name: sharedName, closed: flag })),
  cards: list(
    z.object({
      id,
      idShort: optional(z.number()),
      name: text,
      desc: text,
      idList: id,
      closed: flag,
      start: optional(z.string()),
      due: optional(z.string()),
      dueComplete: flag,
      pos: position,
      idMembers: many(id),
      labels: many(z.object({ name: text, color: text })),
    }),
  ),
  members: many(z.object({ id, fullName: sharedName, username: sharedName })),
  checklists: many(
    z.object({
      idCard: optional(id),
      name: text,
      checkItems: many(z.object({ name: text, state: text, pos: position })),
    }),
  ),
  actions: many(
    z.object({
      type: text,
      date: text,
      data: optional(
        z.object({ text: optional(z.string()), card: optional(z.object({ id: optional(id) })) }),
      ),
      memberCreator: optional(z.object({ fullName: sharedName })),
    }),
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

/** Of a color such as `green_dark`. */
function colorCalled(name: string): string {
  return TRELLO_COLORS.get(name.split("_")[0] ?? "") ?? "#8590a2";
}

/** What Trello exports of what happened on a board, comments among it: the last so many (GSGBen/t2md#6). */
const MOST_ACTIONS = 1_000;

/** Undefined for what is no export of a Trello board. */
export function readTrello(json: unknown): Source | undefined {
  // As in kaneo-file.ts: cards without lists are those of another program.
  const { data } = Object(json).lists ? trelloSchema.safeParse(json) : {};
  if (data === undefined) return undefined;
  const lists = new Map(data.lists.map((one) => [one.id, one]));
  const people = new Map(
    data.members.map(({ id, fullName, username }) => [id, fullName || username]),
  );
  const checklists = grouped(data.checklists, ({ idCard }) => idCard);
  // Trello has the newest first.
  const comments = data.actions.filter(({ type }) => type === "commentCard").toReversed();
  const commentsOn = grouped(comments, (one) => one.data?.card?.id);
  const colors = new Map(
    data.cards.flatMap(({ labels }) =>
      labels.map(({ name, color }) => [name || color, colorCalled(color)]),
    ),
  );
  const rows = data.cards
    .toSorted((one, other) => one.pos - other.pos)
    .map((card) => {
      const column = lists.get(card.idList);
      const onBoard = card.dueComplete ? "done" : column?.name;
      const said = checklists(card.id).map(({ name, checkItems }) => {
        const items = checkItems.toSorted((one, other) => one.pos - other.pos);
        return checklist(name, items, ({ state }) => state === "complete");
      });
      return rowOf(`card ${card.idShort ?? card.id}`, card.name, {
        description: paragraphs(card.desc, ...said, ...commentsOn(card.id).map(comment)),
        status: card.closed || column?.closed ? "archived" : onBoard,
        assignee: card.idMembers.map((one) => people.get(one)).find(Boolean),
        start: card.start,
        due: card.due,
        labels: card.labels.map(({ name, color }) => name || color).filter(Boolean),
      });
    });
  const older =
    data.actions.length < MOST_ACTIONS ? "" : ", but not older ones, which Trello does not export";
  const lost = `Checklists and comments are in the descriptions${older}. Of several members the first is assigned. Not carried over: attachments, custom fields, votes, cover pictures.`;
  return { kind: "Trello board (JSON)", rows, colors, notes: [lost] };
}

function comment({ date, data, memberCreator }: z.output<typeof trelloSchema>["actions"][number]) {
  return `**${memberCreator?.fullName ?? "?"}, ${date.slice(0, 10)}:** ${data?.text ?? ""}`;
}

const plankaSchema = z.object({
  item: z.object({ name: text }),
  included: z.object({
    lists: list(z.object({ id, name: sharedName, type: text })),
    cards: list(
      z.object({
        id,
        listId: id,
        name: text,
        description: text,
        dueDate: optional(z.string()),
        isDueCompleted: flag,
        isDueDateCompleted: flag,
        isClosed: flag,
        position,
      }),
    ),
    labels: many(z.object({ id, name: sharedName, color: sharedName })),
    cardLabels: many(z.object({ cardId: id, labelId: id })),
    cardMemberships: many(z.object({ cardId: id, userId: id })),
    users: many(z.object({ id, name: sharedName, username: sharedName, email: sharedName })),
    taskLists: many(z.object({ id, cardId: id, name: text })),
    tasks: many(
      z.object({
        name: text,
        isCompleted: flag,
        cardId: optional(id),
        taskListId: optional(id),
      }),
    ),
  }),
});

/** Undefined for what is no board of Planka. */
export function readPlanka(json: unknown): Source | undefined {
  const { data } = plankaSchema.safeParse(json);
  if (data === undefined) return undefined;
  const { lists, cards, labels, cardLabels, cardMemberships, users, ...board } = data.included;
  const columns = new Map(lists.map((one) => [one.id, one]));
  const people = new Map(
    users.map(({ id, email, name, username }) => [id, email || name || username]),
  );
  const labelNames = new Map(labels.map(({ id, name, color }) => [id, name || color]));
  const labelsOf = grouped(cardLabels, ({ cardId }) => cardId);
  const membersOf = grouped(cardMemberships, ({ cardId }) => cardId);
  const listsOf = grouped(board.taskLists, ({ cardId }) => cardId);
  // Planka 1 has no lists between a card and its tasks.
  const tasksOf = grouped(board.tasks, ({ taskListId, cardId }) => taskListId ?? `card ${cardId}`);
  const said = (name: string, key: string) =>
    checklist(name, tasksOf(key), ({ isCompleted }) => isCompleted === true);
  const rows = cards
    .toSorted((one, other) => one.position - other.position)
    .map((card) => {
      const column = columns.get(card.listId);
      const isDone =
        column?.type === "closed" ||
        card.isDueCompleted ||
        card.isDueDateCompleted ||
        card.isClosed;
      const onBoard = isDone ? "done" : column?.name;
      return rowOf(`card ${card.id}`, card.name, {
        description: paragraphs(
          card.description,
          said("", `card ${card.id}`),
          ...listsOf(card.id).map(({ name, id }) => said(name, id)),
        ),
        status: /^(?:archive|trash)$/.test(column?.type ?? "") ? "archived" : onBoard,
        assignee: membersOf(card.id)
          .map(({ userId }) => people.get(userId))
          .find(Boolean),
        due: card.dueDate,
        labels: labelsOf(card.id).flatMap(({ labelId }) => labelNames.get(labelId) || []),
      });
    });
  const lost =
    "Task lists became lists in the descriptions. Of several members the first is assigned. Not carried over: comments, attachments, stopwatches.";
  return { kind: "Planka board (JSON)", rows, notes: [lost] };
}

/**
 * What belongs to a key, found at once and given once: to look through all of them for each card would take hours for
 * 10 MB, and so would a long list that every card has.
 */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => string | undefined) {
  const groups = new Map<string | undefined, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return (key: string): T[] => {
    const found = groups.get(key) ?? [];
    groups.delete(key);
    return found;
  };
}

function checklist<Item extends { name: string }>(
  name: string,
  items: readonly Item[],
  isDone: (item: Item) => boolean,
): string {
  const lines = items.map((item) => `- [${isDone(item) ? "x" : " "}] ${item.name}`).join("\n");
  return lines === "" || name === "" ? lines : `**${name}**\n\n${lines}`;
}

function paragraphs(...texts: readonly string[]): string {
  return texts.filter((one) => one !== "").join("\n\n");
}
