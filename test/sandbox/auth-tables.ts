/** Rows of the tables that better-auth keeps, as far as Kaneo's own routes and the tests read them. */
import { createId } from "./data.ts";

export interface UserRow {
  id: string;
  name: string;
  email: string;
  image: string | null;
  role: string | null;
  /** Nobody's is after a sign-up by password. */
  emailVerified: boolean;
}
export interface WorkspaceRow {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  createdAt: Date;
}
export interface MemberRow {
  id: string;
  organizationId: string;
  userId: string;
  role: string;
}
interface InvitationRow {
  id: string;
  organizationId: string;
  email: string;
  role: string | null;
  teamId: string | null;
  status: string;
  expiresAt: Date;
  createdAt: Date;
  inviterId: string;
}
interface RoleRow {
  organizationId: string;
  role: string;
  /** JSON of resource to actions. */
  permission: string;
}
export interface SessionRow {
  token: string;
  userId: string;
  expiresAt: Date;
}
interface ApiKeyRow {
  id: string;
  /** Hash of the key. */
  key: string;
  referenceId: string;
  enabled: boolean;
  expiresAt: Date | null;
  /** JSON of resource to actions; null means everything. */
  permissions: string | null;
}

/** Rows that better-auth owns: the arrays that its memory adapter works on. */
export interface AuthTables {
  [table: string]: unknown[];
  user: UserRow[];
  organization: WorkspaceRow[];
  member: MemberRow[];
  organizationRole: RoleRow[];
  invitation: InvitationRow[];
  apikey: ApiKeyRow[];
  session: SessionRow[];
}

/**
 * Adds copies of the rows of some tables to others, each under an id of its own, with other values for some of theirs.
 * Gives what turns a row into its copy.
 */
export function copyRows(
  from: AuthTables,
  to: AuthTables,
  { names, instead }: { names: readonly string[]; instead: ReadonlyMap<unknown, unknown> },
): <Row extends object>(row: Row) => Row {
  const values = new Map(instead);
  const copy = <Row extends object>(row: Row): Row => {
    const own = Object.entries(row).map(([name, value]) => [
      name,
      values.has(value) ? values.get(value) : value,
    ]);
    return Object.assign({}, row, Object.fromEntries(own));
  };
  // Rows are objects with a text or a date in each column.
  const rowsOf = (name: string) => from[name] as { id: string }[];
  for (const { id } of names.flatMap(rowsOf)) if (!values.has(id)) values.set(id, createId());
  for (const name of names) to[name]?.push(...rowsOf(name).map(copy));
  return copy;
}
