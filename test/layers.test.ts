import { readdir, readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/**
 * Data goes down through these rooms and up again, and imports go down only. A room is a folder of src/ or a file beside
 * it; `type` in front of one means that only its types are known. Biome refuses circles.
 */
const MAY_IMPORT: Record<string, string> = {
  main: "cli clock compose config connect http log mcp usage",
  compose: "config connect errors mcp usage tools",
  cli: "auth clock command-line config connect disk errors http json kaneo log session settings usage tools untrusted",
  connect: "auth cli clock errors files http kaneo log secrets session settings tools",
  secrets: "disk errors http settings",
  usage: "config settings",
  config: "command-line errors settings text",
  "command-line": "text",
  settings: "errors http log tools",
  mcp: "board clock errors json log prompts resources session text tools untrusted",
  prompts: "type:resources",
  resources: "kaneo tools untrusted",
  tools: "board errors files json kaneo session text transfer untrusted",
  transfer: "errors json kaneo untrusted",
  board: "",
  text: "errors kaneo session untrusted",
  files: "disk errors untrusted",
  kaneo: "clock errors http json untrusted",
  auth: "clock disk errors http json session",
  http: "clock errors json",
  errors: "",
  disk: "errors",
  json: "",
  clock: "",
  log: "",
  session: "errors",
  untrusted: "",
};

const MAY_IMPORT_PACKAGE: Record<string, string> = {
  undici: "http",
  ws: "http",
  zod: "auth kaneo tools transfer",
  "env-paths": "connect",
  "@date-fns/tz": "kaneo text",
  "@modelcontextprotocol/sdk": "type:mcp",
  "csv-parse": "transfer",
  "jsonc-parser": "cli",
  "smol-toml": "cli",
  yaml: "cli",
};

interface Import {
  file: string;
  /** The room that imports. */
  by: string;
  /** What is imported: a room, or a package. */
  room?: string;
  packageName?: string;
  isTypeOnly: boolean;
}

async function importsOf(root: string): Promise<Import[]> {
  const files = (await readdir(root, { recursive: true })).filter((name) => /\.c?ts$/.test(name));
  const all = await Promise.all(
    files.map(async (file) => {
      const source = await readFile(join(root, file), "utf8");
      const found = source.matchAll(
        /^(?:import|export)(?<type> type)?(?: [\w{*][^"';(=]*?from)? "(?<static>[^"]+)";|\bimport\("(?<lazy>[^"]+)"\)/gm,
      );
      return [...found].map(({ groups = {} }) => {
        const target = groups["static"] ?? groups["lazy"] ?? "";
        const about = { file, by: roomOf(file), isTypeOnly: groups["type"] !== undefined };
        if (!target.startsWith(".")) return { ...about, packageName: packageOf(target) };
        return { ...about, room: roomOf(normalize(join(file, "..", target))) };
      });
    }),
  );
  return all.flat();
}

function roomOf(file: string): string {
  return (file.split(/[\\/]/)[0] ?? "").replace(/\.c?ts$/, "");
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function isAllowed({ by, room, packageName, isTypeOnly }: Import): boolean {
  if (room === by || packageName?.startsWith("node:")) return packageName !== "node:process";
  const rule = room ? MAY_IMPORT[by] : MAY_IMPORT_PACKAGE[packageName ?? ""];
  const allowed = rule?.split(" ") ?? [];
  const asked = room ?? by;
  return allowed.includes(asked) || (isTypeOnly && allowed.includes(`type:${asked}`));
}

test("imports go down only, and a package is known to the rooms that it is for", async () => {
  const imports = await importsOf(fileURLToPath(new URL("../src", import.meta.url)));

  const refused = imports.filter((one) => !isAllowed(one));

  const told = refused.map(({ file, room, packageName }) => `${file} → ${room ?? packageName}`);
  expect(told, "The lists above in this file say what each room may import").toEqual([]);
  // A pattern that finds nothing would allow everything.
  expect(imports.length).toBeGreaterThan(100);
});
