/** Which workspace is meant. */
import { isFailure, KaneoMcpError } from "../errors.ts";
import { inline } from "../untrusted.ts";
import { type Kaneo, keptOrFresh } from "./api/kaneo.ts";
import { failuresIn, onFailure } from "./api/outcomes.ts";
import { type Workspace, workspaces } from "./api/schemas.ts";
import { matchOne, type Naming, noMatch, whatThereIs } from "./names/matching.ts";

const workspaceNaming: Naming<Workspace> = {
  noun: "workspace",
  names: [({ id }) => id, ({ slug }) => slug, ({ name }) => name],
  show: ({ name, slug }) => `${name} (${slug})`,
};

/**
 * The workspace that `reference` (id, slug or name) names; without one the default, or the only one there is.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the workspaces.
 */
export async function findWorkspace(kaneo: Kaneo, reference?: string): Promise<Workspace> {
  const given = reference ?? kaneo.defaults.workspace;
  if (given === undefined) return onlyWorkspace(kaneo);
  const wanted = idInUrl(given, "workspace") ?? given;
  const found = await keptOrFresh(kaneo, async (now) =>
    matchOne(await now.kept(workspaces), wanted, workspaceNaming),
  );
  if (found !== undefined) return found;
  const all = await kaneo.kept(workspaces);
  const hint = reference === undefined ? wrongDefault("KANEO_WORKSPACE") : undefined;
  throw noMatch(wanted, all, { ...workspaceNaming, hint });
}

async function onlyWorkspace(kaneo: Kaneo): Promise<Workspace> {
  // In one that was joined a moment ago something may be meant to be made as well.
  const all = await kaneo.fresh(workspaces);
  const [only, ...others] = all;
  if (only === undefined) {
    throw new KaneoMcpError("not_found", "This account belongs to no workspace.", {
      hint: "Create a workspace in Kaneo, or ask its owner for an invitation.",
    });
  }
  if (others.length > 0) throw whichOne(all);
  return only;
}

function whichOne(all: readonly Workspace[]): KaneoMcpError {
  return new KaneoMcpError("ambiguous", `Which workspace? ${whatThereIs(all, workspaceNaming)}`, {
    hint: "Call again with workspace, or set KANEO_WORKSPACE.",
  });
}

/** Words for what is meant where nothing is named. */
export const EVERY = /^\s*(?:all|any|\*)\s*$/i;

/** The named workspace, else the default one, else all; also for a word for all, where none is called so. */
export async function workspacesMeant(kaneo: Kaneo, reference?: string): Promise<Workspace[]> {
  const given = reference ?? kaneo.defaults.workspace;
  const all = await kaneo.kept(workspaces);
  const isEvery =
    reference !== undefined &&
    EVERY.test(reference) &&
    matchOne(all, reference, workspaceNaming) === undefined;
  return given === undefined || isEvery ? all : [await findWorkspace(kaneo, reference)];
}

/**
 * What `find` finds in the workspace that is meant; without one, in the only one that has it.
 *
 * @throws KaneoMcpError "ambiguous" when several have it, "not_found" with each one's reason when none has; as {@link findWorkspace}.
 */
export async function findInOne<T>(
  kaneo: Kaneo,
  reference: string | undefined,
  find: (workspace: Workspace) => Promise<T>,
): Promise<{ workspace: Workspace; found: T }> {
  // As they are now: in one that was joined a moment ago it may be meant as well.
  const meant = await workspacesMeant(kaneo.asOf("now"), reference);
  if (meant.length < 2) {
    const workspace = meant[0] ?? (await findWorkspace(kaneo));
    return { workspace, found: await find(workspace) };
  }
  const missed = onFailure(["not_found", "forbidden"], (miss) => miss);
  const looked = await Promise.all(
    meant.map(async (workspace) => ({ workspace, found: await find(workspace).catch(missed) })),
  );
  const hits = looked.flatMap(({ workspace, found }) =>
    found instanceof KaneoMcpError ? [] : [{ workspace, found }],
  );
  const [first, ...others] = hits;
  if (first === undefined) {
    const misses = failuresIn(looked.map(({ found }) => found));
    const hint = misses.find((miss) => isFailure(miss, "not_found"))?.hint;
    const lines = misses.map(
      ({ message }, index) => `${inline(meant[index]?.name ?? "", 60)}: ${message}`,
    );
    throw new KaneoMcpError("not_found", lines.join("\n"), { hint });
  }
  if (others.length > 0) throw whichOne(hits.map(({ workspace }) => workspace));
  return first;
}

/** What to do about a default that names nothing. */
export function wrongDefault(variable: string): string {
  return `${variable} is set to that: correct it in the client's configuration.`;
}

/** The id of one of these in a pasted URL of Kaneo's web app; undefined when it has none. */
export function idInUrl(
  reference: string,
  noun: "workspace" | "project" | "task",
): string | undefined {
  const [, id] =
    new RegExp(`(?:/${noun}/|[?&]${noun}Id=)([A-Za-z0-9_-]{1,128})(?![\\w-])`).exec(reference) ??
    [];
  return id;
}
