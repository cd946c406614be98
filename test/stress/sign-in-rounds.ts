import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Random, seededRandom } from "../robustness/seeded-random.ts";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

/** What the sandbox demands between two questions, in milliseconds. */
export const INTERVAL_MS = 1_000;
export const TOKEN_PATH = "/api/auth/device/token";
export const CODE_PATH = "/api/auth/device/code";

/** One person's machine for the time of one sign-in, with a Kaneo of its own. */
export interface Round {
  readonly kaneo: Sandbox;
  readonly random: Random;
  readonly home: string;
  /** Starts so many servers that share one home; all are gone at the end of the round. */
  start(count: number): Promise<ServerProcess[]>;
  /** The one of `among` that asks the next question, as soon as one does. */
  asker(among: ServerProcess[]): Promise<ServerProcess>;
  /** Calls a tool and notes which code its answer shows. */
  call(server: ServerProcess, tool: string, args?: Record<string, unknown>): Promise<string>;
  /** The codes that were shown, each once, in order. */
  readonly shown: readonly string[];
  /** How many codes this round may show; 1 unless it says otherwise. */
  allowCodes(count: number): void;
  /** What went wrong, in words; none is expected. */
  complain(what: string): void;
}

export interface RoundsOptions {
  rounds: number;
  lanes: number;
  seed: number;
  interval?: "1s" | "5s";
}

