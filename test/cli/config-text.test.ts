import fc from "fast-check";
import { parse as parseJsonc } from "jsonc-parser";
import * as toml from "smol-toml";
import { expect, test } from "vitest";
import * as yaml from "yaml";
import { entriesIn, type Format, withEntry, withoutEntry } from "../../src/cli/config-text.ts";

const entry = { command: "node", args: ["/opt/kaneo-mcp.cjs"], env: { A: "b" } };
const placeIn = (format: Format) => ({ format, key: "servers", name: "kaneo" });

for (const [format, what, text] of [
  ["json", "the key twice", '{ "servers": {}, "servers": { "a": 1 } }'],
  ["json", "null for the entries", '{ "servers": null }'],
  ["json", "a list for the entries", '{ "servers": [] }'],
  ["json", "a list of all settings", "[]"],
  ["toml", "an inline table for the entries", "servers = { a = { command = 1 } }\n"],
  ["toml", "a list of tables for the entries", "[[servers]]\na = 1\n"],
  ["yaml", "a reference for the entries", "a: &all\n  b: 1\nservers: *all\n"],
  ["yaml", "two documents", "a: 1\n---\nb: 1\n"],
] as const) {
  test(`${format} with ${what} is refused rather than guessed at`, () => {
    const adding = () => withEntry(text, placeIn(format), entry);

    expect(adding).toThrow(/holds no|does not change|is broken/);
  });
}

test("toml without an end of line gets one before the entry", () => {
  const added =
    'a = 1\n\n[servers.kaneo]\ncommand = "node"\nargs = [ "/opt/kaneo-mcp.cjs" ]\n\n[servers.kaneo.env]\nA = "b"\n';

  expect(withEntry("a = 1", placeIn("toml"), entry)).toBe(added);
});

test("json that a program wrote on one line of megabytes stays on one, and takes the entry at once", () => {
  const text = JSON.stringify({ history: Array(100_000).fill({ at: [1] }), servers: { a: 1 } });

  const added = withEntry(text, placeIn("json"), entry);

  expect(added).not.toContain("\n");
  expect(entriesIn(added, placeIn("json"))).toEqual({ kaneo: entry, a: 1 });
  expect(withoutEntry(added, placeIn("json"))).toBe(text);
});

test("a byte order mark inside of a value is the value's", () => {
  const added = withEntry('{ "a": "\uFEFFb" }', placeIn("json"), entry);

  expect(parseJsonc(added)).toMatchObject({ a: "\uFEFFb" });
});

test("yaml keeps its comments and their order", () => {
  const text = "# mine\nservers: { a: 1 } # all\nb: 1 # one\n# end\n";

  const added = withEntry(text, placeIn("yaml"), entry);
  const removed = withoutEntry(added, placeIn("yaml"));

  expect(added.match(/#.*/g)).toEqual(["# mine", "# all", "# one", "# end"]);
  expect(bare(removed)).toBe(bare(text));
});

test("an entry of yaml goes without the comments behind it, and the rest stays as it is laid out", () => {
  const text =
    "servers:\n  kaneo:\n    env:\n      A:   b # of b\n      # C: d\n  # of other\n  other:   {a: 1}\n\n# of b\nb: 1\n";

  const without = withoutEntry(text, placeIn("yaml"));

  expect(without).toBe("servers:\n      # C: d\n  # of other\n  other:   {a: 1}\n\n# of b\nb: 1\n");
});

test("yaml keeps numbers as they are spelt, and what is said of no entries", () => {
  const text = "id: 123456789012345678\npin: 0042\nservers: # none yet\nb: +1.0e3\n";

  const added = withEntry(text, placeIn("yaml"), { ...entry, timeout: 300 });

  expect(added).toMatch(/^id: 123456789012345678\npin: 0042\nservers:\n {2}# none yet\n/);
  expect(added).toMatch(/\n {4}timeout: 300\n+b: \+1\.0e3\n$/);
});

test("an entry behind others goes with its comma, and the comments of the others stay", () => {
  const text =
    '{\n  "servers": {\n    "a": {}, // of a\n    // of kaneo?\n    "kaneo": {}\n  } // end\n}\n';

  const without = withoutEntry(text, placeIn("json"));

  expect(without).toBe('{\n  "servers": {\n    "a": {} // of a\n    // of kaneo?\n  } // end\n}\n');
});

test("the entry that Codex and people write goes with all its tables, and the next one's comment stays", () => {
  const text =
    '[servers."kaneo"] # mine\nargs = [\n  "x", # one\n]\n\n[servers.kaneo.env]\nA = "b"\n\n# of other\n[servers.other]\na = 1\n';

  const without = withoutEntry(text, placeIn("toml"));

  expect(without).toBe("\n# of other\n[servers.other]\na = 1\n");
});

const name = fc.stringMatching(/^[a-z]{1,6}$/).filter((word) => word !== "kaneo");
const value = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer(), { minLength: 1 }),
);
const servers = fc.dictionary(name, fc.dictionary(name, value, { minKeys: 1 }), {
  noNullPrototype: true,
});
const settings = fc.record({
  rest: fc.dictionary(name, value, { noNullPrototype: true }),
  servers,
});

const write: Record<Format, (value: object, indent: number) => string> = {
  json: (value, indent) => JSON.stringify(value, undefined, indent),
  toml: (value) => toml.stringify(value),
  yaml: (value, indent) => yaml.stringify(value, { indent: Math.max(indent, 1) }),
};
const read: Record<Format, (text: string) => unknown> = {
  json: (text) => parseJsonc(text),
  toml: (text) => JSON.parse(JSON.stringify(toml.parse(text))),
  yaml: (text) => yaml.parse(text),
};

/** A library lays out anew the lines that it adds to. */
const bare = (text: string) => text.replaceAll(/\s/g, "");

for (const format of ["json", "toml", "yaml"] as const) {
  test(`whatever stands in a file of ${format}: in goes one entry, out goes one entry, and all else stays`, () => {
    const property = fc.property(settings, fc.integer({ min: 0, max: 8 }), (content, indent) => {
      const text = write[format](content, indent);
      const place = placeIn(format);

      const added = withEntry(text, place, entry);
      const removed = withoutEntry(added, place);

      expect(entriesIn(added, place)).toEqual({ ...content.servers, kaneo: entry });
      expect(read[format](removed)).toEqual({ servers: {}, ...(read[format](text) as object) });
      if (Object.keys(content.servers).length > 0 && format !== "yaml") {
        expect(bare(removed)).toBe(bare(text));
      }
    });

    fc.assert(property, { numRuns: 60 });
  });
}
