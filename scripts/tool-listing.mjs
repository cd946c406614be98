import { rolldown } from "rolldown";
import { boardView } from "./board-view.mjs";

/** Puts the answer to tools/list into the bundle as data, instead of the code that makes it. */
export function toolListing(cwd) {
  return {
    name: "tool-listing",
    load: {
      filter: { id: /src[/\\]tools[/\\]listing(?:-by-name|-for-views)?\.ts$/ },
      async handler(input) {
        const bundle = await rolldown({ cwd, input, platform: "node", plugins: [boardView(cwd)] });
        const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
        const code = Buffer.from(output[0].code).toString("base64");
        const { listing } = await import(`data:text/javascript;base64,${code}`);
        return { code: `export const listing = ${JSON.stringify(listing)};`, moduleType: "js" };
      },
    },
  };
}
