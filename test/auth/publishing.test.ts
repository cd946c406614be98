import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPublisher } from "../../src/auth/publishing.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

test.each(["ended.json", "token.json"])(
  "what has the name %s already stays, and nothing is left beside it",
  async (name) => {
    await using folder = await makeTemporaryFolder();
    const { publish } = createPublisher();
    await publish(folder.path, name, "of the first process");

    await publish(folder.path, name, "of the second");

    expect(await readdir(folder.path)).toEqual([name]);
    expect(await readFile(join(folder.path, name), "utf8")).toBe("of the first process");
  },
);
