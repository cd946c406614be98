import fc from "fast-check";
import { expect, test } from "vitest";
import { replaceIn } from "../../../src/kaneo/tasks/replace.ts";
import { cleanText } from "../../../src/untrusted.ts";

test.each<[string, [text: string, find: string, expected: string]]>([
  ["characters that nobody sees", ["a\u200Bb \u202Ec\u202C d", "c d", "a\u200Bb \u202EX"]],
  ["what nobody sees between two blanks", ["a \u200B b", "a  b", "X"]],
  ["a blank that breaks no line", ["10\u00A0km, far", "10 km", "X, far"]],
  ["an emoji of several", ["so 👩\u200D👧\u00AD!", "👩\u200D👧!", "so X"]],
  ["a single carriage return", ["a\rb\rc", "a\nb", "X\rc"]],
])("finds a place with %s, as answers show it", (_name, [text, find, expected]) => {
  expect(replaceIn(text, { find, replace: "X" })).toBe(expected);
});

test("leaves every line break of Windows that it does not replace, and writes such", () => {
  const text = "one\r\ntwo\r\n\u202Ethree\u202C\r\n";

  const changed = replaceIn(text, { find: "one\ntwo", replace: "1\n2" });

  expect(changed).toBe("1\r\n2\r\n\u202Ethree\u202C\r\n");
});

test("takes a place as it stands before one that only looks so", () => {
  expect(replaceIn("a\u200Bb ab", { find: "ab", replace: "X" })).toBe("a\u200Bb X");
});

test("refuses a place of which there are two that look so, and what nobody sees alone", () => {
  expect(() => replaceIn("a\u200Bb a\u00ADb", { find: "ab", replace: "" })).toThrow(/2 places/);
  expect(() => replaceIn("ab", { find: "\u200B", replace: "X" })).toThrow(/no place/);
});

test("a place that is already as it is to be stays so, as after the same call before", () => {
  const change = { find: "サーバ", replace: "サーバー", isEverywhere: true };

  const once = replaceIn("サーバとサーバーと", change);

  expect(once).toBe("サーバーとサーバーと");
  expect(replaceIn(once, change)).toBe(once);
  expect(replaceIn("a b", { find: " ", replace: "", isEverywhere: true })).toBe("ab");
});

const text = fc.string({
  unit: fc.constantFrom(
    "a",
    "b",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\u00A0",
    "\u200B",
    "\u202E",
    "👩",
    "\u200D",
  ),
});

test("finds whatever an answer shows of a text, and keeps all that stands around it", () => {
  fc.assert(
    fc.property(text, text, text, (before, middle, after) => {
      const marked = `${before}<${middle}>${after}`;
      const find = `<${cleanText(middle)}>`;

      expect(replaceIn(marked, { find, replace: "X" })).toBe(`${before}X${after}`);
    }),
    { examples: [["", " \u200B ", ""]] },
  );
});
