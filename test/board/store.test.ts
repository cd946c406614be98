import { expect, test } from "vitest";
import { Store } from "../../src/board/view/store.ts";
import { createDeferred } from "../support/deferred.ts";
import { until } from "../support/until.ts";
import { createFakeBoard, type FakeBoard } from "./fake-board.ts";

/** A store at a fake board, with timers that only the test lets run out. */
async function openStore(board: FakeBoard, result: object = { _meta: { projectId: "web" } }) {
  let timer: { ms: number; run(): void } | undefined;
  const store = new Store({
    call: (name, args) => board.call(name, { ...args }),
    after(ms, run) {
      const mine = { ms, run };
      timer = mine;
      return () => {
        if (timer === mine) timer = undefined;
      };
    },
    changed: () => {},
  });
  store.open({ project: "WEB" }, result);
  await store.refresh();
  return {
    store,
    waits: () => timer?.ms,
    runOut: async () => {
      timer?.run();
      await store.refresh();
    },
    ids: (column: string) => store.state.lists.get(column)?.map(({ key }) => key),
  };
}

const THREE = [{ column: "to-do" }, { column: "to-do" }, { column: "done" }];

test("a board is read with its version, and one that is unchanged stays", async () => {
  const board = createFakeBoard(THREE);
  const { store, runOut, ids } = await openStore(board);
  const before = store.state.board;

  await runOut();

  expect(ids("to-do")).toEqual(["WEB-1", "WEB-2"]);
  expect(store.state.board).toBe(before);
  expect(board.calls.at(-1)?.args).toEqual({ project_id: "web", since: "1" });
});

test("what somebody else did is there after the next reading, twelve seconds later", async () => {
  const board = createFakeBoard(THREE);
  const { waits, runOut, ids } = await openStore(board);
  board.card("WEB-1").column = "done";
  board.changed();

  const wait = waits();
  await runOut();

  expect(wait).toBe(12_000);
  expect(ids("done")).toEqual(["WEB-1", "WEB-3"]);
});

test("a move is shown before the server knows, and says where the person saw the card", async () => {
  const board = createFakeBoard(THREE);
  const { store, ids } = await openStore(board);
  const answer = createDeferred<undefined>();
  board.instead = () => answer.promise;

  const moved = store.move({ id: "task-1", column: "done", beforeId: "task-3" });
  const shown = ids("done");
  board.instead = undefined;
  answer.resolve(undefined);
  await moved;
  await store.refresh();

  expect(shown).toEqual(["WEB-1", "WEB-3"]);
  expect(ids("done")).toEqual(["WEB-1", "WEB-3"]);
  expect(board.calls.find(({ name }) => name === "board_move")?.args).toEqual({
    task_id: "task-1",
    column: "done",
    before_id: "task-3",
    expected_project: "web",
    expected_column: "to-do",
    expected_position: 10,
  });
});

test("a refused move goes back, is told in the server's words, and the board is read again", async () => {
  const board = createFakeBoard(THREE);
  const { store, ids } = await openStore(board);
  const text = "WEB-1 is in in-progress by now.";
  board.instead = (name) =>
    name === "board_move" ? { isError: true, content: [{ type: "text", text }] } : undefined;
  const moved = store.move({ id: "task-1", column: "done" });
  const shown = ids("done");

  await expect(moved).rejects.toThrow(text);
  await store.refresh();
  expect(shown).toEqual(["WEB-3", "WEB-1"]);
  expect(ids("to-do")).toEqual(["WEB-1", "WEB-2"]);
  expect(board.calls.slice(1, 3).map(({ name }) => name)).toEqual(["board_move", "board_data"]);
});

test("two moves of a card go one after the other, the second from where the first put it", async () => {
  const board = createFakeBoard(THREE);
  const { store, ids } = await openStore(board);

  const moves = [
    store.move({ id: "task-1", column: "in-progress" }),
    store.move({ id: "task-1", column: "done" }),
  ];
  const shown = ids("done");
  await Promise.all(moves);

  expect(shown).toEqual(["WEB-3", "WEB-1"]);
  const [, second] = board.calls.filter(({ name }) => name === "board_move");
  expect(second?.args).toMatchObject({ expected_column: "in-progress", expected_position: 40 });
});

test("a card that somebody else moves after the person did stands where they put it", async () => {
  const board = createFakeBoard(THREE);
  const { store, runOut, ids } = await openStore(board);
  await store.move({ id: "task-1", column: "done" });
  await store.refresh();
  board.card("WEB-1").column = "in-progress";
  board.changed();

  await runOut();

  expect([ids("done"), ids("in-progress")]).toEqual([["WEB-3"], ["WEB-1"]]);
});

test("what was read while a move was under way does not take the card back", async () => {
  const board = createFakeBoard(THREE);
  const { store, ids } = await openStore(board);
  const old = createDeferred<object | undefined>();
  const before = await board.call("board_data", {});
  board.instead = (name) => (name === "board_data" ? old.promise : undefined);

  const reading = store.refresh();
  await store.move({ id: "task-1", column: "done" });
  board.instead = undefined;
  old.resolve(before);
  await reading;

  expect(ids("done")).toEqual(["WEB-3", "WEB-1"]);
  await store.refresh();
  expect(ids("done")).toEqual(["WEB-3", "WEB-1"]);
});

