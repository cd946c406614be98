import { expect, test } from "vitest";
import { createLineSplitter } from "../../src/mcp/stdio.ts";

function split(chunks: Iterable<Buffer>, maxBytes = 1_000_000) {
  const lines: string[] = [];
  const oversize: { head: string; tail: string; bytes: number }[] = [];
  const splitter = createLineSplitter({
    maxBytes,
    onLine: (line) => lines.push(line),
    onOversize: (line) => oversize.push(line),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, oversize };
}

test("puts lines together that arrive byte by byte, characters of several bytes among them", () => {
  const bytes = Buffer.from("äöü 👩‍💻\nsecond\r\n\nlast without newline");

  const { lines } = split(Array.from(bytes, (byte) => Buffer.of(byte)));

  expect(lines).toEqual(["äöü 👩‍💻", "second\r", "", "last without newline"]);
});

test("takes many lines out of one chunk", () => {
  const { lines } = split([Buffer.from("one\ntwo\nthr"), Buffer.from("ee\n")]);

  expect(lines).toEqual(["one", "two", "three"]);
});

test("passes a line of exactly the limit and refuses one byte more, then goes on", () => {
  const { lines, oversize } = split([Buffer.from("12345678\n123456789\nnext\n")], 8);

  expect(lines).toEqual(["12345678", "next"]);
  expect(oversize).toEqual([{ head: "123456789", tail: "123456789", bytes: 9 }]);
});

test("keeps only both ends of a line over the limit", () => {
  const chunk = Buffer.alloc(1_000, "x");
  const chunks = [Buffer.from('{"id":1'), ...Array(100).fill(chunk), Buffer.from("end}\n")];

  const { oversize } = split(chunks, 5_000);

  expect(oversize).toHaveLength(1);
  expect(oversize[0]?.bytes).toBe(7 + 100_000 + 4);
  expect(oversize[0]?.head).toMatch(/^\{"id":1x{505}$/);
  expect(oversize[0]?.tail).toMatch(/^x{508}end}$/);
});

test("searches a chunk once and copies nothing before the line is whole, so that its time is linear", () => {
  let searches = 0;
  const chunks = Array.from({ length: 100 }, () => {
    const chunk = Buffer.alloc(1_000, "x");
    const indexOf = (byte: number, start: number) => {
      searches += 1;
      return chunk.subarray().indexOf(byte, start);
    };
    return Object.assign(chunk, { indexOf });
  });
  const lines: string[] = [];
  const splitter = createLineSplitter({
    maxBytes: 1e9,
    onLine: (line) => lines.push(line),
    onOversize: () => {},
  });

  for (const chunk of chunks) splitter.push(chunk);
  // Who had copied them already would not see this.
  for (const chunk of chunks) chunk.fill("y");
  splitter.push(Buffer.from("\n"));

  expect(searches).toBe(100);
  expect(lines).toEqual(["y".repeat(100_000)]);
});
