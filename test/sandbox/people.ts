/** The people of every seed, with accounts and API keys. */
import { type AuthOptions, createAuth, createAuthTables } from "./auth.ts";
import { type AuthTables, copyRows } from "./auth-tables.ts";
import { createId } from "./data.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

export interface People {
  /** Instance administrator: the first account. Member of no workspace. */
  readonly root: Person;
  /** Owner of the workspaces. */
  readonly alice: Person;
  /** Member: may not assign or delete tasks. */
  readonly bob: Person;
  /** Outsider in the seed "contract", viewer of the first workspace in "demo". */
  readonly carol: Person;
  /** Admin of the first workspace in "demo". */
  readonly dan: Person;
}

/** Everybody's. */
const PASSWORD = "correct horse battery staple";

/** What the pages say about signing in. */
export const TEST_LOGIN = { email: "alice@example.com", password: PASSWORD };

/**
 * Adds the rows of the five to `tables`, under ids of their own. Signing them up takes better-auth longer than most tests
 * take: it does it once in a process, and all others are copies.
 */
export async function createPeople(tables: AuthTables): Promise<People> {
  first ??= makeFirst();
  const { people, tables: from } = await first;
  const names = ["user", "account", "session", "apikey"];
  const copy = copyRows(from, tables, { names, instead: new Map() });
  const { root, alice, bob, carol, dan } = people;
  return {
    root: copy(root),
    alice: copy(alice),
    bob: copy(bob),
    carol: copy(carol),
    dan: copy(dan),
  };
}

/** Adds the rows of a workspace of this person's to `tables`, in the same way, and gives its id. */
export async function createWorkspace(
  tables: AuthTables,
  owner: Person,
  { name, slug, description }: { name: string; slug: string; description: string | null },
): Promise<string> {
  first ??= makeFirst();
  const { people, tables: from, workspace } = await first;
  const id = createId();
  const instead = new Map<unknown, unknown>([
    [workspace.id, id],
    [people.alice.id, owner.id],
    [FIRST.name, name],
    [FIRST.slug, slug],
    [FIRST.description, description],
  ]);
  const names = ["organization", "member", "organizationRole", "team", "teamMember"];
  copyRows(from, tables, { names, instead });
  return id;
}

let first: ReturnType<typeof makeFirst> | undefined;

async function makeFirst() {
  const tables = createAuthTables();
  const auth = createAuth(tables, ANYWHERE);
  const create = async (name: string, email: string): Promise<Person> => {
    const { user } = await auth.api.signUpEmail({ body: { name, email, password: PASSWORD } });
    const { key } = await auth.api.createApiKey({ body: { name: "Sandbox", userId: user.id } });
    return { id: user.id, name, email, password: PASSWORD, apiKey: key };
  };
  const root = await create("Root Admin", "root@example.com");
  for (const user of tables.user) if (user.id === root.id) user.role = "admin";
  const people: People = {
    root,
    alice: await create("Alice Doe", TEST_LOGIN.email),
    bob: await create("Bob Ünïcode 🦊", "bob@example.com"),
    carol: await create("Carol Jones", "carol@example.com"),
    dan: await create("Dan O'Neill", "dan@example.com"),
  };
  const body = { ...FIRST, userId: people.alice.id };
  const workspace = await auth.api.createOrganization({ body });
  return { people, tables, workspace };
}

const FIRST = { name: "The first", slug: "the-first", description: "Of all workspaces" };

/** No row of a person names an address. */
const ANYWHERE: AuthOptions = {
  url: "http://127.0.0.1:1",
  clientUrl: "http://127.0.0.1:1",
  deviceInterval: "5s",
  deviceExpiresIn: "30m",
  cloud: false,
};
