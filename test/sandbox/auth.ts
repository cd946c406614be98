/** The real better-auth, configured the way Kaneo configures it, on tables in memory. */
import { createHash } from "node:crypto";
import { apiKey } from "@better-auth/api-key";
import type { AuthContext } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { APIError, router } from "better-auth/api";
import { getAuthTables } from "better-auth/db";
import { betterAuth } from "better-auth/minimal";
import { admin } from "better-auth/plugins/admin";
import { anonymous } from "better-auth/plugins/anonymous";
import { bearer } from "better-auth/plugins/bearer";
import { deviceAuthorization } from "better-auth/plugins/device-authorization";
import { organization } from "better-auth/plugins/organization";
import type { Caller, Permissions } from "./access.ts";
import type { AuthTables, SessionRow } from "./auth-tables.ts";
import { createId } from "./data.ts";
import { accessControl, defaultRoles, owner } from "./roles.ts";

/** Such as "1s" or "30m". */
export type DeviceTime = `${number}s` | `${number}m`;

export interface AuthOptions {
  /** The server's own address, without path. */
  readonly url: string;
  /** Where people approve sign-ins: the web app's address. */
  readonly clientUrl: string;
  /** The shortest time between two polls; Kaneo's is "5s". */
  readonly deviceInterval: DeviceTime;
  /** How long a device code lives; Kaneo's is "30m". */
  readonly deviceExpiresIn: DeviceTime;
  /** Rate limits of Kaneo Cloud. */
  readonly cloud: boolean;
}

export type Auth = ReturnType<typeof createAuth>;

export function createAuthTables(): AuthTables {
  const tables: AuthTables = {
    user: [],
    organization: [],
    member: [],
    organizationRole: [],
    invitation: [],
    apikey: [],
    session: [],
  };
  for (const name of OTHER_TABLES) tables[name] = [];
  return tables;
}

const OTHER_TABLES = ["account", "deviceCode", "team", "teamMember", "verification"];

export function createAuth(tables: AuthTables, options: AuthOptions) {
  const auth = betterAuth({
    baseURL: options.url,
    basePath: "/api/auth",
    secret: "the-embedded-kaneo-keeps-no-secrets",
    trustedOrigins: trustedOrigins(options),
    database: asInKaneo(memoryAdapter(tables), tables),
    telemetry: { enabled: false },
    logger: { disabled: true },
    user: { additionalFields: { locale: { type: "string", input: true, required: false } } },
    emailAndPassword: { enabled: true, autoSignIn: true, password: cheapPasswords },
    session: { cookieCache: { enabled: true, maxAge: 5 * 60 } },
    rateLimit: cloudLimits(options.cloud),
    // better-auth turns this check off by itself when NODE_ENV is "test".
    advanced: { disableOriginCheck: false, disableCSRFCheck: false },
    plugins: [
      ...plugins,
      deviceAuthorization({
        verificationUri: `${options.clientUrl}/device`,
        interval: options.deviceInterval,
        expiresIn: options.deviceExpiresIn,
        validateClient: (clientId) => clientId === "kaneo-mcp" || clientId === "kaneo-cli",
      }),
    ],
  });
  // Its own handler makes all routes anew for each request, which takes longer than to answer it.
  const routed = auth.$context.then((context) => {
    // Typed with these options, where the router wants to know of none.
    return router(context as unknown as AuthContext, auth.options);
  });
  const handler = async (request: Request) => (await routed).handler(request);
  return { ...auth, handler };
}

