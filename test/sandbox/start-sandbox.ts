/** The embedded Kaneo: a real server on a real socket, for tests, the demo and for trying things out. */
import {
  type Auth,
  type AuthOptions,
  createAuth,
  createAuthTables,
  createIdentify,
  type DeviceTime,
} from "./auth.ts";
import { createData, type SandboxData } from "./data.ts";
import type { Answer, Fault, FaultMatch } from "./faults.ts";
import { type RecordedRequest, startHttpServer } from "./http-server.ts";
import { createKaneo, type Kaneo } from "./kaneo.ts";
import { admitListeners } from "./listeners.ts";
import { createPeople, type People, type Person } from "./people.ts";
import { type Seed, sow } from "./seed.ts";
import { createSockets, type SandboxSockets } from "./sockets.ts";
import { startStorage } from "./storage.ts";

export interface SandboxOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** The name in `url`; the server listens on loopback only. */
  readonly host?: string;
  /** Shortest time between two polls, default "5s". Below "1s" it is announced as 0. */
  readonly deviceInterval?: DeviceTime;
  /** Life of a device code, default "30m". */
  readonly deviceExpiresIn?: DeviceTime;
  readonly seed?: Seed;
  /** Where the approval page is said to be, default the sandbox itself. */
  readonly clientUrl?: string;
  /** Rate limits of Kaneo Cloud. */
  readonly cloud?: boolean;
  /** Whether it has a place for pictures, default true. */
  readonly hasStorage?: boolean;
  /** How long an idle connection is kept, default 5,000 as in Kaneo. */
  readonly keepAliveMs?: number;
  /** Whether better-auth is asked at each request whose session a token is, as in Kaneo; for what measures time. */
  readonly isThorough?: boolean;
}

export interface Sandbox extends AsyncDisposable {
  /** Such as `http://127.0.0.1:54321`, without `/api`. */
  readonly url: string;
  readonly people: People;
  readonly data: SandboxData;
  /** Those who listen to changes. */
  readonly sockets: SandboxSockets;
  /** Every request received so far, in order; not those that became a socket. */
  readonly requests: readonly RecordedRequest[];
  clearRequests(): void;
  /** Makes matching requests fail in the way of `fault`; see {@link Fault}. */
  fail(match: FaultMatch, fault: Fault): void;
  clearFaults(): void;
  /** Signs in by password and returns a session token. */
  signIn(person: Person): Promise<string>;
  /** Approves a device code as the web page does: claims it, then approves. Default: alice. */
  approve(userCode: string, person?: Person): Promise<void>;
  deny(userCode: string, person?: Person): Promise<void>;
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const tables = createAuthTables();
  const data = createData(tables);
  let answer = async (_request: RecordedRequest): Promise<Answer> => STARTING;
  let kaneo: Kaneo | undefined;
  const live = createSockets(async (incoming) => (kaneo ? admitListeners(kaneo, incoming) : 503));
  const { host = "127.0.0.1", port = 0, keepAliveMs = 5_000 } = options;
  const server = await startHttpServer({
    host: "127.0.0.1",
    port,
    keepAliveMs,
    answer: (request) => answer(request),
    upgrade: live.upgrade,
  });
  const url = `http://${host}:${server.port}`;
  const authOptions = toAuthOptions(url, options);
  const storage = options.hasStorage === false ? undefined : await startStorage();
  Object.assign(data, { origin: url, storage });
  let made: Auth | undefined;
  // It takes longer to make than all of the rest, and many tests never need it.
  const auth = () => {
    made ??= createAuth(tables, authOptions);
    return made;
  };
  const people = await createPeople(tables);
  await sow({ data, people }, options.seed ?? "demo");
  const identify = createIdentify(auth, tables, options.isThorough ?? false);
  kaneo = { auth, identify, data, options: authOptions, live };
  answer = createKaneo(kaneo);
  const close = async () => {
    live.close();
    await server.close();
    await storage?.[Symbol.asyncDispose]();
  };
  return {
    url,
    people,
    data,
    sockets: live.sockets,
    requests: server.requests,
    clearRequests: () => {
      server.requests.length = 0;
    },
    fail: server.faults.add,
    clearFaults: server.faults.clear,
    ...signInByWeb(auth, url, people),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const STARTING: Answer = {
  status: 503,
  headers: { "content-type": "text/plain" },
  body: "Starting",
};

function toAuthOptions(url: string, options: SandboxOptions): AuthOptions {
  return {
    url,
    clientUrl: options.clientUrl ?? url,
    deviceInterval: options.deviceInterval ?? "5s",
    deviceExpiresIn: options.deviceExpiresIn ?? "30m",
    cloud: options.cloud ?? false,
  };
}

/** What a person does in the browser, without requests that tests would have to leave out. */
function signInByWeb(auth: () => Auth, url: string, people: People) {
  const signIn = async ({ email, password }: Person) => {
    const { token } = await auth().api.signInEmail({ body: { email, password } });
    return token;
  };
  const visit = async (path: string, token: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const post = body && { method: "POST", body: JSON.stringify(body) };
    const request = new Request(`${url}/api/auth${path}`, { headers, ...post });
    const response = await auth().handler(request);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  const decide = async (decision: "approve" | "deny", userCode: string, person: Person) => {
    const token = await signIn(person);
    await visit(`/device?user_code=${encodeURIComponent(userCode)}`, token);
    await visit(`/device/${decision}`, token, { userCode });
  };
  return {
    signIn,
    approve: (userCode: string, person = people.alice) => decide("approve", userCode, person),
    deny: (userCode: string, person = people.alice) => decide("deny", userCode, person),
  };
}
