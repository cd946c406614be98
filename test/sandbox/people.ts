/** The people of every seed, with accounts and API keys. */
import { type AuthOptions, createAuth, createAuthTables } from "./auth.ts";
import type { AuthTables } from "./auth-tables.ts";
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
  signedUp ??= signUp();
  const first = await signedUp;
  const ids = new Map<unknown, string>();
  for (const { id } of Object.values(first.people)) ids.set(id, createId());
  const own = <Row extends object>(row: Row): Row => {
    const values = Object.entries(row).map(([name, value]) => [name, ids.get(value) ?? value]);
    return Object.assign({}, row, Object.fromEntries(values));
  };
  for (const name of ["user", "account", "session", "apikey"]) {
    // Rows are objects with a text or a date in each column.
    const rows = first.tables[name] as object[];
    tables[name]?.push(...rows.map(own));
  }
  const { root, alice, bob, carol, dan } = first.people;
  return { root: own(root), alice: own(alice), bob: own(bob), carol: own(carol), dan: own(dan) };
}

let signedUp: ReturnType<typeof signUp> | undefined;

async function signUp(): Promise<{ people: People; tables: AuthTables }> {
  const tables = createAuthTables();
  const auth = createAuth(tables, ANYWHERE);
  const create = async (name: string, email: string): Promise<Person> => {
    const { user } = await auth.api.signUpEmail({ body: { name, email, password: PASSWORD } });
    const { key } = await auth.api.createApiKey({ body: { name: "Sandbox", userId: user.id } });
    return { id: user.id, name, email, password: PASSWORD, apiKey: key };
  };
  const root = await create("Root Admin", "root@example.com");
  for (const user of tables.user) if (user.id === root.id) user.role = "admin";
  const people = {
    root,
    alice: await create("Alice Doe", TEST_LOGIN.email),
    bob: await create("Bob Ünïcode 🦊", "bob@example.com"),
    carol: await create("Carol Jones", "carol@example.com"),
    dan: await create("Dan O'Neill", "dan@example.com"),
  };
  return { people, tables };
}

/** No row of a person names an address. */
const ANYWHERE: AuthOptions = {
  url: "http://127.0.0.1:1",
  clientUrl: "http://127.0.0.1:1",
  deviceInterval: "5s",
  deviceExpiresIn: "30m",
  cloud: false,
};
