import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { chmod, open, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { KaneoMcpError } from "../../src/errors.ts";
import { openFilesFolder } from "../../src/files/folder.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { MOST, makeDisk } from "./disk.ts";

test("reads plain files, by a name below the folder or by their whole path", async () => {
  await using disk = await makeDisk();

  const read = async (name: string) => String(await disk.files.read(name, MOST));

  expect(await read("plain.txt")).toBe("plain");
  expect(await read("./sub//deep.txt")).toBe("deep");
  expect(await read(join(disk.inside, "sub/deep.txt"))).toBe("deep");
  expect(await read("empty.txt")).toBe("");
});

test("makes a new file that only its owner reads", async () => {
  await using disk = await makeDisk();

  const path = await disk.files.create("sub/export.json", "{}\n");

  expect(path).toBe(join(disk.inside, "sub", "export.json"));
  expect(await readFile(path, "utf8")).toBe("{}\n");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a folder that nobody named is said to be missing, with the variable", async () => {
  const files = openFilesFolder({ path: undefined, isReadOnly: false, uid: 0 });

  const failure = files.read("plain.txt", MOST);

  await expect(failure).rejects.toMatchObject({
    kind: "config",
    hint: expect.stringContaining("KANEO_FILES_DIR"),
  });
});

test("no file is made whose name is not what it looks like", async () => {
  await using disk = await makeDisk();

  const failure = disk.files.create("board\u202Egpj.csv", "title\n");

  await expect(failure).rejects.toMatchObject({ kind: "invalid_input" });
  expect((await readdir(disk.inside)).filter((name) => name.includes("gpj"))).toEqual([]);
});

test("in read-only mode nothing is created, and reading goes on", async () => {
  await using disk = await makeDisk({ isReadOnly: true });

  const failure = await disk.files.create("new.json", "{}").catch((error: unknown) => error);

  expect(failure).toMatchObject({ kind: "forbidden" });
  expect(await readdir(disk.inside)).not.toContain("new.json");
  expect(String(await disk.files.read("plain.txt", MOST))).toBe("plain");
});

test("a name is found although it is written with another blank, and a miss says what there is", async () => {
  await using disk = await makeDisk();
  await writeFile(join(disk.inside, "Screenshot at 3.04\u202FPM.png"), "shot");

  const found = await disk.files.read("Screenshot at 3.04 PM.png", MOST);
  const miss = await disk.files.read("sub/deep.png", MOST).catch((error: unknown) => error);
  const behindDoor = await disk.files.read("door/x", MOST).catch((error: unknown) => error);

  expect(String(found)).toBe("shot");
  expect(miss).toMatchObject({ kind: "not_found", hint: 'There are: "deep.txt".' });
  expect(JSON.stringify(behindDoor)).not.toContain("secret.txt");
});

test.skipIf(process.getuid?.() !== 0)(
  "another user's file is refused, the folder's owner's is not",
  async () => {
    await using disk = await makeDisk();
    const owned = (uid: number) => {
      execFileSync("chown", [`${uid}`, join(disk.inside, "plain.txt")]);
      return disk.files.read("plain.txt", MOST).then(String, ({ message }: Error) => message);
    };

    const foreign = await owned(4242);
    execFileSync("chown", ["4242", disk.inside]);
    const ofFolder = await owned(4242);

    expect(foreign).toContain("belongs to another user");
    expect(ofFolder).toBe("plain");
  },
);

test.skipIf(process.getuid?.() === 0)("a file that may not be read is said to be one", async () => {
  await using disk = await makeDisk();
  await chmod(join(disk.inside, "plain.txt"), 0);

  const failure = disk.files.read("plain.txt", MOST);

  await expect(failure).rejects.toThrow("there is no permission");
});

test("a way upwards is refused as one, also where it comes down again", async () => {
  await using disk = await makeDisk();

  const failure = disk.files.read("sub/../plain.txt", MOST);

  await expect(failure).rejects.toThrow("leads upwards (..)");
});

test("what lies behind a link is said to, even where that leads to a place in the folder", async () => {
  await using disk = await makeDisk();

  const failure = disk.files.read("own-door/deep.txt", MOST);

  await expect(failure).rejects.toThrow('"own-door/deep.txt" is behind a link.');
});

test("of a file that does not fit on the disk nothing is left", async (context) => {
  await using folder = await makeTemporaryFolder();
  await using small = await mountSmallDisk(folder.path, context);
  const files = openFilesFolder({ path: small.path, isReadOnly: false, uid: process.getuid?.() });

  const failure = files.create("big.json", "x".repeat(400_000));

  await expect(failure).rejects.toMatchObject({
    message: expect.stringContaining(
      "could not be written, and what there was of it is gone (the disk is full)",
    ),
    hint: expect.stringContaining("Ask the person to put that right"),
  });
  expect(await readdir(small.path)).toEqual([]);
});

test("a folder that went away is said to be gone", async () => {
  await using disk = await makeDisk();
  await rm(disk.inside, { recursive: true });

  const failure = disk.files.read("plain.txt", MOST);

  await expect(failure).rejects.toThrow("is not there any more");
});

test("a file that grows while it is read is given as it was at one moment, or refused", async () => {
  await using disk = await makeDisk();
  const path = join(disk.inside, "growing.txt");
  await writeFile(path, "");
  await using writer = await open(path, constants.O_WRONLY | constants.O_APPEND);
  let isOver = false;
  const grow = async () => {
    while (!isOver) await writer.write("more");
  };
  const growing = grow();

  const outcomes: string[] = [];
  for (let round = 0; round < 100; round += 1) {
    const before = (await stat(path)).size;
    if (before > 100_000) await truncate(path);
    const outcome = await disk.files.read("growing.txt", 2 ** 20).then(
      (bytes) => (bytes.length % 4 === 0 ? "whole" : "torn"),
      (error: KaneoMcpError) => error.kind,
    );
    outcomes.push(outcome);
  }
  isOver = true;
  await growing;

  expect(outcomes).not.toContain("torn");
  expect(outcomes).toContain("invalid_input");
});
