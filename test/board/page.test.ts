import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { html } from "../../src/board/page.ts";
import { hash } from "../../src/board/page-hash.ts";

const sources = fileURLToPath(new URL("../../src/board/view/", import.meta.url));

test("the view is one document of at most 60 kB, whose address changes with it", () => {
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(60_000);
  expect(hash).toBe(createHash("sha256").update(html).digest("hex").slice(0, 12));
});

test("the document has one script and one style, and names no other file", () => {
  expect(html.match(/<\/?script/gi)).toEqual(["<script", "</script"]);
  expect(html.match(/<\/?style/gi)).toEqual(["<style", "</style"]);
  // In a script, it would hide the script's own end.
  expect(html).not.toContain("<!--");
  expect(html).not.toMatch(/https?:|\bsrc=|\burl\(|@import/i);
});

test("nothing in the view parses HTML, runs text, or asks the network", async () => {
  const names = (await readdir(sources)).filter((name) => name.endsWith(".ts"));
  const texts = await Promise.all(names.map((name) => readFile(sources + name, "utf8")));

  const wrong = names.filter((_, index) =>
    /innerHTML|outerHTML|insertAdjacentHTML|setHTML|DOMParser|document\.write|createContextualFragment|srcdoc|eval\(|new Function|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|import\(|\bh\(\s*"(?:img|a|form|iframe|script|link|object|embed)"/.test(
      texts[index] ?? "",
    ),
  );

  expect(wrong).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});
