import { KaneoMcpError } from "../errors.ts";
import { signInQuestion } from "../session.ts";
import { requestCode } from "./device-flow.ts";
import type { Look } from "./look.ts";
import { dueInMs, type Questions } from "./questions.ts";
import { type Code, codeSchema, type Ended, endedSchema } from "./records.ts";
import type { KeptToken, SignInFolder } from "./sign-in-folder.ts";
import type { SignInOptions } from "./sign-in-options.ts";
import { checkVerificationLink, type LinkRules } from "./verification-link.ts";
import { within } from "./waiting.ts";

/** The longest time between two looks, for what the watch misses. */
const LOOK_MS = 1_000;
/** The request for a code; others give its maker two seconds more. */
const CODE_MS = 8_000;
const ABANDONED_MS = 10_000;
const DENIAL_MS = 60_000;
/** The wait after a turn that went to another process. */
const RETRY_MS = 250;

const FAILED: Ended = { status: "failed" };

/** How a sign-in went; "ended" without more means that somebody signed out. */
export type SignInResult =
  | { kind: "token"; found: KeptToken }
  | { kind: "ended"; ended: Ended | undefined; leftMs: number }
  | { kind: "failed"; error: unknown };

export interface AttemptParts extends SignInOptions {
  folder: SignInFolder;
  questions: Questions;
}

export type Attempt = ReturnType<typeof beginAttempt>;

interface Run extends AttemptParts {
  signal: AbortSignal;
  /** A call asked for a link, and nothing was begun for it yet. */
  mayBegin: boolean;
  isFirstLook: boolean;
  followed: Awaited<ReturnType<typeof follow>> | undefined;
  announce(): void;
}

/** Goes on with the sign-in in force, or begins one, in the background, together with every other process of the person. */
export function beginAttempt(parts: AttemptParts) {
  const end = new AbortController();
  let announce: () => void = () => undefined;
  const announced = new Promise<undefined>((resolve) => {
    announce = () => resolve(undefined);
  });
  const run: Run = {
    ...parts,
    signal: end.signal,
    mayBegin: true,
    isFirstLook: true,
    followed: undefined,
    announce,
  };
  const result = pursue(run);
  return {
    /** What the person has to approve; undefined until there is a code. */
    question: (): KaneoMcpError | undefined => {
      const { followed, clock } = run;
      return followed && questionOf(run, followed.code, clock.elapsed() - followed.sinceMs);
    },
    isShown: () => run.followed?.isShown ?? false,
    /** Notes that a call does. From now on nothing new is begun unless another call asks. */
    show: () => {
      if (run.followed) run.followed.isShown = true;
      run.mayBegin = false;
    },
    /** Resolves when a call can answer: there is a new link, or one that Kaneo has just been asked about, or the result. */
    ready: Promise.race([announced, result]),
    result,
    /** Ends it here; another process, or a later call, goes on with the same code. */
    close: () => end.abort(),
  };
}

/** The code of a sign-in; undefined when there is none, or its link is one that this process must not show. */
export async function readCode(
  parts: LinkRules & { folder: SignInFolder },
  n: number,
): Promise<Code | undefined> {
  const code = await parts.folder.read(n, "code.json", codeSchema);
  try {
    if (code) checkVerificationLink(code, parts);
    return code;
  } catch {
    // Of a server with other settings. A new one is got in its place.
    return undefined;
  }
}

/** What the person is asked about a code of this age. */
export function questionOf(parts: AttemptParts, code: Code, ageMs: number): KaneoMcpError {
  const { clock, folder, timeZone } = parts;
  const { link, warning } = checkVerificationLink(code, parts);
  const note =
    folder.trouble &&
    `This sign-in will be kept in memory only, until this server stops: ${folder.trouble}.`;
  const warnings = [warning, note].filter((text) => text !== undefined);
  const page = { link, userCode: code.userCode, warning: warnings.join(" ") || undefined };
  const leftMs = Math.max(0, code.expiresInSeconds * 1000 - ageMs);
  return signInQuestion(page, { now: clock.now(), leftMs, timeZone });
}

async function pursue(run: Run): Promise<SignInResult> {
  const { folder, questions, signal } = run;
  try {
    while (!signal.aborted) {
      const result = await step(run, await folder.look());
      if (result) return result;
      folder.ages.endFirstLook();
      run.isFirstLook = false;
    }
    // The answer to a question may be the token, which Kaneo gives once.
    await questions.finish();
    throw new KaneoMcpError("cancelled", "This server is ending; nothing was done.");
  } catch (error) {
    return { kind: "failed", error };
  } finally {
    await folder.release();
  }
}

