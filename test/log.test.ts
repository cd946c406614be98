import { expect, test } from "vitest";
import { createLog, type LogLevel } from "../src/log.ts";

function linesAt(level: LogLevel, text = "text"): string[] {
  const lines: string[] = [];
  const redact = (line: string) => line.replaceAll("s3cret", "[redacted]");
  const log = createLog({ level, redact, write: (line) => void lines.push(line) });
  log.error(text);
  log.warn(text);
  log.info(text);
  log.debug(text);
  return lines;
}

test.each([
  ["error", 1],
  ["warn", 2],
  ["info", 3],
  ["debug", 4],
] as const)("at level %s it writes %d of the four kinds of lines", (level, count) => {
  const lines = linesAt(level);

  expect(lines).toHaveLength(count);
  expect(lines[0]).toBe("kaneo-mcp error: text\n");
});

test("writes one line per event, without secrets", () => {
  const lines = linesAt("error", "first\r\nsecond s3cret\n");

  expect(lines).toEqual(["kaneo-mcp error: first\\nsecond [redacted]\\n\n"]);
});

test("a listener hears of every event, whatever is written, without secrets and as it was said", () => {
  const written: string[] = [];
  const heard: string[] = [];
  const redact = (line: string) => line.replaceAll("s3cret", "[redacted]");
  const log = createLog({ level: "error", redact, write: (line) => void written.push(line) });

  log.debug("before");
  log.listen((level, text) => void heard.push(`${level}: ${text}`));
  log.debug("first\nsecond s3cret");
  log.error("both");
  log.listen(undefined);
  log.debug("after");

  expect(heard).toEqual(["debug: first\nsecond [redacted]", "error: both"]);
  expect(written).toEqual(["kaneo-mcp error: both\n"]);
});
