import { readdir, readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("the files that CONTRIBUTING.md names are there", async () => {
  const text = await readFile(join(root, "CONTRIBUTING.md"), "utf8");
  const listed = ["src", "test", "scripts", "docs", "bench"].map(async (folder) =>
    (await readdir(join(root, folder), { recursive: true })).map((name) => join(folder, name)),
  );
  const files = [...(await readdir(root)), ...(await Promise.all(listed)).flat()];

  const named = [...text.matchAll(/`([\w./-]+\.(?:ts|jsonl|md))`/g)].map(([, name = ""]) => name);

  // A file of src/ may be named from within its room.
  const isThere = (name: string) =>
    files.some((file) => join("/", file).endsWith(normalize(`/${name}`)));
  expect(named.filter((name) => !isThere(name))).toEqual([]);
  // A pattern that finds nothing would allow everything.
  expect(named.length).toBeGreaterThan(30);
});
