import { readdir, readFile } from "node:fs/promises";

/** A comment with the licence of every package whose code is passed on. */
export async function licenceNotices(root, packages) {
  const notices = await Promise.all(
    packages.map((name) => licenceNotice(`${root}/node_modules/${name}`)),
  );
  return `/*\nThis file contains code of the following packages.\n\n${notices.join("\n")}*/\n`;
}

async function licenceNotice(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file to pass on.`);
  const text = await readFile(`${folder}/${file}`, "utf8");
  return `${name} ${version} (${license})\n\n${plain(text.trim())}\n`;
}

/** One character beyond ASCII would make Node keep the whole file in memory at two bytes a character. */
function plain(text) {
  const ascii = text.replaceAll("©", "(c)").replace(/[“”]/g, '"').replaceAll("*/", "* /");
  if (/[^\n -~]/.test(ascii)) throw new Error(`This notice needs a spelling in ASCII:\n${ascii}`);
  return ascii;
}
