import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import { isNameOnWindows } from "../../src/files/folder.ts";
import { MOST, makeDisk, SECRET } from "./disk.ts";

/** Forty names that lead, or could lead, to something else than a plain file in the folder. */
const HOSTILE = [
  "../outside/secret.txt",
  "..",
  "../../../../../../../../etc/passwd",
  "sub/../../outside/secret.txt",
  "sub/../plain.txt",
  "sub/..",
  "./../outside/secret.txt",
  "..\\outside\\secret.txt",
  "sub\\..\\..\\outside\\secret.txt",
  "%2e%2e/outside/secret.txt",
  "..%2foutside%2fsecret.txt",
  "..\0/outside/secret.txt",
  "plain.txt\0.png",
  "/etc/passwd",
  "/dev/zero",
  "/dev/stdin",
  "/proc/self/environ",
  "/proc/self/fd/0",
  "/proc/self/cwd/package.json",
  "//etc/passwd",
  "C:\\Windows\\win.ini",
  "\\\\server\\share\\file.png",
  "file:///etc/passwd",
  "~/.ssh/id_ed25519",
  "~root/file",
  "$HOME/file",
  "link.txt",
  "sideways.txt",
  "own-link.txt",
  "door/secret.txt",
  "own-door/deep.txt",
  "loop",
  "zero",
  "second-name.txt",
  "pipe",
  ".hidden",
  "sub/.git/config",
  "sub",
  ".",
  "",
  "big.txt",
  "huge.txt",
  "plain.txt/",
  "plain.txt/x",
  "a".repeat(5_000),
  "line\nbreak.txt",
  "OUTSIDE:OUTSIDE/secret.txt",
];

test("of more than forty hostile names not one is read, whatever lies behind it, and each refusal says why", async () => {
  await using disk = await makeDisk();
  const names = [...HOSTILE, join(disk.outside, "secret.txt"), join(disk.inside, "..", "outside")];

  const outcomes = await Promise.all(
    names.map((name) => disk.files.read(name, MOST).catch((error: unknown) => error)),
  );

  expect(names.length).toBeGreaterThan(40);
  for (const [index, outcome] of outcomes.entries()) {
    // Only the slash at its end is too much.
    if (names[index] === "plain.txt/") continue;
    expect(outcome, names[index]).toBeInstanceOf(KaneoMcpError);
    expect(outcome, names[index]).toMatchObject({
      kind: expect.stringMatching(/^(invalid_input|not_found)$/),
      message: expect.stringMatching(/\.$/),
      hint: expect.stringMatching(/\.$/),
    });
    expect(JSON.stringify(outcome), names[index]).not.toContain(SECRET);
  }
});

test("names that lead out are not created either, and nothing is overwritten", async () => {
  await using disk = await makeDisk();
  const names = [...HOSTILE.filter((name) => name !== "" && name !== "."), "plain.txt"];
  const before = [await readdir(disk.inside), await readdir(disk.outside)];

  const outcomes = new Map<string, unknown>();
  for (const name of names) {
    outcomes.set(name, await disk.files.create(name, "mine").catch((error: unknown) => error));
  }

  const made = names.filter((name) => typeof outcomes.get(name) === "string");
  const harmless = ["%2e%2e", "..%2f", "~root", "C:", "\\\\server", "file:", "$HOME", "OUTSIDE"];
  expect(made.filter((name) => !harmless.some((start) => name.startsWith(start)))).toEqual([]);
  expect(await readdir(disk.outside)).toEqual(before[1]);
  expect(await readFile(join(disk.outside, "secret.txt"), "utf8")).toBe(SECRET);
  expect(await readFile(join(disk.inside, "plain.txt"), "utf8")).toBe("plain");
  expect(outcomes.get("plain.txt")).toMatchObject({ kind: "conflict" });
  expect(outcomes.get("link.txt")).toMatchObject({ kind: "conflict" });
});

test("on Windows no name of a device is made, nor one that nobody can open or delete", () => {
  const refused = [
    "a.txt:stream",
    "C:",
    "NUL",
    "nul.csv",
    "Con",
    "com1.tar.gz",
    "aux .txt",
    "lpt9",
    "COM¹.csv",
    "conout$",
  ];
  const odd = ["a?.csv", "a*", "a|b", "<a>", 'a"b', "dot.", "blank "];
  const fine = ["null.csv", "console.md", "com10.txt", ".a", "a b.csv", "Übersicht (3) – März.csv"];

  expect([...refused, ...odd].filter(isNameOnWindows)).toEqual([]);
  expect(fine.filter(isNameOnWindows)).toEqual(fine);
});

test("a name that changes again and again between a file and a link never gives what the link leads to", async () => {
  await using disk = await makeDisk();
  const at = (name: string) => join(disk.inside, name);
  await mkdir(at("real"));
  await writeFile(at("real/secret.txt"), "allowed");
  // Not the file that a hard link gives away.
  const far = join(disk.outside, "far");
  await mkdir(far);
  await writeFile(join(far, "secret.txt"), SECRET);
  await symlink(far, at("fake"));
  let isOver = false;
  const swap = async () => {
    while (!isOver) {
      await rename(at("real"), at("moving")).catch(() => {});
      await rename(at("fake"), at("real")).catch(() => {});
      await rename(at("real"), at("fake")).catch(() => {});
      await rename(at("moving"), at("real")).catch(() => {});
    }
  };
  const swapping = swap();

  const seen: string[] = [];
  for (let round = 0; round < 300; round += 1) {
    const text = await disk.files.read("real/secret.txt", MOST).then(String, () => "refused");
    seen.push(text);
    await disk.files.create(`real/made-${round}.json`, "{}").catch(() => {});
  }
  isOver = true;
  await swapping;

  expect(seen.filter((text) => text !== "allowed" && text !== "refused")).toEqual([]);
  expect(await readdir(far)).toEqual(["secret.txt"]);
});
