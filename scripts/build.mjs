#!/usr/bin/env node
// Makes dist/kaneo-mcp.cjs, the one file that is published. The notices of what is inside it stand at its end.
import { chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outfile = "dist/kaneo-mcp.cjs";

/** The packages whose code may be in the bundle. Whoever adds one has looked at its size and its licence. */
const allowedPackages = [
  "@date-fns/tz",
  "@modelcontextprotocol/sdk",
  "env-paths",
  "is-safe-filename",
  "undici",
  "zod",
];

/** About a tenth above the size when this was last set: a dependency that grows or slips in is noticed here. */
const maxBytes = 535_000;

/** What the SDK imports for a feature that this server does not use: schemas of zod 3. */
const standIns = {
  "zod/v3": "zod-v3",
  "zod-to-json-schema": "zod-to-json-schema",
};

/**
 * `import { z } from "zod"` gives one object with everything that zod can do, 50 languages among it, of which a bundler
 * can leave nothing out. The same name bound to the module's namespace lets it keep only what is used.
 */
const zodByNamespace = {
  name: "zod-by-namespace",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return {
        contents: source.replace('import { z } from "zod"', 'import * as z from "zod"'),
        loader: "ts",
      };
    });
  },
};

const refusal = JSON.stringify(`${root}/scripts/stand-ins/refuse.mjs`);

/** Modules below undici/lib that cannot be reached from here, and what stands for them. */
const undiciStandIns = {
  // The same parser twice, with and without SIMD; this one runs everywhere.
  "llhttp/llhttp_simd-wasm.js": 'module.exports = require("./llhttp-wasm.js");',
  // No server chooses HTTP/2 unless `allowH2` offers it.
  "dispatcher/client-h2.js": `module.exports = require(${refusal}).refuse("HTTP/2");`,
  // Bodies are strings; only a FormData is taken apart.
  "web/fetch/body.js": `exports.extractBody = require(${refusal}).refuse("FormData");`,
};

const undiciParts = {
  name: "undici-parts",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]undici[/\\]lib[/\\]/ }, ({ path }) => {
      const contents = undiciStandIns[path.replaceAll("\\", "/").split("/undici/lib/").at(-1)];
      return contents && { contents };
    });
  },
};

/**
 * The SDK describes every message of the protocol with a zod schema, and making all of them is the largest part of the
 * start; a server like this one looks at a handful. Each is made when it is first asked for.
 */
const lazySdkSchemas = {
  name: "lazy-sdk-schemas",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]sdk[/\\]dist[/\\]esm[/\\].*\.js$/ }, async ({ path }) => {
      const lines = (await readFile(path, "utf8")).split("\n");
      const asking = lines.map((line) =>
        line.startsWith("import ") ? line : line.replaceAll(/\b[A-Z]\w*Schema\b/g, "$&()"),
      );
      const contents = asking
        .join("\n")
        .replaceAll(
          /^((?:export )?const \w+)\(\) = (.*?);\n(?=const|export|\/)/gms,
          "$1 = /* @__PURE__ */ lazily(() => $2);\n",
        );
      return { contents: `${contents}\n${lazily}` };
    });
  },
};

const lazily = `function lazily(make) {
  let made;
  return () => (made ??= make());
}`;

const { version } = JSON.parse(await readFile(`${root}/package.json`, "utf8"));
await mkdir(`${root}/dist`, { recursive: true });

const target = "node20.18";
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outfile,
  bundle: true,
  minifySyntax: true,
  legalComments: "none",
  platform: "node",
  target,
  format: "cjs",
  sourcemap: "inline",
  define: { KANEO_MCP_VERSION: JSON.stringify(version) },
  alias: Object.fromEntries(
    Object.entries(standIns).map(([name, file]) => [name, `${root}/scripts/stand-ins/${file}.mjs`]),
  ),
  plugins: [zodByNamespace, lazySdkSchemas, undiciParts],
  metafile: true,
  write: false,
  logLevel: "warning",
});

const packages = bundledPackages(metafile.outputs[outfile].inputs);
const { code, map } = await shorten(outputFiles[0].text);
const bundle = `${code}${await licenceNotices(packages)}`;
const problems = [
  ...packages
    .filter((name) => !allowedPackages.includes(name))
    .map(
      (name) => `The package ${name} is in the bundle and not in the list of scripts/build.mjs.`,
    ),
  ...(bundle.length > maxBytes
    ? [`${outfile} has ${bundle.length} bytes; the budget is ${maxBytes}.`]
    : []),
];
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
await replaceFile(`${root}/${outfile}.map`, map);
await replaceFile(`${root}/${outfile}`, bundle);
console.log(`${outfile}: ${bundle.length} bytes, with ${packages.join(", ")}`);

/**
 * A step of its own, since a bundle that is made short at once wraps every module in an arrow function. V8 parses those
 * whole at the start, and skips methods, as the longer form has them: 4 MiB and a tenth of the start.
 */
function shorten(text) {
  return transform(text, {
    minify: true,
    format: "cjs",
    platform: "node",
    target,
    legalComments: "none",
    sourcefile: outfile,
    sourcemap: "external",
    banner: "#!/usr/bin/env node",
  });
}

/** In one step, since a client may be starting the file right now. */
async function replaceFile(path, contents) {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, contents);
  if (path.endsWith(".cjs")) await chmod(fresh, 0o755);
  await rename(fresh, path);
}

/** The names of the packages that left code in the output, sorted. */
function bundledPackages(inputs) {
  const names = Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

async function licenceNotices(names) {
  const notices = await Promise.all(names.map(licenceNotice));
  return `/*\nThis file contains code of the following packages.\n\n${notices.join("\n")}*/\n`;
}

async function licenceNotice(name) {
  const folder = `${root}/node_modules/${name}`;
  const about = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file to pass on.`);
  const text = await readFile(`${folder}/${file}`, "utf8");
  return `${name} ${about.version} (${about.license})\n\n${plain(text.trim())}\n`;
}

/** One character beyond ASCII would make Node keep the whole file in memory at two bytes a character. */
function plain(text) {
  const ascii = text.replaceAll("©", "(c)").replace(/[“”]/g, '"').replaceAll("*/", "* /");
  if (/[^\n -~]/.test(ascii)) throw new Error(`This notice needs a spelling in ASCII:\n${ascii}`);
  return ascii;
}
