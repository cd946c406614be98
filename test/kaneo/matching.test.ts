import { expect, test } from "vitest";
import { matchOne, type Naming } from "../../src/kaneo/matching.ts";

interface Thing {
  id: string;
  slug: string;
  name: string;
}

const naming: Naming<Thing> = {
  noun: "thing",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: ({ name, slug }) => `${name} (${slug})`,
};
const shipped = { id: "1", slug: "done", name: "Shipped" };
const done = { id: "2", slug: "finished", name: "Done" };

test("of a slug and another's name, the one written exactly so is meant", () => {
  expect(matchOne([shipped, done], "done", naming)).toBe(shipped);
  expect(matchOne([shipped, done], "Done", naming)).toBe(done);
});

test("a slug and another's name that fit equally well are ambiguous", () => {
  expect(() => matchOne([shipped, done], "DONE", naming)).toThrow(
    '"DONE" fits 2 things: Shipped (done), Done (finished).',
  );
});

test.for([
  ["Shipped (done)", "1"],
  ["shipped <done>", "1"],
  ["`Shipped`", "1"],
  ["SHÏPPED!", "1"],
  ["Done (finished)", "2"],
])("a thing is found by %s", ([reference = "", id]) => {
  expect(matchOne([shipped, done], reference, naming)?.id).toBe(id);
});

test("two names of two things in one reference are ambiguous", () => {
  expect(() => matchOne([shipped, done], "Shipped (finished)", naming)).toThrow(/fits 2 things/);
});

test("an id comes before any name", () => {
  expect(matchOne([shipped, { ...done, name: "1" }], "1", naming)).toBe(shipped);
});
