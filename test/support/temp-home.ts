import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createSignIn, type SignIn } from "../../src/auth/sign-in.ts";
import type { SignInOptions } from "../../src/auth/sign-in-options.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { isFailure, KaneoMcpError } from "../../src/errors.ts";
import { createHttp } from "../../src/http/http-client.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/start-sandbox.ts";
import { FakeClock } from "./fake-clock.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** A person's home, in which several servers of theirs run. */
export interface Home extends AsyncDisposable {
  readonly path: string;
  /** Where the sign-in's files are. */
  readonly authFolder: string;
  /** What the servers logged. */
  readonly warnings: string[];
  /** What the servers want to be kept out of logs. */
  readonly secrets: string[];
  /** A server as in a process of its own, with its own pid and connections. */
  startServer(overrides?: Partial<SignInOptions>): SignIn;
  /** The files of all sign-ins whose names begin with `start`, such as `1/token.json`. */
  names(start?: string): Promise<string[]>;
  /** The content of such a file; "" when there is none. */
  read(name: string): Promise<string>;
  /** Writes such a file, as if a server had. */
  write(name: string, content: string | Buffer): Promise<string>;
  /** Puts a file's time back. */
  age(name: string, ms: number): Promise<void>;
}

/** Makes a home whose servers use the Kaneo at `baseUrl`. */
export async function makeHome(options: { baseUrl: string; clock?: Clock }): Promise<Home> {
  const folder = await makeTemporaryFolder();
  const { clock = systemClock, baseUrl } = options;
  const authFolder = join(folder.path, "auth");
  const signIns = join(authFolder, `${fileKey(baseUrl)}.v1`);
  const closing: (() => Promise<void>)[] = [];
  const [warnings, secrets] = [[] as string[], [] as string[]];
  let lastPid = 100;

  return {
    path: folder.path,
    authFolder,
    warnings,
    secrets,
    startServer: (overrides = {}) => {
      const http = createHttp({ baseUrl, clock: systemClock, userAgent: "test" });
      lastPid += 1;
      const signIn = createSignIn({
        http,
        clock,
        baseUrl,
        clientId: "kaneo-mcp",
        dataDir: folder.path,
        pid: lastPid,
        uid: process.getuid?.(),
        allowInsecureHttp: false,
        timeZone: undefined,
        warn: (message) => warnings.push(message),
        addSecret: (secret) => secrets.push(secret),
        onTokenReplaced: () => {},
        ...overrides,
      });
      closing.push(signIn.close, http.close);
      return signIn;
    },
    names: async (start = "") => {
      const all = await readdir(signIns, { recursive: true }).catch(() => []);
      return all.filter((name) => name.startsWith(start)).sort();
    },
    read: (name) => readFile(join(signIns, name), "utf8").catch(() => ""),
    write: async (name, content) => {
      const path = join(signIns, name);
      await mkdir(dirname(path), { mode: 0o700, recursive: true });
      await writeFile(path, content, { mode: 0o600 });
      return path;
    },
    age: async (name, ms) => {
      const then = new Date(Date.now() - ms);
      await utimes(join(signIns, name), then, then);
    },
    async [Symbol.asyncDispose]() {
      // All at once: a server waits for the answer that only the end of its connections brings.
      await Promise.all(closing.map((close) => close()));
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** `<host>-<first 16 hex of sha256(base + "\n" + client id)>` */
export function fileKey(baseUrl: string): string {
  const hash = createHash("sha256").update(`${baseUrl}\nkaneo-mcp`).digest("hex");
  return `${new URL(baseUrl).host.replace(":", "_")}-${hash.slice(0, 16)}`;
}

/** The failure that `work` ends with. */
export async function failureFrom(work: Promise<unknown>): Promise<KaneoMcpError> {
  const [result] = await Promise.allSettled([work]);
  if (result.status === "rejected" && result.reason instanceof KaneoMcpError) return result.reason;
  throw new Error(`not a failure: ${JSON.stringify(result)}`);
}

/** The user code in a text; one without a code fails the test with what it says instead. */
export function codeIn(text: string): string {
  const [, code] = /user_code=([A-Za-z0-9-]+)/.exec(text) ?? [];
  if (code === undefined) throw new Error(`No code in: ${text}`);
  return code;
}

/** Lets time pass on `clock` in steps, with real time for sockets and files in between, until `fact` holds. */
export async function passUntil(
  clock: FakeClock,
  fact: () => boolean | Promise<boolean>,
  stepMs = 250,
): Promise<void> {
  for (let step = 0; step < 1_000; step += 1) {
    if (await fact()) return;
    await clock.advance(stepMs);
    await delay(3);
    await letFilesCatchUp();
  }
  throw new Error("It did not come about.");
}

/** On a busy machine files take longer than the clock of the test: goes through the same queue as often as a write does. */
async function letFilesCatchUp(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await stat(tmpdir());
}

/** Lets time pass on `clock` until `work` is done, and gives what it gave. Short steps suit what has a deadline of its own. */
export async function settle<T>(clock: FakeClock, work: Promise<T>, stepMs = 250): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  await passUntil(clock, () => isOver, stepMs);
  return work;
}

export const CODE_PATH = "/api/auth/device/code";
export const TOKEN_PATH = "/api/auth/device/token";

/** An embedded Kaneo, a home, and a clock that only the test moves. */
export interface World extends AsyncDisposable {
  readonly kaneo: Sandbox;
  readonly clock: FakeClock;
  readonly home: Home;
  /** The requests that Kaneo got for this path so far. */
  requestsTo(path: string): Sandbox["requests"];
}

export async function startWorld(options: SandboxOptions = {}): Promise<World> {
  const kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s", ...options });
  const clock = new FakeClock({ byHand: true, startMs: Date.now() });
  const home = await makeHome({ baseUrl: kaneo.url, clock });
  return {
    kaneo,
    clock,
    home,
    requestsTo: (path) => kaneo.requests.filter((request) => request.path === path),
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await kaneo.close();
    },
  };
}

/** Signs in on `server` and gives the token. */
export async function signInOn(world: World, server: SignIn): Promise<string> {
  const { message } = await settle(world.clock, failureFrom(server.token()), 20);
  await world.kaneo.approve(codeIn(message));
  return approvedToken(world, server);
}

/** The token of an approved sign-in. Kaneo counts the time between two questions by a clock of its own, and may say slow_down. */
export async function approvedToken({ clock }: World, server: SignIn): Promise<string> {
  for (let calls = 1; ; calls += 1) {
    try {
      return await settle(clock, server.token());
    } catch (error) {
      if (calls === 20 || !isFailure(error, "sign_in_required")) throw error;
    }
  }
}
