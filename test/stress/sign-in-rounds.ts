import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Random, seededRandom } from "../robustness/seeded-random.ts";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { codesGiven } from "../support/scenario-sign-in.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

/** What the sandbox demands between two polls, in milliseconds. */
export const INTERVAL_MS = 1_000;

/** One person's machine for the time of one sign-in, with a Kaneo of its own. */
export interface Round {
  readonly kaneo: Sandbox;
  readonly random: Random;
  /** Starts so many servers that share one home; all are gone at the end of the round. */
  start(count: number): Promise<ServerProcess[]>;
  /** The one of `among` that polls, as soon as one does. */
  leader(among: ServerProcess[]): Promise<ServerProcess>;
  /** What went wrong, in words; none is expected. */
  complain(what: string): void;
}

/** Plays rounds, so many at a time, and gives the complaints of all of them. */
export async function playRounds(
  { rounds, lanes, seed }: { rounds: number; lanes: number; seed: number },
  play: (round: Round) => Promise<void>,
): Promise<string[]> {
  const random = seededRandom(seed);
  const complaints: string[] = [];
  const remaining = Array.from({ length: rounds }, (_, index) => index + 1).values();
  const lane = async () => {
    await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
    for (const number of remaining) {
      const complain = (what: string) => complaints.push(`round ${number}: ${what}`);
      await playOne({ kaneo, random, complain }, play).catch((error) => complain(String(error)));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return complaints;
}

async function playOne(
  parts: Pick<Round, "kaneo" | "random" | "complain">,
  play: (round: Round) => Promise<void>,
): Promise<void> {
  const { kaneo, complain } = parts;
  kaneo.clearRequests();
  await using folder = await makeTemporaryFolder();
  const servers: ServerProcess[] = [];
  await using _servers = {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
  await play({
    ...parts,
    leader: (among) => leaderIn(join(folder.path, "data", "auth"), among),
    start: async (count) => {
      const env = { KANEO_API_URL: kaneo.url };
      const starting = Array.from({ length: count }, () => spawnServer({ env, home: folder.path }));
      const started = await Promise.all(starting);
      servers.push(...started);
      await Promise.all(started.map((server) => server.initialize()));
      return started;
    },
  });
  const codes = codesGiven(kaneo);
  if (codes !== 1) complain(`${codes} codes`);
  const early = pollGaps(kaneo).filter((gapMs) => gapMs < INTERVAL_MS);
  if (early.length > 0) complain(`polls after only ${early.join(" and ")} ms`);
}

/** Calls `sign_in` on all at once, gives the code that they show, and throws when it is not one. */
export async function showCode(servers: ServerProcess[]): Promise<string> {
  const answers = await Promise.all(servers.map((server) => server.call("sign_in")));
  const codes = answers.map(({ text }) => /user_code=([A-Za-z0-9-]+)/.exec(text)?.[1]);
  const [code] = codes;
  if (code === undefined || new Set(codes).size !== 1) {
    throw new Error(`the codes shown are ${codes.join(", ")}:\n${answers[0]?.text}`);
  }
  return code;
}

/** Lets all wait for the approval; gives, when all have answered, how long after `since` each one did. */
export async function waitSignedIn(round: Round, servers: ServerProcess[]): Promise<number[]> {
  return Promise.all(
    servers.map(async (server) => {
      const { text } = await server.call("sign_in", { wait_seconds: 25 });
      if (!text.startsWith("Signed in.")) round.complain(`a server says: ${text}`);
      return performance.now();
    }),
  );
}

/** Complains unless all use one token, and it is the one on disk. */
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

/** Milliseconds between the polls that Kaneo got, whoever sent them. */
function pollGaps({ requests }: Sandbox): number[] {
  const polls = requests.filter(({ path }) => path === "/api/auth/device/token");
  return polls.slice(1).map(({ at }, index) => Math.round(at - (polls[index]?.at ?? 0)));
}

async function leaderIn(folder: string, among: ServerProcess[]): Promise<ServerProcess> {
  const untilMs = performance.now() + 60_000;
  while (performance.now() < untilMs) {
    const pid = await readLeader(folder);
    const leader = among.find((server) => server.pid === pid);
    if (leader) return leader;
    await delay(20);
  }
  throw new Error("nobody leads");
}

/** The pid in the lease with the highest number. */
async function readLeader(folder: string): Promise<number | undefined> {
  const generationOf = (name: string) => Number(/\.lease-(\d+)$/.exec(name)?.[1] ?? 0);
  const names = await readdir(folder).catch(() => []);
  const [top] = names.filter(generationOf).sort((a, b) => generationOf(b) - generationOf(a));
  if (top === undefined) return undefined;
  const text = await readFile(join(folder, top), "utf8").catch(() => "");
  // A lease that is being written has no pid yet.
  const { pid, released } = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  return typeof pid === "number" && released !== true ? pid : undefined;
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
