#!/usr/bin/env node
// Makes dist/kaneo-mcp.cjs, the one file that is published. The notices of what is inside it stand at its end.
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { licenceNotices } from "./build/licences.mjs";
import { problemsOf } from "./build/limits.mjs";
import { bundleParts, joinParts } from "./build/parts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}/dist`;
const bundle = "kaneo-mcp.cjs";

const { version } = JSON.parse(await readFile(`${root}/package.json`, "utf8"));
const loader = await readFile(new URL("build/part-loader.cjs", import.meta.url), "utf8");
const { parts, maps, packages } = await bundleParts({ root, version });
const code = (await joinParts(loader, parts)) + (await licenceNotices(root, packages));

const problems = problemsOf({ packages, bytes: code.length });
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
await mkdir(dist, { recursive: true });
for (const [name, map] of Object.entries(maps)) await replaceFile(name, map);
await replaceFile(bundle, code);
for (const name of await readdir(dist)) {
  if (name.endsWith(".map") && !(name in maps)) await rm(`${dist}/${name}`);
}
console.log(`dist/${bundle}: ${code.length} bytes, with ${packages.join(", ")}`);

/** In one step, since a client may be starting the file right now. */
async function replaceFile(name, contents) {
  const fresh = `${dist}/${name}.${process.pid}`;
  await writeFile(fresh, contents);
  if (name === bundle) await chmod(fresh, 0o755);
  await rename(fresh, `${dist}/${name}`);
}
