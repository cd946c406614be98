import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { findProject, findWorkspace, workspacesMeant } from "../kaneo/references.ts";
import { type Found, MOST_HITS, SEARCH_KINDS, searchKaneo } from "../kaneo/search.ts";
import { renderFound } from "../text/search.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const input = z.object({
  query: fields.text,
  kind: z.enum(SEARCH_KINDS).default("all"),
  project: fields.project.optional(),
  workspace: fields.workspace.describe("Slug, name or id; all workspaces if left out").optional(),
  limit: z.int().min(1).max(MOST_HITS).default(20).describe("Of each kind"),
});

interface Answer extends Found {
  query: string;
  scope: string;
}

const search = defineTool({
  name: "search",
  toolset: "tasks",
  title: "Search",
  description:
    "Finds tasks, projects and comments that contain the query as one run of characters (any case, no separate words): prefer one telling word. A key such as WEB-12 finds its task.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input,
  example: { query: "login", workspace: "acme" },
  run: async ({ query, kind, limit, ...references }, { kaneo }): Promise<Answer> => {
    const { scope, ...where } = await scopeOf(kaneo, references);
    return { ...(await searchKaneo(kaneo, { query, kind, limit, ...where })), query, scope };
  },
  text: renderAnswer,
});

export const searchTools = [search];

interface Scope {
  workspaceIds: string[];
  projectId: string | undefined;
  /** For the answer. */
  scope: string;
}

async function scopeOf(
  kaneo: Kaneo,
  { project, workspace }: { project?: string | undefined; workspace?: string | undefined },
): Promise<Scope> {
  if (project !== undefined || (workspace === undefined && kaneo.defaults.project !== undefined)) {
    const { id, name, slug, workspaceId } = await findProject(kaneo, { project, workspace });
    const scope = `${inline(name, 60)} (${slug})`;
    return { workspaceIds: [workspaceId], projectId: id, scope };
  }
  const meant = await workspacesMeant(kaneo, workspace);
  const found = meant.length > 0 ? meant : [await findWorkspace(kaneo)];
  const scope = found.map(({ name }) => inline(name, 60)).join(", ");
  return { workspaceIds: found.map(({ id }) => id), projectId: undefined, scope };
}

function renderAnswer(answer: Answer, { timeZone }: ToolContext): string {
  const { query, scope, tasks, projects, comments, mayHaveMore } = answer;
  const hits = tasks.length + projects.length + comments.length;
  if (hits === 0) {
    const advice =
      "The search knows no separate words: it looks for exactly these characters in a row. Try one shorter word, or list_tasks.";
    const cap = mayHaveMore
      ? " Kaneo's search stopped at its cap, so something may be hidden."
      : "";
    return `Nothing in ${scope} contains "${inline(query)}". ${advice}${cap}`;
  }
  const more = mayHaveMore
    ? "\nThere may be more: Kaneo's search has no pages. Use a longer query, one kind or a project, or list_tasks with text."
    : "";
  return `${renderFound(answer, { query, timeZone })}${more}`;
}
