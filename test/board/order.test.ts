import { expect, test } from "vitest";
import type { BoardCard } from "../../src/board/contract.ts";
import { listsOf, moveIntoGap, withMove } from "../../src/board/view/order.ts";

const COLUMNS = ["todo", "done"].map((slug) => ({ slug, name: slug }));

/** Cards named by letters: `a3` is card a at position 3. */
function cards(column: string, ...names: string[]): BoardCard[] {
  return names.map((name, index) => ({
    id: name.slice(0, 1),
    key: `WEB-${name}`,
    number: index,
    title: name,
    priority: "low",
    column,
    position: Number(name.slice(1)),
    labels: [],
  }));
}

const idsIn = (list: readonly BoardCard[] = []) => list.map(({ id }) => id).join("");

test("a column's cards stand by position, and by number where positions tie", () => {
  const lists = listsOf(COLUMNS, [...cards("todo", "a5", "b1", "c5"), ...cards("archived", "x1")]);

  expect(idsIn(lists.get("todo"))).toBe("bac");
  expect(idsIn(lists.get("done"))).toBe("");
  expect([...lists.keys()]).toEqual(["todo", "done"]);
});

test("a move puts the card before another one, in its own column or in the other", () => {
  const lists = listsOf(COLUMNS, [...cards("todo", "a1", "b2", "c3"), ...cards("done", "x1")]);

  const within = withMove(lists, { id: "c", column: "todo", beforeId: "a" });
  const across = withMove(lists, { id: "b", column: "done", beforeId: "x" });

  expect(idsIn(within.get("todo"))).toBe("cab");
  expect(idsIn(across.get("todo"))).toBe("ac");
  expect(idsIn(across.get("done"))).toBe("bx");
  expect(across.get("done")?.[0]?.column).toBe("done");
});

test("a card goes to the end when nothing is behind it, or what was is gone", () => {
  const lists = listsOf(COLUMNS, [...cards("todo", "a1"), ...cards("done", "x1")]);

  for (const beforeId of [undefined, "gone"]) {
    const moved = withMove(lists, { id: "a", column: "done", beforeId });
    expect(idsIn(moved.get("done"))).toBe("xa");
  }
});

test("a move of a card or to a column that is gone changes nothing", () => {
  const lists = listsOf(COLUMNS, cards("todo", "a1"));

  expect(withMove(lists, { id: "gone", column: "done" })).toBe(lists);
  expect(withMove(lists, { id: "a", column: "gone" })).toBe(lists);
});

test("every gap of a column is one place, and the two at the card itself are none", () => {
  const list = cards("todo", "a1", "b2", "c3");
  const into = (gap: number) =>
    moveIntoGap({ id: "b", column: "todo" }, { list, shown: list, gap });

  expect(into(0)).toEqual({ id: "b", column: "todo", beforeId: "a" });
  expect(into(1)).toBeUndefined();
  expect(into(2)).toBeUndefined();
  expect(into(3)).toEqual({ id: "b", column: "todo", beforeId: undefined });
});

test("among filtered cards, a card goes right behind the one that is shown above the gap", () => {
  const list = cards("done", "a1", "b2", "c3", "d4");
  const shown = list.filter(({ id }) => id === "b" || id === "d");
  const into = (gap: number) => moveIntoGap({ id: "n", column: "done" }, { list, shown, gap });

  expect(into(0)?.beforeId).toBe("b");
  expect(into(1)?.beforeId).toBe("c");
  expect(into(2)?.beforeId).toBeUndefined();
});

test("what is shown may be older than the list: a card goes behind the nearest above that is still there", () => {
  const shown = cards("done", "a1", "b2", "c3");
  const list = cards("done", "x0", "a1", "c3");
  const into = (gap: number) => moveIntoGap({ id: "n", column: "done" }, { list, shown, gap });

  expect(into(0)?.beforeId).toBe("a");
  expect(into(1)?.beforeId).toBe("c");
  expect(into(2)?.beforeId).toBe("c");
  expect(into(3)?.beforeId).toBeUndefined();
});

test("a card that is alone among what is shown of its column stays", () => {
  const list = cards("todo", "a1", "b2", "c3");
  const shown = list.filter(({ id }) => id === "a");

  expect(moveIntoGap({ id: "a", column: "todo" }, { list, shown, gap: 1 })).toBeUndefined();
});

test("for every card and gap, what the move does is what the gap promised", () => {
  const list = cards("todo", "a1", "b2", "c3", "d4");
  for (const { id } of list) {
    for (let gap = 0; gap <= list.length; gap += 1) {
      const move = moveIntoGap({ id, column: "todo" }, { list, shown: list, gap });
      const lists = listsOf(COLUMNS, list);
      const moved = move ? withMove(lists, move) : lists;
      const expected = [...list.slice(0, gap), { id }, ...list.slice(gap)].filter(
        (card, index) => card.id !== id || index === gap,
      );
      expect(idsIn(moved.get("todo"))).toBe(expected.map((card) => card.id).join(""));
    }
  }
});
