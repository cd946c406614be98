#!/usr/bin/env node
// Refuses a lock file in which an entry has no hash: npm would install whatever comes under that name.
import { readFile } from "node:fs/promises";

const path = new URL("../package-lock.json", import.meta.url);
const { packages } = JSON.parse(await readFile(path, "utf8"));
const bare = Object.keys(packages).filter((name) => name !== "" && !packages[name].integrity);
if (bare.length > 0) {
  const cure = "Delete these from it and run: npm install --package-lock-only --ignore-scripts";
  console.error(`package-lock.json: no integrity for ${bare.join(", ")}.\n${cure}`);
  process.exitCode = 1;
}
