import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** Gives src/board/page.ts and page-hash.ts their values: the board's view as one document, and its hash. */
export function boardView(cwd) {
  let built;
  return {
    name: "board-view",
    load: {
      filter: { id: /src[/\\]board[/\\]page(-hash)?\.ts$/ },
      async handler(id) {
        built ??= buildBoardView(cwd);
        const html = await built;
        const hash = createHash("sha256").update(html).digest("hex").slice(0, 12);
        const [name, value] = id.endsWith("page.ts") ? ["html", html] : ["hash", hash];
        return { code: `export const ${name} = ${JSON.stringify(value)};`, moduleType: "js" };
      },
    },
  };
}

async function buildBoardView(cwd) {
  const folder = join(cwd, "src/board/view");
  const read = (name) => readFile(join(folder, name), "utf8");
  const html = await read("index.html");
  const styles = await Promise.all(["page.css", "columns.css", "panels.css"].map(read));
  const script = await bundle(join(folder, "board.ts"));
  return html
    .replace("/* style */", () => withoutComments(styles.join("")))
    .replace("/* script */", () => script);
}

async function bundle(input) {
  const built = await rolldown({ input, platform: "browser", transform: { target: "es2022" } });
  const { output } = await built.generate({ format: "iife", minify: true, codeSplitting: false });
  // What ends a script in HTML must not stand in one; in a string or a pattern of ours, the backslash changes nothing.
  const code = output[0].code.replaceAll(/<\/(?=script)/gi, "<\\/");
  if (code.includes("<!--")) throw new Error("The board's script would begin a comment in HTML.");
  return code.trim();
}

function withoutComments(style) {
  return style
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1")
    .trim();
}
