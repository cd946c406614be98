import { expect, test } from "vitest";
import { toJsonText } from "../../src/http/body.ts";

test.each([
  ["a NUL", "a\u0000b", "ab"],
  ["a lone high surrogate", "a\ud83db", "ab"],
  ["a lone low surrogate", "\ude00", ""],
  ["two halves with a NUL between", "\ud83d\u0000\ude00", ""],
])("leaves %s out of a body", (_, given, sent) => {
  const body = { list: [{ [given]: given }], plain: "x" };

  const text = toJsonText(body);

  expect(JSON.parse(String(text))).toEqual({ list: [{ [sent]: sent }], plain: "x" });
});

test.each([
  ["an emoji", "😀 👩‍👩‍👧"],
  ["control characters", "\u0001\t\r\n\u001f\u007f\u2028"],
  ["text that looks like an escape", "\\u0000 \\\\u0000 \\ud83d C:\\u0000dir"],
])("keeps %s as it is, next to a NUL", (_, text) => {
  const sent = toJsonText([text, "\u0000", `\u0000${text}`]);

  expect(JSON.parse(String(sent))).toEqual([text, "", text]);
});
