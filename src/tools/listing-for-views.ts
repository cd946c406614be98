// A part of its own, which is loaded for clients that show views: see listing.ts.
import { allTools, appTools } from "./index.ts";
import { listingOf } from "./listing.ts";

/** The tools that have a view, as `listing.ts` has them, and behind them those that only views call. */
export const listing = [
  ...listingOf(allTools.filter(({ ui }) => ui === "view")).map((tool) => ({ ...tool, ui: "view" })),
  ...listingOf(appTools).map((tool) => ({ ...tool, ui: "app" })),
];