test("a board that cannot be read stays as it was, says why, and is tried again", async () => {
  const board = createFakeBoard(THREE);
  const { store, runOut, ids } = await openStore(board);
  board.instead = () => ({ isError: true, content: [{ type: "text", text: "Kaneo is down." }] });

  await runOut();
  const problem = store.state.problem;
  const shown = ids("to-do");
  board.instead = undefined;
  await runOut();

  expect(problem).toBe("Kaneo is down.");
  expect(shown).toEqual(["WEB-1", "WEB-2"]);
  expect(store.state.problem).toBeUndefined();
});

test("who is signed out gets the link, and the board as soon as show_board gives its project", async () => {
  const board = createFakeBoard(THREE);
  const signIn = { url: "https://kaneo.example/device", code: "ABCD-1234" };
  const signedOut = { content: [], _meta: { signIn } };
  board.instead = () => signedOut;
  const { store, waits, runOut, ids } = await openStore(board, signedOut);
  const seen = store.state.signIn;
  const wait = waits();
  board.instead = (name) => (name === "show_board" ? { _meta: { projectId: "web" } } : undefined);

  await runOut();

  expect(seen).toEqual(signIn);
  expect(wait).toBe(4_000);
  expect(board.calls.find(({ name }) => name === "show_board")?.args).toEqual({ project: "WEB" });
  expect(store.state.signIn).toBeUndefined();
  expect(ids("to-do")).toEqual(["WEB-1", "WEB-2"]);
});

test("an unseen or closed board is not read", async () => {
  const board = createFakeBoard(THREE);
  const { store, waits } = await openStore(board);

  store.setVisible(false);
  const hidden = waits();
  store.setVisible(true);
  await store.refresh();
  const seen = waits();
  store.stop();

  expect([hidden, seen, waits()]).toEqual([undefined, 12_000, undefined]);
  expect(board.calls).toHaveLength(2);
});

test("a project that is not there is not asked for again and again", async () => {
  const board = createFakeBoard(THREE);
  const missing = { isError: true, content: [{ type: "text", text: "There is no project X." }] };
  board.instead = () => missing;

  const { store, waits } = await openStore(board, missing);

  expect(store.state.problem).toBe("There is no project X.");
  expect(waits()).toBeUndefined();
});

test("a board whose changes are announced is read again soon, since that costs nothing", async () => {
  const board = createFakeBoard(THREE);
  board.data.isLive = true;
  const { store, waits, runOut } = await openStore(board);

  const wait = waits();
  const before = store.state.lists;
  board.instead = (name) =>
    name === "board_data"
      ? { content: [], structuredContent: { version: "1", unchanged: true, isLive: false } }
      : undefined;
  await runOut();

  expect(wait).toBe(1_500);
  expect(waits()).toBe(12_000);
  // Nothing is drawn anew for that.
  expect(store.state.lists).toBe(before);
});

test("a view that is opened for another project shows nothing of the first, and writes nothing there", async () => {
  const board = createFakeBoard(THREE);
  const { store, ids } = await openStore(board);
  const before = await board.call("board_data", {});
  const first = createDeferred<object | undefined>();
  const moved = createDeferred<undefined>();
  board.instead = (name) => {
    if (name === "board_data") return first.promise;
    return name === "board_move" ? moved.promise : undefined;
  };
  const reading = store.refresh();
  const moving = store.move({ id: "task-1", column: "done" });
  const creating = store.create("done", "For the first");

  store.open({ project: "OPS" }, { _meta: { projectId: "ops" } });
  const shown = store.state.board;
  board.instead = undefined;
  moved.resolve(undefined);
  await Promise.all([moving, creating]);
  first.resolve(before);
  await reading;
  const stale = store.state.board;
  board.data.cards = [];
  board.changed();
  await until(() => store.state.board !== undefined);

  expect([shown, stale]).toEqual([undefined, undefined]);
  expect(ids("done")).toEqual([]);
  const asked = board.calls.filter(({ args }) => args["project_id"] !== undefined);
  expect(asked.map(({ name, args }) => [name, args["project_id"]]).slice(-2)).toEqual([
    ["board_create", "web"],
    ["board_data", "ops"],
  ]);
});

test("a view that is opened for another project while it still looks for the first one shows the other", async () => {
  const board = createFakeBoard(THREE);
  const signIn = { url: "https://kaneo.example/device", code: "ABCD-1234" };
  const { store } = await openStore(board, { _meta: { signIn } });
  const first = createDeferred<object | undefined>();
  board.instead = (name) => (name === "show_board" ? first.promise : undefined);
  const looking = store.refresh();

  store.open({ project: "OPS" }, { _meta: { projectId: "ops" } });
  first.resolve({ _meta: { projectId: "web" } });
  await looking;
  await until(() => store.state.board !== undefined);

  expect(board.calls.at(-1)?.args).toEqual({ project_id: "ops" });
});

test("whoever signs in next sees nothing of a board that is out of their sight", async () => {
  const board = createFakeBoard(THREE);
  const { store, runOut } = await openStore(board);
  const signIn = { url: "https://kaneo.example/device", code: "ABCD-1234" };
  board.instead = () => ({ content: [], _meta: { signIn } });
  await runOut();
  const text = "This board's project is gone, or out of sight.";
  board.instead = () => ({ isError: true, content: [{ type: "text", text }] });

  await runOut();

  expect(store.state).toMatchObject({ board: undefined, problem: text, signIn: undefined });
});