async function step(run: Run, look: Look): Promise<SignInResult | undefined> {
  const { folder, signal } = run;
  const found = await folder.token(look);
  if (found) return { kind: "token", found };
  if (look.isOver) return (await whyOver(run, look)) ?? begin(run, look);
  const code = await readCode(run, look.n);
  if (code) return void (await goOn(run, look, code));
  const file = look.names.has("code.json") ? "code.json" : "";
  const leftMs = ABANDONED_MS - (await folder.ages.of(look.n, file));
  if (leftMs <= 0)
    return run.mayBegin ? begin(run, look) : { kind: "ended", ended: FAILED, leftMs };
  await folder.watch.next(look.n, Math.min(leftMs, LOOK_MS), signal);
  return undefined;
}

/** The result of a sign-in that is over; undefined when the next one may begin. */
async function whyOver(run: Run, { n, signedOut }: Look): Promise<SignInResult | undefined> {
  const { folder } = run;
  const ended = (await folder.read(n, "ended.json", endedSchema)) ?? FAILED;
  const leftMs =
    ended.status === "denied" ? DENIAL_MS - (await folder.ages.of(n, "ended.json")) : 0;
  if (leftMs > 0) return { kind: "ended", ended, leftMs };
  const isSignedOut = n > 0 && n <= signedOut;
  const isItsEnd = isSignedOut && run.followed?.n === n;
  if (run.mayBegin && !isItsEnd) return undefined;
  return { kind: "ended", ended: isSignedOut ? undefined : ended, leftMs: 0 };
}

/** Begins the next sign-in, unless another process does. */
async function begin(run: Run, look: Look): Promise<SignInResult | undefined> {
  const { folder, clock, signal } = run;
  const n = await folder.make(look);
  if (n === undefined) {
    await clock.sleep(20, signal).catch(() => undefined);
    return undefined;
  }
  run.mayBegin = false;
  await folder.tidy(look, n);
  try {
    // Whoever began the one before may have been slow, and its code shown by now.
    const late = look.isOver ? undefined : await readCode(run, look.n);
    const code = late ?? (await newCode(run));
    const now = await folder.look();
    // Suspended meanwhile, or signed out: nobody has seen this code, and nobody shall.
    if (now.n === n && !now.isOver) await folder.publish(n, "code.json", code);
    return undefined;
  } catch (error) {
    if (!signal.aborted) await folder.publish(n, "ended.json", FAILED);
    throw error;
  }
}

async function newCode(run: Run): Promise<Code> {
  const { clock, signal, baseUrl, addSecret } = run;
  const over = new AbortController();
  const request = requestCode(run, AbortSignal.any([over.signal, signal]));
  const code = await within(request, { clock, ms: CODE_MS, signal });
  over.abort();
  if (!code) {
    const message = `Kaneo at ${new URL(baseUrl).host} gave no sign-in link within ${CODE_MS / 1000} seconds; nothing was done.`;
    throw new KaneoMcpError("unavailable", message, { hint: "Repeat this call in a minute." });
  }
  addSecret(code.deviceCode);
  checkVerificationLink(code, run);
  return code;
}

/** Shows the code that is alive, and asks about it when that is due. */
async function goOn(run: Run, look: Look, code: Code): Promise<void> {
  const { folder, signal } = run;
  const { n, answers } = look;
  if (run.followed?.n !== n) run.followed = await follow(run, look, code);
  if ((await folder.ages.of(n, "code.json")) > code.expiresInSeconds * 1000) {
    await folder.publish(n, "ended.json", { status: "expired" });
    return;
  }
  const { foundAfter } = run.followed;
  if (foundAfter === undefined || (answers[0] ?? 0) > foundAfter) run.announce();
  const dueMs = await dueInMs(folder, look, code);
  if (dueMs <= 0) return ask(run, look, code);
  // Not all at the same moment.
  await folder.watch.next(n, Math.min(dueMs + Math.random() * 20, LOOK_MS), signal);
}

async function follow(run: Run, { n, lastClaim }: Look, code: Code) {
  const { folder, clock } = run;
  run.addSecret(code.deviceCode);
  await folder.reserve(n);
  // When it was given out, by the monotonic clock.
  const sinceMs = clock.elapsed() - (await folder.ages.of(n, "code.json"));
  // The last question before it was found; a code that came while a call waited for it has none.
  const foundAfter = run.isFirstLook ? lastClaim : undefined;
  return { n, code, sinceMs, foundAfter, isShown: false };
}

async function ask(run: Run, { n, lastClaim, answers }: Look, code: Code): Promise<void> {
  const { folder, questions, clock, signal } = run;
  const k = lastClaim + 1;
  const isOpen = lastClaim > 0 && !answers.includes(lastClaim);
  const mayAsk = !(isOpen && (await questions.catchUp())) && !signal.aborted;
  const claimedAt = clock.elapsed();
  if (!mayAsk || !(await folder.claim(n, k))) return folder.watch.next(n, RETRY_MS, signal);
  const now = await folder.look();
  const isMine = now.n === n && now.lastClaim === k && !now.isOver && !signal.aborted;
  if (isMine) questions.begin({ n, k, code, claimedAt });
}
