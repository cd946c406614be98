import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withBearer } from "../../src/auth/credentials.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { KaneoMcpError } from "../../src/errors.ts";
import { openFilesFolder } from "../../src/files/folder.ts";
import type { Http, HttpRequest } from "../../src/http/http.ts";
import { createHttp } from "../../src/http/http-client.ts";
import { createRedactor } from "../../src/http/redactor.ts";
import { createUploader } from "../../src/http/upload.ts";
import { connectKaneo } from "../../src/kaneo/api/client.ts";
import type { Kaneo } from "../../src/kaneo/api/kaneo.ts";
import { secretsOf } from "../../src/secrets.ts";
import type { Session } from "../../src/session.ts";
import { renderFailure } from "../../src/text/failure.ts";
import type { Answer, Tool } from "../../src/tools/tool.ts";
import type { SandboxData } from "../sandbox/data.ts";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { addWhatExamplesNeed, EXAMPLE_SECRETS } from "../support/example-ids.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

/** How a call ended. */
export interface Outcome {
  /** As a client would read it. */
  readonly text: string;
  readonly isFailure: boolean;
  /** What was thrown when that was no failure of ours: a bug. */
  readonly crash: unknown;
}

export interface Connection extends AsyncDisposable {
  call(tool: Tool, args: unknown): Promise<Outcome>;
  /** From now on every request has so many milliseconds. */
  hurry(timeoutMs: number): void;
}

export interface ConnectionOptions {
  /** Default: the sandbox's own address. */
  baseUrl?: string;
  /** Stands between Kaneo's answers and everything that reads them. */
  wrap?: (http: Http) => Http;
  /** Stands between the tools and their view of Kaneo. */
  watch?: (kaneo: Kaneo) => Kaneo;
  /** Default: one by which waits are short, and a slow machine's time for a call is, too. */
  clock?: Clock;
}

/** An embedded Kaneo that can be put back to its start, so that thousands of calls each find the same. */
export interface Workbench extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The credential that connections use. */
  readonly token: string;
  /** A fresh start of the client side: nothing kept, no connection open. */
  connect(options?: ConnectionOptions): Connection;
  /** Puts Kaneo's data back to the start. */
  restore(): void;
  /** How many rows each table has. */
  sizes(): Record<string, number>;
  /** Every row, to tell whether anything changed. */
  picture(): string;
}

/** By which a tool that waits for something does so a twentieth of the time. */
const fastClock: Clock = {
  ...systemClock,
  elapsed: () => systemClock.elapsed() * 20,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};

/** Waits between retries take a fiftieth of their time. */
const hurriedClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms / 50, signal),
};

/** Starts a demo Kaneo, with a workflow rule and a column without tasks added to WEB, and signs alice in. */
export async function startWorkbench(): Promise<Workbench> {
  const sandbox = await startSandbox({ seed: "demo" });
  const folder = await makeTemporaryFolder();
  addWhatExamplesNeed(sandbox.data);
  const token = await sandbox.signIn(sandbox.people.alice);
  const tables = tablesOf(sandbox.data);
  const start = structuredClone(tables);
  const { auth } = sandbox.data;
  const startOfAuth = structuredClone(auth);
  const connections: AsyncDisposable[] = [];
  return {
    sandbox,
    token,
    connect: (options = {}) => {
      const connection = connect(
        { baseUrl: sandbox.url, filesDir: folder.path, ...options },
        token,
      );
      connections.push(connection);
      return connection;
    },
    restore: () => {
      for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name));
      const copy = structuredClone(start);
      Object.assign(auth, structuredClone(startOfAuth));
      for (const [name, table] of Object.entries(tables)) {
        table.clear();
        for (const [id, row] of copy[name] ?? []) table.set(id, row);
      }
    },
    sizes: () => ({
      ...Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.size])),
      ...Object.fromEntries(OF_AUTH.map((name) => [name, auth[name].length])),
    }),
    picture: () =>
      JSON.stringify([
        ...Object.values(tables).map((table) => [...table.values()]),
        ...OF_AUTH.map((name) => auth[name]),
      ]),
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) await connection[Symbol.asyncDispose]();
      await sandbox.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What tools change of better-auth's tables; sessions change by being used. */
const OF_AUTH = ["organization", "member", "invitation", "organizationRole"] as const;

function tablesOf(data: SandboxData): Record<string, Map<string, unknown>> {
  const maps = Object.entries(data).filter(([, table]) => table instanceof Map);
  return Object.fromEntries(maps);
}

function connect(
  {
    baseUrl,
    filesDir,
    wrap = (http) => http,
    watch = (kaneo) => kaneo,
    clock = fastClock,
  }: ConnectionOptions & { baseUrl: string; filesDir: string },
  token: string,
): Connection {
  const open = (timeoutMs: number) => {
    const http = createHttp({ baseUrl, userAgent: "test", clock: hurriedClock });
    return { http, send: (request: HttpRequest) => http({ timeoutMs, ...request }) };
  };
  const all = [open(15_000)];
  const latest: Http = async (request) => {
    const last = all.at(-1);
    if (!last) throw new Error("There always is one.");
    return last.send(request);
  };
  const http = withBearer(wrap(latest), holding(token));
  const upload = createUploader({
    instance: baseUrl,
    allowInsecureHttp: false,
    userAgent: "test",
    clock: hurriedClock,
  });
  const openSocket = () => Promise.reject(new Error("There is no socket."));
  const way = { http, upload, clock, openSocket, findWebPage: async () => undefined };
  const kaneo = watch(connectKaneo({ ...way, instance: baseUrl, defaults: {} }).forCall());
  const session = signedIn(baseUrl);
  const files = openFilesFolder({ path: filesDir, isReadOnly: false, uid: process.getuid?.() });
  const place = { timeZone: "Europe/Berlin", now: Date.now, configWarnings: [], isReadOnly: false };
  const readSecret = secretsOf(EXAMPLE_SECRETS, createRedactor());
  const context = { kaneo, session, files, readSecret, signal: undefined, ...place };
  return {
    call: (tool, args) => outcomeOf(tool.call(args, context)),
    hurry: (timeoutMs) => void all.push(open(timeoutMs)),
    [Symbol.asyncDispose]: async () => {
      for (const { http: one } of all) await one.close();
    },
  };
}

async function outcomeOf(call: Promise<Answer>): Promise<Outcome> {
  try {
    return { text: (await call).text, isFailure: false, crash: undefined };
  } catch (error) {
    const crash = error instanceof KaneoMcpError ? undefined : error;
    return { text: renderFailure(error), isFailure: true, crash };
  }
}

/** A sign-in whose token is good for ever, and whose refusals are the answer. */
function holding(token: string): Parameters<typeof withBearer>[1] {
  return {
    token: async () => token,
    tokenAtHand: async () => token,
    accepted: () => {},
    refused: async () => undefined,
  };
}

function signedIn(instance: string): Session {
  const state = async () => ({ kind: "signed_in", expiresAt: undefined, kept: "here" }) as const;
  return { instance, state, signIn: state, signOut: async () => ({ outcome: "nothing" }) };
}
