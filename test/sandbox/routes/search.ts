/** GET /api/search: substrings, each kind of hit capped by the limit, in the way of Kaneo's global-search.ts. */
import type { SandboxData } from "../data.ts";
import { route } from "../router.ts";
import { searchEverything } from "../search.ts";
import { countInQuery, oneOf, optional, text } from "../shape.ts";

const KINDS = ["all", "tasks", "projects", "workspaces", "comments", "activities"] as const;

const search = route({
  method: "GET",
  path: "/api/search",
  query: {
    q: text({ atLeast: 1, message: "Query must be at least 1 character" }),
    type: optional(oneOf(...KINDS)),
    workspaceId: optional(text()),
    projectId: optional(text()),
    limit: optional(countInQuery(1, 50)),
  },
  access: { from: "query" },
  run: ({ data, caller, workspaceId, query }) => {
    const { q, type = "all", projectId, limit = 20 } = query;
    // An instance administrator may ask, but finds only what is theirs as a member.
    if (!isMemberSomewhere(data, caller.userId)) {
      return { results: [], totalCount: 0, searchQuery: q };
    }
    const place = { workspaceId, projectId, userId: caller.userId };
    const hits = searchEverything(data, { query: q, kind: type, limit, ...place });
    return { results: hits.slice(0, limit), totalCount: hits.length, searchQuery: q };
  },
});

export const searchRoutes = [search];

function isMemberSomewhere(data: SandboxData, userId: string): boolean {
  return data.members.some((member) => member.userId === userId);
}
