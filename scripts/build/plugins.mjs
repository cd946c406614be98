import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What the SDK imports for a feature that this server does not use: schemas of zod 3. */
export const standIns = {
  "zod/v3": standIn("zod-v3.mjs"),
  "zod-to-json-schema": standIn("zod-to-json-schema.mjs"),
};

/**
 * `import { z } from "zod"` gives one object with everything that zod can do, 50 languages among it, of which a bundler
 * can leave nothing out. The same name bound to the module's namespace lets it keep only what is used.
 */
export const zodByNamespace = {
  name: "zod-by-namespace",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return {
        contents: source.replace(/^import \{ z \} from "zod/m, 'import * as z from "zod'),
        loader: "ts",
      };
    });
  },
};

const refusal = JSON.stringify(standIn("refuse.cjs"));

/** Modules below undici/lib that cannot be reached from here, and what stands for them. */
const undiciStandIns = {
  // The same parser twice, with and without SIMD; this one runs everywhere.
  "llhttp/llhttp_simd-wasm.js": 'module.exports = require("./llhttp-wasm.js");',
  // No server chooses HTTP/2 unless `allowH2` offers it.
  "dispatcher/client-h2.js": `module.exports = require(${refusal}).refuse("HTTP/2");`,
  // Bodies are strings; only a FormData is taken apart.
  "web/fetch/body.js": `exports.extractBody = require(${refusal}).refuse("FormData");`,
};

export const undiciParts = {
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
export const lazySdkSchemas = {
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

function standIn(name) {
  return fileURLToPath(new URL(`../stand-ins/${name}`, import.meta.url));
}
