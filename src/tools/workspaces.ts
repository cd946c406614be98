import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { endpoint } from "../kaneo/api/kaneo.ts";
import { confirmed } from "../kaneo/api/outcomes.ts";
import { type Workspace, word, workspaceSchema, workspaces } from "../kaneo/api/schemas.ts";
import { explainingRefusal } from "../kaneo/members.ts";
import { foldAccents } from "../kaneo/names/matching.ts";
import { findWorkspace } from "../kaneo/workspaces.ts";
import { renderDifferences } from "../text/task-changes.ts";
import { inline, renderPlace } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const slug = fields.text
  .refine((given) => word.parse(given) === given, "must be one word of at most 1,000 characters")
  .describe("Short name in addresses, such as web-team");

const createWorkspace = defineTool({
  name: "create_workspace",
  toolset: "members",
  description:
    "Creates a workspace, with this account as its owner; its slug is made from the name if left out.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    name: fields.text,
    slug: slug.optional(),
    description: fields.description.optional(),
  }),
  example: { name: "Fresh team", description: "For trying things out" },
  run: async ({ name, slug = slugOf(name), description }, { kaneo }) => {
    const route = endpoint`/api/auth/organization/create`;
    const body = { name, slug, description };
    return confirmed(await kaneo.post(route, workspaceSchema, body), {
      what: `The workspace ${inline(name, 60)}`,
      done: "created",
      fields: { name, slug },
      rows: () => kaneo.fresh(workspaces),
    });
  },
  text: (workspace) =>
    `Created workspace ${renderPlace(workspace)}. invite_member invites people to it.`,
});

const updateWorkspace = defineTool({
  name: "update_workspace",
  toolset: "members",
  description: "Changes only the named fields of a workspace.",
  // The old description is in the answer alone.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    workspace: fields.workspace,
    name: fields.text.optional(),
    slug: slug.optional(),
    description: fields.description.optional(),
  }),
  example: { workspace: "cabin", name: "The cabin", description: "Wood and water" },
  run: async (args, { kaneo }) => {
    const data = {
      name: args.name,
      slug: args.slug,
      description: fields.textToStore(args.description),
    };
    fields.assertAnyGiven(data);
    const named = await findWorkspace(kaneo, args.workspace);
    const before = (await kaneo.fresh(workspaces)).find(({ id }) => id === named.id) ?? named;
    const body = { organizationId: before.id, data };
    const answer = await kaneo
      .post(endpoint`/api/auth/organization/update`, workspaceSchema, body)
      .catch(explainingRefusal(kaneo, before, ["organization", "update"]));
    const after = await confirmed(answer, {
      what: `The change of the workspace ${inline(before.name, 60)}`,
      fields: { id: before.id, ...data },
      rows: () => kaneo.fresh(workspaces),
    });
    return { before, after };
  },
  text: ({ before, after }) =>
    `Workspace ${renderPlace(after)}\n${renderDifferences(told(before), told(after))}`,
});

function told({ name, slug, description }: Workspace) {
  return { name, slug, description };
}

export const workspaceTools = [createWorkspace, updateWorkspace];

/** `web-team` of `Web team`; Kaneo wants one, and its web page makes it so. */
function slugOf(name: string): string {
  const slug = foldAccents(name)
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  if (slug !== "") return slug;
  throw new KaneoMcpError("invalid_input", `No slug can be made of "${inline(name, 60)}".`, {
    hint: "Call again with a slug of letters, digits and hyphens.",
  });
}
