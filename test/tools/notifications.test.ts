import { expect, test } from "vitest";
import { notificationTools } from "../../src/tools/notifications.ts";
import { addNotification, notifyAbout } from "../sandbox/events.ts";
import { deleteTask } from "../sandbox/routes/tasks.ts";
import { commentOn } from "../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const listNotifications = toolNamed(notificationTools, "list_notifications");
const markRead = toolNamed(notificationTools, "mark_notifications_read");

function notify(
  board: SmallBoard,
  { number, type }: { number: number; type: string },
  details = {},
) {
  const { data, people } = board.sandbox;
  const task = data.tasks.get(board.taskId(number));
  if (task === undefined) throw new Error("No such task.");
  notifyAbout(data, task, { userId: people.alice.id, type, details });
}

function unreadIn({ sandbox: { data } }: SmallBoard): string[] {
  return [...data.notifications.values()].filter(({ isRead }) => !isRead).map(({ id }) => id);
}

/** The answer without the parts that differ from run to run, and the fence around what people wrote. */
function steady(answer: string): string[] {
  return answer
    .split("\n")
    .filter((line) => !/^(?:Between the two lines marked|---) \d{9}/.test(line))
    .map((line) =>
      line
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d \+\d\d:\d\d/, "…")
        .replace(/ {2}notification \w+$/, ""),
    );
}

const TAG = '<kaneo-mention id="ada" label="Ada"></kaneo-mention>';

test("list_notifications shows what Kaneo leaves without a title by its parts, with the tasks' keys", async () => {
  await using board = await startSmallBoard();
  notify(board, { number: 1, type: "task_assignee_changed" });
  notify(
    board,
    { number: 2, type: "task_status_changed" },
    { oldStatus: "to-do", newStatus: "done" },
  );
  const commentPreview = `Ask ${TAG}\n\nor ${TAG.slice(0, 30)}`;
  notify(board, { number: 2, type: "task_comment" }, { commenterName: "Bob", commentPreview });
  notify(board, { number: 3, type: "task_overdue" });
  notify(board, { number: 3, type: "brand_new_kind" });

  const answer = await board.call(listNotifications);

  expect(steady(answer)).toEqual([
    "5 notifications, 5 unread",
    'unread  brand_new_kind  …  WEB-3  "Font loading"',
    'unread  overdue  …  WEB-3  "Font loading"',
    'unread  comment  …  WEB-2  "Landing page hero"  @Bob  saying "Ask @Ada or …"',
    'unread  status_changed  …  WEB-2  "Landing page hero"  to-do → done',
    'unread  assignee_changed  …  to you  WEB-1  "Fix login redirect loop"',
  ]);
});

test("list_notifications shows those of people with their title, and survives a deleted task", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  notify(board, { number: 1, type: "task_assignee_changed" });
  deleteTask(data, board.taskId(1));
  const userId = people.alice.id;
  addNotification(data, { userId, type: "info", title: "Hi", content: "There", isRead: true });

  const answer = await board.call(listNotifications);

  expect(steady(answer)).toEqual([
    "2 notifications, 1 unread",
    "read  info  …  Hi: There",
    'unread  assignee_changed  …  to you  "Fix login redirect loop"',
  ]);
});

test("list_notifications gives only unread ones, as many as asked for, and says what it leaves out", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2, 3]) notify(board, { number, type: "task_created" });
  addNotification(board.sandbox.data, {
    userId: board.sandbox.people.alice.id,
    type: "info",
    title: "Old",
    isRead: true,
  });

  const answer = await board.call(listNotifications, { unread_only: true, limit: 2 });

  expect(steady(answer)).toEqual([
    "3 unread notifications, the newest 2 shown",
    'unread  created  …  to you  WEB-3  "Font loading"',
    'unread  created  …  to you  WEB-2  "Landing page hero"',
  ]);
});

test("list_notifications says when Kaneo gives no older ones", async () => {
  await using board = await startSmallBoard();
  for (let index = 0; index < 51; index += 1) notify(board, { number: 1, type: "task_created" });

  const answer = await board.call(listNotifications, { limit: 1 });

  expect(answer).toContain(
    "50 notifications, 50 unread, the newest 1 shown, among the last 50; Kaneo gives no older ones",
  );
});

test("mark_notifications_read marks the given ones and names those that do not exist", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2]) notify(board, { number, type: "task_created" });
  const [first = "", second] = unreadIn(board);

  const answer = await board.call(markRead, { notifications: [first, "nope", first] });

  expect(answer).toBe("Marked 1 of 2 notifications as read.\nNot found: nope.");
  expect(unreadIn(board)).toEqual([second]);
});

test("mark_notifications_read takes ids that are written as one text", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2]) notify(board, { number, type: "task_created" });

  const answer = await board.call(markRead, { notifications: unreadIn(board).join(", ") });

  expect(answer).toBe("Marked 2 notifications as read.");
  expect(unreadIn(board)).toEqual([]);
  await expect(board.call(markRead, { notifications: "," })).rejects.toMatchObject({
    kind: "invalid_input",
  });
});

