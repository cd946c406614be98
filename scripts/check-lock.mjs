#!/usr/bin/env node
// Refuses a lock file of another version, and one in which an entry has no hash: npm would install whatever comes under that name.
import { readFile } from "node:fs/promises";

const read = async (name) =>
  JSON.parse(await readFile(new URL(`../${name}`, import.meta.url), "utf8"));
const { version } = await read("package.json");
const { packages } = await read("package-lock.json");
const bare = Object.keys(packages).filter((name) => name !== "" && !packages[name].integrity);
if (bare.length > 0) {
  const cure = "Delete these from it and run: npm install --package-lock-only --ignore-scripts";
  console.error(`package-lock.json: no integrity for ${bare.join(", ")}.\n${cure}`);
  process.exitCode = 1;
}
if (packages[""].version !== version) {
  console.error(
    `package-lock.json is of ${packages[""].version}, package.json of ${version}: npm install`,
  );
  process.exitCode = 1;
}
