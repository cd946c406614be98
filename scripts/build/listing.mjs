import { build } from "esbuild";

/** Puts the list of tools into the bundle as it is, instead of the code that makes it. */
export function readyMadeListing(root) {
  return {
    name: "ready-made-listing",
    setup({ onLoad }) {
      onLoad({ filter: /[/\\]src[/\\]tools[/\\]listing\.ts$/ }, async ({ path }) => {
        const listing = await runListing(root, path);
        return { contents: `export const listing = ${JSON.stringify(listing)};` };
      });
    },
  };
}

async function runListing(root, path) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  const code = Buffer.from(outputFiles[0].text).toString("base64");
  const { listing } = await import(`data:text/javascript;base64,${code}`);
  return listing;
}