test("mark_notifications_read with all marks every one", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2]) notify(board, { number, type: "task_created" });

  const answer = await board.call(markRead, { all: true });

  expect(answer).toBe("Marked 2 notifications as read; none left unread.");
  expect(unreadIn(board)).toEqual([]);
});

test("mark_notifications_read says what becomes of those that Kaneo no longer lists", async () => {
  await using board = await startSmallBoard();
  notify(board, { number: 1, type: "task_created" });
  notify(board, { number: 1, type: "task_mention" });
  for (let index = 0; index < 49; index += 1) notify(board, { number: 1, type: "task_created" });

  const some = await board.call(markRead, { all: true, except_kinds: ["mention"] });
  const left = unreadIn(board).length;
  const all = await board.call(markRead, { all: true });

  expect(some).toBe(
    "Marked 49 notifications as read; 1 left unread.\nKaneo lists only the last 50; older ones stay as they were.",
  );
  expect(left).toBe(2);
  expect(all).toBe(
    "Marked 1 notification as read; none left unread.\nKaneo lists only the last 50; older ones are marked, too.",
  );
  expect(unreadIn(board)).toEqual([]);
});

test("where Kaneo marks nothing, that is said, and not how many are marked", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2]) notify(board, { number, type: "task_created" });
  const notifications = unreadIn(board);
  board.sandbox.fail({ method: "PATCH", times: 9 }, { kind: "answer", status: 403, body: "No" });

  const call = board.call(markRead, { notifications });

  await expect(call).rejects.toThrow(/^Kaneo refused: No\./);
});

test("list_notifications gives those of the named kinds and counts only them", async () => {
  await using board = await startSmallBoard();
  notify(board, { number: 1, type: "task_mention" }, { mentionerName: "Bob" });
  notify(board, { number: 2, type: "task_created" });
  notify(board, { number: 3, type: "task_overdue" });

  const answer = await board.call(listNotifications, { kinds: ["mention", "OVERDUE"] });

  expect(steady(answer)).toEqual([
    "2 notifications, 2 unread",
    'unread  overdue  …  WEB-3  "Font loading"',
    'unread  mention  …  WEB-1  "Fix login redirect loop"  @Bob',
  ]);
});

test("list_notifications shows how the comment begins that mentions one, where there is one", async () => {
  await using board = await startSmallBoard();
  const { name: mentionerName } = board.sandbox.people.bob;
  const earlier = commentOn(board, 1, `Hi ${TAG}`);
  Object.assign(earlier, {
    createdAt: new Date(Date.parse(earlier.createdAt) - 60_000).toISOString(),
  });
  commentOn(board, 1, `Can ${TAG} look?`);
  commentOn(board, 2, "By somebody else").userId = board.sandbox.people.alice.id;
  for (const number of [1, 2]) notify(board, { number, type: "task_mention" }, { mentionerName });

  const answer = await board.call(listNotifications);
  board.sandbox.fail({ path: /\/api\/comment\//, times: 9 }, { kind: "html" });
  const without = await board.call(listNotifications);

  const row = 'unread  mention  …  WEB-1  "Fix login redirect loop"  @Bob Ünïcode 🦊';
  expect(steady(answer)).toEqual([
    "2 notifications, 2 unread",
    'unread  mention  …  WEB-2  "Landing page hero"  @Bob Ünïcode 🦊',
    `${row}  saying "Can @Ada look?"`,
  ]);
  expect(steady(without)).toContain(row);
});

test("list_notifications says in one line that there are none", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(listNotifications);

  expect(answer).toBe("0 notifications, 0 unread");
});

test("mark_notifications_read leaves the excepted kinds unread and says how many", async () => {
  await using board = await startSmallBoard();
  for (const type of ["task_created", "task_mention", "task_overdue"]) {
    notify(board, { number: 1, type });
  }

  const answer = await board.call(markRead, { all: true, except_kinds: "mention" });
  const again = await board.call(markRead, { all: true, except_kinds: ["mention"] });

  expect(answer).toBe("Marked 2 notifications as read; 1 left unread.");
  expect(again).toBe("Marked 0 notifications as read; 1 left unread.");
  expect(unreadIn(board)).toHaveLength(1);
});

test.for([
  {},
  { all: false },
  { all: true, notifications: ["x"] },
  { notifications: ["x"], except_kinds: ["mention"] },
])("mark_notifications_read refuses %o", async (args) => {
  await using board = await startSmallBoard();

  const call = board.call(markRead, args);

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: "Give either notifications or all: true, perhaps with except_kinds.",
  });
  expect(board.requests()).toEqual([]);
});

test("mark_notifications_read fails when none of the ids exists", async () => {
  await using board = await startSmallBoard();

  const call = board.call(markRead, { notifications: ["nope"] });

  await expect(call).rejects.toMatchObject({ kind: "not_found" });
});

test("a comment of a quarter of a million mentions that are none takes a moment", async () => {
  await using board = await startSmallBoard();
  const commentPreview = `${"<kaneo-mention ".repeat(250_000)}>`;
  notify(board, { number: 2, type: "task_comment" }, { commenterName: "Bob", commentPreview });

  const answer = await board.call(listNotifications);

  expect(answer).toContain('WEB-2  "Landing page hero"  @Bob  saying');
});
