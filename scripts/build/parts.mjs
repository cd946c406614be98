import { basename } from "node:path";
import { build, transform } from "esbuild";
import { readyMadeListing } from "./listing.mjs";
import { lazySdkSchemas, standIns, undiciParts, zodByNamespace } from "./plugins.mjs";

const target = "node20.18";

/**
 * Cuts the program where it uses `import()`: what the start needs is in parts of its own.
 *
 * @returns the parts in CommonJS by the name under which they ask for each other (`./start.js` is the first), their source
 * maps, and the packages that left code in them.
 */
export async function bundleParts({ root, version }) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { start: "src/start.ts" },
    outdir: "dist",
    bundle: true,
    splitting: true,
    minifySyntax: true,
    legalComments: "none",
    platform: "node",
    target,
    format: "esm",
    sourcemap: "inline",
    define: { KANEO_MCP_VERSION: JSON.stringify(version) },
    alias: standIns,
    plugins: [readyMadeListing(root), zodByNamespace, lazySdkSchemas, undiciParts],
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const parts = {};
  const maps = {};
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    const { code, map } = await shorten(text, name);
    parts[`./${name}`] = `${code}//# sourceMappingURL=${name}.map\n`;
    maps[`${name}.map`] = map;
  }
  return { parts, maps, packages: packagesIn(metafile) };
}

/** The one file: the loader with all parts in it. */
export async function joinParts(loader, parts) {
  const { code } = await transform(loader, {
    define: { PARTS: JSON.stringify(parts) },
    minify: true,
    platform: "node",
    target,
    banner: "#!/usr/bin/env node",
  });
  return code;
}

/** A step of its own, since esbuild cuts only ES modules, and Node starts CommonJS sooner. */
function shorten(text, name) {
  return transform(toCommonJs(text), {
    minify: true,
    format: "cjs",
    platform: "node",
    target,
    legalComments: "none",
    sourcefile: name,
    sourcemap: "external",
  });
}

/**
 * The same lines as CommonJS. esbuild would export getters, which are for cycles and bindings that change; parts have
 * neither, and each use of another part would be a call.
 */
function toCommonJs(text) {
  const script = text
    .replaceAll(/^import ("[^"]+");$/gm, "require($1);")
    .replaceAll(/^import ([\w$]+) from ("[^"]+");$/gm, "const $1 = require($2);")
    .replaceAll(/^import \* as ([\w$]+) from ("[^"]+");$/gm, "const $1 = require($2);")
    .replaceAll(
      /^import (\{[^}]*\}) from ("[^"]+");$/gm,
      (_, names, from) => `const ${names.replaceAll(" as ", ": ")} = require(${from});`,
    )
    .replaceAll(/\bimport\(("\.[^"]+")\)/g, "Promise.resolve().then(() => require($1))")
    .replace(
      /^export (\{[^}]*\});$/m,
      (_, names) => `module.exports = ${names.replaceAll(/([\w$]+) as ([\w$]+)/g, "$2: $1")};`,
    );
  // An ES module that something requires gets its values later than a part hands them over.
  const left = /^(?:import|export) .*|__esm\(/m.exec(script);
  if (left) throw new Error(`This is not understood by scripts/build/parts.mjs: ${left[0]}`);
  return script;
}

function packagesIn({ outputs }) {
  const names = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}
