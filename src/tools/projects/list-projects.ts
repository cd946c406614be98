import { z } from "zod";
import { mapConcurrently } from "../../kaneo/api/concurrency.ts";
import { endpoint, type Kaneo, withQuery } from "../../kaneo/api/kaneo.ts";
import { asHelp } from "../../kaneo/api/outcomes.ts";
import { columnsOf, lightBoardSchema, type Project, projectsOf } from "../../kaneo/api/schemas.ts";
import { ARCHIVED } from "../../kaneo/tasks/task.ts";
import { workspacesMeant } from "../../kaneo/workspaces.ts";
import { count, spaced } from "../../text/text.ts";
import { inline, quoted, renderPlace } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";

/** The share of done tasks is undefined where it could not be counted. */
type Counted = Project & { percentDone: number | undefined };

/** Of how many projects, in all workspaces together, the final columns are looked at. */
const MOST_COUNTED = 200;

export const listProjects = defineTool({
  name: "list_projects",
  toolset: "projects",
  description: "Lists projects with number of tasks and progress.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "boards, workspaces, progress",
  input: z.object({
    workspace: fields.workspaceOrAll,
    include_archived: z.boolean().default(false),
  }),
  example: { workspace: "acme" },
  run: async ({ workspace, include_archived }, { kaneo }) => {
    // Progress changes with every task, so what is kept for references is too old here.
    const now = kaneo.asOf("now");
    const listed = await workspacesMeant(now, workspace);
    const most = Math.ceil(MOST_COUNTED / listed.length);
    return Promise.all(
      listed.map(async ({ id, name, slug }) => {
        const all = await now.kept(projectsOf(id));
        const wanted = all.filter(({ archivedAt }) => include_archived || archivedAt === undefined);
        const shown = await mapConcurrently(wanted, async (project, index) => {
          const counting = index < most ? asHelp(percentDoneOf(kaneo, project)) : undefined;
          return { ...project, percentDone: await counting };
        });
        return { name, slug, shown, archived: all.length - shown.length };
      }),
    );
  },
  text: (listed) => {
    const parts = listed.map(({ shown, archived, ...workspace }) => {
      const rest = archived === 0 ? "" : `; ${archived} archived not shown (include_archived)`;
      const head = `Workspace ${renderPlace(workspace)}: ${count(shown.length, "project")}${rest}`;
      return [head, ...shown.map(renderProjectLine)].join("\n");
    });
    const none =
      "This account belongs to no workspace. Create one in Kaneo, or ask for an invitation.";
    return parts.join("\n") || none;
  },
});

/** Kaneo's own percentage knows no final column but that with the slug `done`, which may not be final either. */
async function percentDoneOf(kaneo: Kaneo, { id, statistics }: Project): Promise<number> {
  const { totalTasks, completionPercentage } = statistics;
  if (totalTasks === 0) return completionPercentage;
  const columns = await kaneo.kept(columnsOf(id));
  const final = columns.filter(({ isFinal }) => isFinal).map(({ slug }) => slug);
  if (final.join() === "done") return completionPercentage;
  const done = await countTasks(kaneo, id, [...final, ARCHIVED.slug]);
  // What is created between the requests counts among the done ones only.
  return Math.min(100, Math.round((100 * done) / totalTasks));
}

/** How many tasks of a project have one of `statuses`, by a request for each. */
export async function countTasks(kaneo: Kaneo, id: string, statuses: readonly string[]) {
  const counts = await mapConcurrently(statuses, async (status) => {
    const first = withQuery(endpoint`/api/task/tasks/${id}`, { status, limit: 1 });
    return (await kaneo.get(first, lightBoardSchema)).total;
  });
  return counts.reduce((sum, one) => sum + one, 0);
}

function renderProjectLine({ percentDone, archivedAt, isPublic, ...project }: Counted): string {
  return spaced([
    inline(project.slug, 40),
    quoted(project.name, 60),
    count(project.statistics.totalTasks, "task"),
    percentDone !== undefined && `${percentDone}% done or archived`,
    archivedAt && "archived",
    isPublic && "public",
  ]);
}
