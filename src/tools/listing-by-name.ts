// A part of its own, which few processes load: see listing.ts.
import { allTools } from "./index.ts";
import { listingOf } from "./listing.ts";
import { isByName } from "./toolsets.ts";

/** The tools of the toolsets that are there when they are named, behind those of `listing.ts`. */
export const listing = listingOf(allTools.filter(isByName));
