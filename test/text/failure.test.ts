import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import { renderFailure } from "../../src/text/failure.ts";

test("a failure is what happened, then what to do next", () => {
  const own = new KaneoMcpError("not_found", 'No project "X".', { hint: "Use another." });
  const general = new KaneoMcpError("rate_limited", "Too often.");

  expect(renderFailure(own)).toBe('No project "X".\nUse another.');
  expect(renderFailure(general)).toBe("Too often.\nWait, then call again.");
});

test("an error that nobody foresaw shows nothing of itself", () => {
  const error = new TypeError("secret-token at /home/someone/file.ts:1:1");

  const text = renderFailure(error);

  expect(text).toMatch(/^Something went wrong inside kaneo-mcp\./);
  expect(text).not.toMatch(/secret|home|TypeError/);
});

test("what is too long of a failure is cut before the advice, and nothing is said to be done", () => {
  const text = renderFailure(new KaneoMcpError("invalid_input", "Wrong. ".repeat(10_000)));

  expect(text).toHaveLength(24_000);
  expect(text).toMatch(/ of 70000 characters are shown\.\nCorrect the arguments and call again\.$/);
  expect(text).not.toMatch(/is done/);
});

test("invisible characters in a failure's words are stripped", () => {
  expect(renderFailure(new KaneoMcpError("conflict", "a\u202Eb\u200B", { hint: "c" }))).toBe(
    "ab\nc",
  );
});

test("nothing is said to be unchanged where a write came before an answer that was none", () => {
  const away = new KaneoMcpError("unavailable", "Kaneo is away.");

  const texts = [renderFailure(away), renderFailure(away, { wasWritten: true })];

  expect(texts[0]).toContain("Nothing was changed.");
  expect(texts[1]).toMatch(/^Kaneo is away\.\nWhat was sent before may be done: /);
});
