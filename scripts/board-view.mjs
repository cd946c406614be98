import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** Gives src/board/page.ts and page-hash.ts their values: the board's view as one document, and its hash. */
export function boardView(cwd) {
  let document;
  return {
    name: "board-view",
    load: {
      filter: { id: /src[/\\]board[/\\]page(-hash)?\.ts$/ },
      async handler(id) {
        document ??= makeDocument(join(cwd, "src/board/view"));
        const html = await document;
        const hash = createHash("sha256").update(html).digest("hex").slice(0, 12);
        const [name, value] = id.endsWith("page.ts") ? ["html", html] : ["hash", hash];
        return { code: `export const ${name} = ${JSON.stringify(value)};`, moduleType: "js" };
      },
    },
  };
}

async function makeDocument(folder) {
  const read = (name) => readFile(join(folder, name), "utf8");
  const styles = await Promise.all(["page.css", "columns.css", "panels.css"].map(read));
  const bundle = await rolldown({
    input: join(folder, "board.ts"),
    platform: "browser",
    transform: { target: "es2022" },
  });
  const { output } = await bundle.generate({ format: "iife", minify: true, codeSplitting: false });
  const style = styles
    .join("")
    .replaceAll(/\/\*.*?\*\/|\s+/gs, " ")
    .replaceAll(/ *([{};,]) */g, "$1");
  return (await read("index.html"))
    .replace("/* style */", () => style)
    .replace("/* script */", () => output[0].code.trim());
}
