import { basename, join } from "node:path";
import { rolldown } from "rolldown";

const PARTS = ["listing", "listing-by-name", "listing-for-views"];

/** Puts the answers to tools/list into the bundle as data, instead of the code that makes them. */
export function toolListing(cwd, board) {
  let listings;
  return {
    name: "tool-listing",
    load: {
      filter: { id: /src[/\\]tools[/\\]listing(?:-by-name|-for-views)?\.ts$/ },
      async handler(id) {
        listings ??= makeListings(cwd, board);
        const { [basename(id, ".ts")]: listing } = await listings;
        return { code: `export const listing = ${JSON.stringify(listing)};`, moduleType: "js" };
      },
    },
  };
}

/** All at once, since each is made of all tools: by a module that exports them, and is no file. */
async function makeListings(cwd, board) {
  const input = join(cwd, "src/tools/listings.js");
  const lines = PARTS.map((part) => `export { listing as "${part}" } from "./${part}.ts";`);
  const exportAll = {
    name: "all-listings",
    resolveId: (id) => (id === input ? id : undefined),
    load: (id) => (id === input ? lines.join("\n") : undefined),
  };
  const bundle = await rolldown({ cwd, input, platform: "node", plugins: [exportAll, board] });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  const code = Buffer.from(output[0].code).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}
