import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /.*node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/;

/** The licence of every package whose code is in the chunks, as the licences themselves demand. */
export async function licenceNotices(chunks) {
  const paths = chunks.flatMap(({ moduleIds = [] }) => moduleIds);
  const folders = new Set(paths.flatMap((path) => PACKAGE.exec(path) ?? []));
  const notices = await Promise.all([...folders].sort().map(licenceNotice));
  return `kaneo-mcp contains code of the following packages.\n\n${notices.join("\n")}`;
}

async function licenceNotice(folder) {
  const manifest = await readFile(join(folder, "package.json"), "utf8");
  const { name, version, license } = JSON.parse(manifest);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file to pass on.`);
  const text = (await readFile(join(folder, file), "utf8")).trim();
  const notice = `${name} ${version} (${license})\n\n${text}\n`;
  if (name !== "undici") return notice;
  // Its parser is compiled from llhttp, which has the same licence of another owner, and of which it carries no notice.
  const llhttp = text.replace(/^Copyright .*$/m, "Copyright Fedor Indutny, 2018.");
  return `${notice}\nllhttp (MIT), as WebAssembly in undici\n\n${llhttp}\n`;
}
