import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { findMember, matchMember } from "../../../src/kaneo/members.ts";
import {
  containsWords,
  fold,
  likeness,
  matchOne,
  type Naming,
  noMatch,
  splitNames,
} from "../../../src/kaneo/names/matching.ts";
import { findProject } from "../../../src/kaneo/projects/find.ts";
import { findWorkspace } from "../../../src/kaneo/workspaces.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { startSmallBoard } from "../../support/small-board.ts";

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

test("a plain name is folded and compared as one that has to be looked at sign by sign", async () => {
  const plainText = string({ unit: "binary-ascii", maxLength: 20 });

  await assert(
    property(plainText, plainText, (one, other) => {
      // Nobody sees it.
      const unseen = (text: string) => `${text}\u00AD`;
      expect(fold(one)).toBe(fold(unseen(one)));
      expect(likeness(one, other)).toEqual(likeness(unseen(one), unseen(other)));
    }),
    { numRuns: 2_000, examples: [["", "\0@0@"]] },
  );
});

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

test.for<[string, string[]]>([
  ["bug, ui", ["bug", "ui"]],
  ["bug; ui,\n", ["bug", "ui"]],
  [" bug ,", ["bug"]],
  ["bug, other", ["bug, other"]],
  ["now, later", ["now, later"]],
  [" , ", [" , "]],
])("%j is taken for the names %j", ([text, names]) => {
  const isName = (name: string) => ["bug", "ui", "now", "later", "now, later"].includes(name);

  expect(splitNames([text], isName)).toEqual(names);
});

test("two names of two things in one reference are ambiguous", () => {
  expect(() => matchOne([shipped, done], "Shipped (finished)", naming)).toThrow(/fits 2 things/);
});

test("an id comes before any name", () => {
  expect(matchOne([shipped, { ...done, name: "1" }], "1", naming)).toBe(shipped);
});

test("a name is found as an answer shows it: without what nobody sees, with single blanks", async () => {
  await using board = await startSmallBoard();
  const fields = { icon: "X", workspaceId: board.workspaceId };
  const { id } = addProject(board.sandbox.data, {
    ...fields,
    name: "Old\n \u202Esite\u200B",
    slug: "O",
  });

  const found = await findProject(board.kaneo, { project: "old site" });

  expect(found.id).toBe(id);
});

test("a default that names nothing is told apart from a wrong argument", async () => {
  const defaults = { workspace: "gone", project: "GONE" };
  await using board = await startSmallBoard({ defaults });

  await expect(findWorkspace(board.kaneo)).rejects.toMatchObject({
    kind: "not_found",
    hint: "KANEO_WORKSPACE is set to that: correct it in the client's configuration.",
  });
  await expect(findProject(board.kaneo, { workspace: "acme" })).rejects.toMatchObject({
    kind: "not_found",
    hint: "KANEO_PROJECT is set to that: correct it in the client's configuration.",
  });
});

test("a name of which nobody sees anything fits no member", async () => {
  await using board = await startSmallBoard();

  const search = findMember(board.kaneo, [board.workspaceId], "\u200b");

  await expect(search).rejects.toMatchObject({ kind: "not_found" });
});

test("a word is found in a long text wherever it stands, whatever its case and accents", () => {
  const long = "x".repeat(99_997);

  const found = [`${long}CAFÉ`, `${long}cafe\u0301`, `${long}${long}ＣＡＦÉ`, long].map((text) =>
    containsWords(text, "Café"),
  );

  expect(found).toEqual([true, true, true, false]);
});

test.for([
  ["Locução do vídeo", "locucao VIDEO"],
  ["Locucao do video", "Locução"],
  ["Straßenplakat – Überprüfung", "uberprufung strassenplakat"],
  ["Ǿrsted, Ǽblegård", "orsted aeblegard"],
  ["ポスター（Ａ２）", "ポスター a2"],
  ["Işık ayarları", "IŞIK isik ışık"],
  ["Đặng Thị Hà", "dang ha"],
  ["مُراجَعَة أحمد", "مراجعة احمد"],
  ["שָׁלוֹם", "שלום"],
])("the words of %s are found whatever accents the person types: %s", ([text = "", words = ""]) => {
  expect(containsWords(text, words)).toBe(true);
});

