import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /.*node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/;

/** The licence of every package whose code is in the chunks, as the licences themselves demand. */
export async function licenceNotices(root, chunks) {
  const modules = chunks.flatMap((chunk) => Object.entries(chunk.modules ?? {}));
  const used = modules.filter(([, { renderedLength }]) => renderedLength > 0);
  const names = used.flatMap(([path]) => PACKAGE.exec(path)?.[1] ?? []);
  const packages = [...new Set(names)].sort();
  const notices = await Promise.all(
    packages.map((name) => licenceNotice(join(root, "node_modules", name))),
  );
  return `kaneo-mcp contains code of the following packages.\n\n${notices.join("\n")}`;
}

async function licenceNotice(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file to pass on.`);
  const text = (await readFile(join(folder, file), "utf8")).trim();
  const notice = `${name} ${version} (${license})\n\n${text}\n`;
  if (name !== "undici") return notice;
  // Its parser is compiled from llhttp, which has the same licence of another owner, and of which it carries no notice.
  const llhttp = text.replace(/^Copyright .*$/m, "Copyright Fedor Indutny, 2018.");
  return `${notice}\nllhttp (MIT), as WebAssembly in undici\n\n${llhttp}\n`;
}