/** Those that are the same for every server; to make them takes as long as many a test. */
const plugins = [
  anonymous({ emailDomainName: "kaneo.app" }),
  organization({
    ac: accessControl,
    roles: { owner },
    dynamicAccessControl: { enabled: true, maximumRolesPerOrganization: 25 },
    teams: { enabled: true, maximumTeams: 10, allowRemovingAllTeams: false },
    schema: {
      organization: {
        additionalFields: { description: { type: "string", input: true, required: false } },
      },
    },
    requireEmailVerificationOnInvitation: false,
    organizationHooks: {
      beforeCreateOrganization: async ({ organization: { name } }) => {
        if (!/https?:\/\//i.test(name ?? "")) return;
        throw new APIError("BAD_REQUEST", { message: "Workspace name may not contain URLs." });
      },
    },
    sendInvitationEmail: async () => {},
  }),
  bearer(),
  apiKey({
    enableSessionForAPIKeys: true,
    apiKeyHeaders: "x-api-key",
    rateLimit: { enabled: true, maxRequests: 100, timeWindow: 60 * 1000 },
  }),
  admin({ defaultRole: "user", adminRoles: ["admin"] }),
] as const;

type AdapterFactory = ReturnType<typeof memoryAdapter>;
type Adapter = Omit<ReturnType<AdapterFactory>, "transaction">;

/** Empty columns are null in Postgres, but simply absent in better-auth's memory adapter; and a workspace begins with roles. */
function asInKaneo(connect: AdapterFactory, own: AuthTables): AdapterFactory {
  return (options) => {
    const tables = getAuthTables(options);
    const fill = <A extends Adapter>(adapter: A): A => ({
      ...adapter,
      create: async ({ data, ...rest }) => {
        const filled: typeof data = { ...data };
        for (const [name, { defaultValue }] of Object.entries(tables[rest.model]?.fields ?? {})) {
          if (defaultValue === undefined) Object.assign(filled, { [name]: filled[name] ?? null });
        }
        const row = await adapter.create({ ...rest, data: filled });
        if (rest.model === "organization") addDefaultRoles(own, String(row["id"]));
        return row;
      },
    });
    const adapter = connect(options);
    return {
      ...fill(adapter),
      transaction: (work) => adapter.transaction((inner) => work(fill(inner))),
    };
  };
}

/** viewer, member and admin are rows of each workspace, so that they can be edited; owner is fixed. */
function addDefaultRoles(tables: AuthTables, organizationId: string): void {
  for (const [role, permissions] of Object.entries(defaultRoles)) {
    const at = new Date();
    const row = { id: createId(), organizationId, role, createdAt: at, updatedAt: at };
    tables.organizationRole.push({ ...row, permission: JSON.stringify(permissions) });
  }
}

function trustedOrigins({ url, clientUrl }: AuthOptions): string[] {
  const { port } = new URL(url);
  return [url, new URL(clientUrl).origin, `http://localhost:${port}`, `http://127.0.0.1:${port}`];
}

/** Real hashes would make every start slower by a tenth of a second per person. */
const cheapPasswords = {
  hash: async (password: string) => digest(password),
  verify: async ({ hash, password }: { hash: string; password: string }) =>
    hash === digest(password),
};

function cloudLimits(enabled: boolean) {
  const counts = new Map<string, { key: string; count: number; lastRequest: number }>();
  return {
    enabled,
    window: 10,
    max: 100,
    customRules: {
      "/sign-up/email": { window: 60, max: 3 },
      "/organization/invite-member": { window: 60, max: 5 },
    },
    // better-auth's own memory is shared by all servers of a process.
    customStorage: {
      get: async (key: string) => counts.get(key) ?? null,
      set: async (key: string, value: { key: string; count: number; lastRequest: number }) => {
        counts.set(key, value);
      },
    },
  };
}

/** Tells who sends a request to Kaneo's own routes; undefined when the credential is not good for any. */
export type Identify = (headers: Headers) => Promise<Caller | undefined>;

/**
 * Makes an {@link Identify}. To tell whose session a token is takes better-auth ten times as long as the rest of a request:
 * unless `isThorough`, what it said is said again as long as the session and its user are what they were.
 */
export function createIdentify(
  auth: () => Auth,
  tables: AuthTables,
  isThorough: boolean,
): Identify {
  const said = new Map<string, { of: string; caller: Caller }>();

  const ask = async (headers: Headers): Promise<Caller | undefined> => {
    const session = await auth()
      .api.getSession({ headers })
      .catch(() => null);
    return session
      ? { userId: session.user.id, email: session.user.email, scope: undefined }
      : undefined;
  };
  const askOnce = async (headers: Headers, token: string): Promise<Caller | undefined> => {
    const session = sessionOf(tables, token);
    if (isThorough || !session) return ask(headers);
    const of = JSON.stringify([session, tables.user.find(({ id }) => id === session.userId)]);
    const known = said.get(token);
    if (known?.of === of) return known.caller;
    const caller = await ask(headers);
    if (caller) said.set(token, { of, caller });
    return caller;
  };

  return async (headers) => {
    const authorization = headers.get("authorization") ?? "";
    const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined && /^Bearer\b/i.test(authorization)) return undefined;
    const key = token ?? headers.get("x-api-key")?.trim();
    const owner = key ? ownerOfKey(tables, key) : undefined;
    if (owner) return owner;
    if (token === undefined) return key ? undefined : ask(headers);
    const credential = new Headers(headers);
    credential.delete("cookie");
    return askOnce(credential, token);
  };
}

/** The session that has this token; undefined when it is over. */
export function sessionOf(tables: AuthTables, token: string): SessionRow | undefined {
  const session = tables.session.find((row) => row.token === token);
  return session && session.expiresAt.getTime() > Date.now() ? session : undefined;
}

/** Kaneo verify-api-key.ts: looked up by hash, without counting and so without a rate limit. */
export function ownerOfKey(tables: AuthTables, key: string): Caller | undefined {
  const hash = digest(key);
  const row = tables.apikey.find((candidate) => candidate.key === hash && candidate.enabled);
  if (!row || (row.expiresAt !== null && row.expiresAt.getTime() <= Date.now())) return undefined;
  // The column holds JSON in this form, written by better-auth.
  const scope = row.permissions ? (JSON.parse(row.permissions) as Permissions) : undefined;
  return { userId: row.referenceId, email: undefined, scope };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