test("a name that would take long to fold is told apart by its letters alone", () => {
  const piled = `a${"\u0315\u0300".repeat(50_000)}`;

  expect(fold(`${piled}B`)).toBe(`${piled}b`);
  expect(fold("\uFDFA")).toBe("\uFDFA");
});

test("addresses are compared without their hosts, and all else with what stands behind an @", () => {
  const alike = [
    likeness("bob@example.com", "zoe@example.com"),
    likeness("Thank @bob for docs", "Thank @carol for the release notes"),
    likeness("bob@example.com", "bob"),
  ];

  expect(alike.map((one) => one >= 0.75)).toEqual([false, false, true]);
});

test("nobody gets what is meant for another by taking that one's name or address for a name", () => {
  const bob = { id: "1", name: "Bob", email: "bob@example.com", role: "member" };
  const namesake = { id: "2", name: "bob", email: "eve@example.com", role: "member" };
  const address = { id: "3", name: "bob@example.com", email: "mal@example.com", role: "member" };
  const members = [address, namesake, bob];

  expect(() => matchMember(members, "bob")).toThrow(
    '"bob" fits 2 members: bob <eve@example.com>, Bob <bob@example.com>.',
  );
  expect(matchMember(members, "Bob@Example.com")).toBe(bob);
});

test.for<[string, string | undefined]>([
  ["ana", undefined],
  ["mäki", undefined],
  ["Jaana L", "Jaana Lähteenmäki"],
  ["Thao Nguyen", "Nguyễn Thị Thảo"],
  ["thi", "Nguyễn Thị Thảo"],
  ["li", "Bo Li"],
  ["-Bo", undefined],
  ["@", undefined],
  ["健太", "佐藤健太"],
  ["민수", "김민수"],
  ["健太さん", "佐藤健太"],
  ["佐藤 健太様", "佐藤健太"],
  ["민수씨", "김민수"],
  ["さん", undefined],
  ["IREM ISIK", "İrem Işık"],
  ["Mueller", "Jörg Müller"],
  ["joerg muller", "Jörg Müller"],
  ["lukasz", "Łukasz Nowak"],
  ["Sorensen", "Mæt Sørensen"],
  ["maet", "Mæt Sørensen"],
  ["danladi", "Ɗanladi Ƙofa"],
])("by %s, of people with longer names, %s is meant", ([reference, expected]) => {
  const names = [
    "Jaana Lähteenmäki",
    "Nguyễn Thị Thảo",
    "Bo Li",
    "Bob Stone",
    "佐藤健太",
    "김민수",
    "Jörg Müller",
    "İrem Işık",
    "Łukasz Nowak",
    "Mæt Sørensen",
    "Ɗanladi Ƙofa",
  ];
  const members = names.map((name, index) => ({ id: `u${index}`, name, email: "", role: "" }));

  const found = matchMember(members, reference);

  expect(found?.name).toBe(expected);
});

test("a surname with the word of respect behind it fits everybody of that name", () => {
  const members = ["田中 さくら", "田中 太郎"].map((name) => ({
    id: name,
    name,
    email: "",
    role: "",
  }));

  expect(() => matchMember(members, "田中さん")).toThrow('"田中" fits 2 members');
});

test("a name that has every word is suggested before one that has other words", () => {
  const labels = ["🏃 Sprint 48", "🏃 Sprint 49 (14.12.–25.12.)"];
  const naming = { noun: "label", names: [String], show: String } satisfies Naming<string>;

  const messages = ["Sprint 49", "Sprint"].map((name) => noMatch(name, labels, naming).message);

  expect(messages[0]).toContain("Did you mean 🏃 Sprint 49 (14.12.–25.12.)?");
  // Both have that word.
  expect(messages[1]).not.toContain("Did you mean");
});
