/** The people of every seed, with accounts and API keys. */
import type { Auth } from "./auth.ts";
import type { AuthTables } from "./auth-tables.ts";

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

export async function createPeople(auth: Auth, tables: AuthTables): Promise<People> {
  const create = async (name: string, email: string): Promise<Person> => {
    const { user } = await auth.api.signUpEmail({ body: { name, email, password: PASSWORD } });
    const { key } = await auth.api.createApiKey({ body: { name: "Sandbox", userId: user.id } });
    return { id: user.id, name, email, password: PASSWORD, apiKey: key };
  };
  const root = await create("Root Admin", "root@example.com");
  for (const user of tables.user) if (user.id === root.id) user.role = "admin";
  return {
    root,
    alice: await create("Alice Doe", TEST_LOGIN.email),
    bob: await create("Bob Ünïcode 🦊", "bob@example.com"),
    carol: await create("Carol Jones", "carol@example.com"),
    dan: await create("Dan O'Neill", "dan@example.com"),
  };
}