/** Plays rounds, so many at a time, and gives the complaints of all of them. */
export async function playRounds(
  { rounds, lanes, seed, interval = "1s" }: RoundsOptions,
  play: (round: Round) => Promise<void>,
): Promise<{ complaints: string[]; shortestGapMs: number }> {
  const random = seededRandom(seed);
  const complaints: string[] = [];
  let shortestGapMs = Number.POSITIVE_INFINITY;
  const remaining = Array.from({ length: rounds }, (_, index) => index + 1).values();
  const lane = async () => {
    for (const number of remaining) {
      await using kaneo = await startSandbox({ seed: "empty", deviceInterval: interval });
      const complain = (what: string) => complaints.push(`round ${number}: ${what}`);
      await playOne({ kaneo, random, complain }, play).catch((error) => complain(String(error)));
      const gaps = questionGaps(kaneo);
      shortestGapMs = Math.min(shortestGapMs, ...gaps);
      const early = gaps.filter((gapMs) => gapMs < Number.parseInt(interval, 10) * 1_000);
      if (early.length > 0) complain(`questions after only ${early.join(" and ")} ms`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { complaints, shortestGapMs };
}

async function playOne(
  parts: Pick<Round, "kaneo" | "random" | "complain">,
  play: (round: Round) => Promise<void>,
): Promise<void> {
  const { kaneo, complain } = parts;
  await using folder = await makeTemporaryFolder();
  const servers: ServerProcess[] = [];
  const shown: string[] = [];
  let allowed = 1;
  await using _servers = {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
  await play({
    ...parts,
    shown,
    home: folder.path,
    allowCodes: (count) => {
      allowed = count;
    },
    asker: (among) => askerIn(join(folder.path, "data", "auth"), among),
    call: async (server, tool, args) => {
      const { text } = await server.call(tool, args);
      const code = /user_code=([A-Za-z0-9-]+)/.exec(text)?.[1];
      if (code !== undefined && !shown.includes(code)) shown.push(code);
      return text;
    },
    start: async (count) => {
      const env = { KANEO_API_URL: kaneo.url };
      const starting = Array.from({ length: count }, () => spawnServer({ env, home: folder.path }));
      const started = await Promise.all(starting);
      servers.push(...started);
      await Promise.all(started.map((server) => server.initialize()));
      return started;
    },
  });
  if (shown.length > allowed) complain(`showed ${shown.join(", ")}`);
}

/** Calls `sign_in` on all at once, gives the code that they show, and throws when it is not one. */
export async function showCode(round: Round, servers: ServerProcess[]): Promise<string> {
  const answers = await Promise.all(servers.map((server) => round.call(server, "sign_in")));
  const codes = answers.map((text) => /user_code=([A-Za-z0-9-]+)/.exec(text)?.[1]);
  const [code] = codes;
  if (code === undefined || new Set(codes).size !== 1) {
    throw new Error(`the codes shown are ${codes.join(", ")}:\n${answers[0]}`);
  }
  return code;
}

/** Lets all wait for the approval, for two calls if need be; gives when each one had it. */
export function waitSignedIn(round: Round, servers: ServerProcess[]): Promise<number[]> {
  return Promise.all(
    servers.map(async (server) => {
      let text = "";
      for (let calls = 0; calls < 2 && !text.startsWith("Signed in."); calls += 1) {
        text = await round.call(server, "sign_in", { wait_seconds: 20 });
      }
      if (!text.startsWith("Signed in.")) round.complain(`a server says: ${text}`);
      return performance.now();
    }),
  );
}

/** Complains unless all use one token. */
export async function checkToken(round: Round, servers: ServerProcess[]): Promise<void> {
  const seen = round.kaneo.requests.length;
  const answers = await Promise.all(servers.map((server) => server.call("whoami")));
  for (const { text, isError } of answers) {
    if (isError) round.complain(`a server cannot use its token: ${text}`);
  }
  const used = round.kaneo.requests.slice(seen).map(({ headers }) => headers["authorization"]);
  const tokens = new Set(used);
  if (tokens.size !== 1) round.complain(`${tokens.size} tokens in use`);
}

/** How many sessions Kaneo keeps that this server's sign-ins got: their user agent is ours. */
export function livingTokens({ data }: Sandbox): number {
  const sessions = data.auth["session"] ?? [];
  return sessions.filter((session) => JSON.stringify(session).includes('"userAgent":"kaneo-mcp/'))
    .length;
}

/** Milliseconds between the questions that Kaneo got, whoever sent them. */
function questionGaps({ requests }: Sandbox): number[] {
  const times: Record<string, number> = {};
  const gaps: number[] = [];
  for (const { path, at, body } of requests) {
    if (path !== TOKEN_PATH) continue;
    const code = /"device_code":"([^"]+)"/.exec(String(body))?.[1] ?? "";
    const before = times[code];
    if (before !== undefined) gaps.push(Math.round(at - before));
    times[code] = at;
  }
  return gaps;
}

async function askerIn(folder: string, among: ServerProcess[]): Promise<ServerProcess> {
  const before = await highestClaim(folder);
  const untilMs = performance.now() + 60_000;
  while (performance.now() < untilMs) {
    const claim = await highestClaim(folder);
    const pid =
      claim === before ? undefined : Number(await readFile(claim, "utf8").catch(() => ""));
    const asker = among.find((server) => server.pid === pid);
    if (asker) return asker;
    await delay(5);
  }
  throw new Error("nobody asks");
}

/** The path of the claim that was made last; "" when there is none. */
async function highestClaim(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const claims = names.filter((name) => basename(name).startsWith("claim-"));
  const rank = (name: string) =>
    1e6 * Number(basename(dirname(name))) + Number(basename(name).slice("claim-".length));
  const [highest] = claims.sort((a, b) => rank(b) - rank(a));
  return highest === undefined ? "" : join(folder, highest);
}

/** The spread of some durations, such as `median 640, p95 1,180, longest 1,260 ms`. */
export function spreadOf(durations: number[]): string {
  const sorted = durations.map(Math.round).sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  const [median, p95, longest] = [at(0.5), at(0.95), sorted.at(-1)].map((ms) =>
    (ms ?? 0).toLocaleString("en"),
  );
  return `median ${median}, p95 ${p95}, longest ${longest} ms`;
}

/** Measures how long this process, and so probably its neighbours, did not get the processor. */
export function watchLoad(): { lostMs(): number } & Disposable {
  const everyMs = 20;
  let lostMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lostMs += Math.max(0, now - last - 2 * everyMs);
    last = now;
  }, everyMs);
  // A token passes through two processes, each of which may have lost as much.
  return { lostMs: () => 2 * lostMs, [Symbol.dispose]: () => clearInterval(timer) };
}
