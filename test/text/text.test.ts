import { expect, test } from "vitest";
import { count, limitAnswer, MOST_CHARACTERS, namedApart } from "../../src/text/text.ts";
import { sliceText } from "../../src/untrusted.ts";

test("an answer of 24,000 characters is given whole, a longer one is cut to that and says so", () => {
  const whole = "x".repeat(MOST_CHARACTERS);

  const cut = limitAnswer(`${whole}yz`);

  expect(MOST_CHARACTERS).toBe(24_000);
  expect(limitAnswer(whole)).toBe(whole);
  expect(cut).toHaveLength(24_000);
  expect(cut).toMatch(/\n… cut here: 24000 of 24002 characters are shown\. .+$/);
});

test("a cut leaves no half character behind", () => {
  expect(sliceText("ab😀", 3)).toBe("ab");
  expect(sliceText("a👩‍💻x", 4)).toBe("a");
  expect(sliceText("a👩‍💻x", 6)).toBe("a👩‍💻");
  expect(sliceText("🇯🇵🇰🇷", 6)).toBe("🇯🇵");
  expect(sliceText("👍👍🏽", 4)).toBe("👍");
  expect(sliceText("ee\u0301", 2)).toBe("e");
  expect(sliceText(`e${"\u0301".repeat(9)}`, 5)).toHaveLength(5);
  expect(sliceText("abc", 3)).toBe("abc");
});

test("one task, two tasks", () => {
  expect([count(0, "task"), count(1, "task"), count(2, "task")]).toEqual([
    "0 tasks",
    "1 task",
    "2 tasks",
  ]);
});

test("people of one name are told apart in one walk", () => {
  let reads = 0;
  const named = (key: string, name: string) => ({
    key,
    get name() {
      reads += 1;
      return name;
    },
  });
  const others = Array.from({ length: 1_000 }, (_, index) => named(`k${index}`, `n${index}`));

  const people = [named("a", "Sam"), named("", "Sam"), named("b", "Sam"), ...others];
  const told = namedApart(people, ({ key }) => key);

  expect(reads).toBeLessThan(5_000);
  expect(told.slice(0, 4).map(({ name }) => name)).toEqual(["Sam (a)", "Sam", "Sam (b)", "n0"]);
});
