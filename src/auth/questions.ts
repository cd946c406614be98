import { setImmediate as nextTurn } from "node:timers/promises";
import { diskReasonOf } from "../disk.ts";
import { type PollAnswer, pauseMs, pollOnce } from "./device-flow.ts";
import type { Look } from "./look.ts";
import { type Answer, answerSchema, type Code, type Ended } from "./records.ts";
import type { SignInFolder } from "./sign-in-folder.ts";
import type { SignInOptions } from "./sign-in-options.ts";
import { within } from "./waiting.ts";

/** How long one question may wait for its answer; it may be the token, which is given out once. */
const PATIENCE_MS = 20_000;
/** Whoever has not asked so soon after the claim was suspended: by then it is somebody else's turn. */
const CLAIM_MS = 2_000;
/** How long the end of this process waits for an answer. */
const LAST_ANSWER_MS = 2_000;
/** How long a token may take from the process that got it to the disk. */
const HANDOVER_MS = 2_000;
/** RFC 8628 §3.5. */
const SLOW_DOWN_SECONDS = 5;
/** As many answers as can still come late. */
const LATE_ANSWERS = 8;

export interface QuestionsOptions extends SignInOptions {
  folder: SignInFolder;
  /** Told every token, before anything else. */
  onToken(token: string): void;
  /** Ends a token in Kaneo and in its folder that came after a sign_out. */
  revoke(n: number, token: string): Promise<unknown>;
}

/** The `k`th question of sign-in `n`, which this process has claimed. */
export interface Question {
  n: number;
  k: number;
  code: Code;
  /** By the monotonic clock. */
  claimedAt: number;
}

export type Questions = ReturnType<typeof createQuestions>;

/** The questions of this process to `/device/token`. They outlive the turn, and the sign-in, in which they were asked. */
export function createQuestions(options: QuestionsOptions) {
  const { clock } = options;
  const underWay = new Set<Promise<void>>();
  const giveUp = new AbortController();
  let unanswered = 0;

  const ask = async ({ n, k, code, claimedAt }: Question) => {
    const missed = new AbortController();
    const signal = AbortSignal.any([missed.signal, giveUp.signal]);
    // A connection takes its time, too, and the process may be suspended in it.
    const beforeSend = () => {
      if (clock.elapsed() - claimedAt > CLAIM_MS) missed.abort();
    };
    const limits = { signal, beforeSend, timeoutMs: PATIENCE_MS };
    unanswered += 1;
    const answer = await pollOnce(options, code.deviceCode, limits);
    unanswered -= 1;
    if (missed.signal.aborted) return;
    // What has no answer when this process ends is for the next one to find out.
    if (giveUp.signal.aborted && answer.kind === "unclear") return;
    if (answer.kind === "token") await keep(options, { n, code, token: answer.token });
    else await writeDown(options, { n, k, code, answer });
  };
  return {
    /** Asks a question, unless it is too late for it, and sees to what comes of it. */
    begin: (question: Question): void => {
      const asked = ask(question).finally(() => underWay.delete(asked));
      underWay.add(asked);
      // The folder takes every failure of the disk; what is left would be a bug.
      asked.catch((error: unknown) =>
        options.warn(`A question about the sign-in failed: ${diskReasonOf(error)}.`),
      );
    },
    /** Reads what came while this process was suspended; true when an answer is about to be written down. */
    catchUp: async (): Promise<boolean> => {
      for (let turn = 0; turn < 4 && unanswered > 0; turn += 1) await nextTurn();
      return underWay.size > unanswered;
    },
    /** Waits up to two seconds for what is under way, so that it is written down: it may be the token. */
    finish: async (): Promise<void> => {
      await within(Promise.allSettled(underWay), { clock, ms: LAST_ANSWER_MS });
    },
    close: () => giveUp.abort(),
  };
}

/** Milliseconds until the next question about sign-in `n` is due, whoever asks it. */
export async function dueInMs(folder: SignInFolder, look: Look, code: Code): Promise<number> {
  const { n, lastClaim, answers } = look;
  const pace = await paceOf(folder, look, code);
  const regular = pauseMs(pace, await folder.ages.of(n, "code.json"));
  const pause = folder.isAlone(n) ? 2 * regular : regular;
  if (lastClaim === 0) return pause - (await folder.ages.of(n, "code.json"));
  if (answers.includes(lastClaim)) {
    return pause - (await folder.ages.of(n, `answer-${lastClaim}.json`));
  }
  // Whoever asked may ask until two seconds after the claim; a second more for what is on its way.
  const turn = pace.intervalSeconds * 1000 + 3_000;
  return Math.max(pause, turn) - (await folder.ages.of(n, `claim-${lastClaim}`));
}

/** What the answers so far ask for. A slow_down holds for good, also one that came after later answers. */
async function paceOf(folder: SignInFolder, { n, answers }: Look, code: Code): Promise<Answer> {
  const all: Answer[] = [];
  for (const k of answers.slice(0, LATE_ANSWERS)) {
    const answer = await folder.read(n, `answer-${k}.json`, answerSchema);
    if (answer) all.push(answer);
  }
  const intervals = all.map(({ intervalSeconds }) => intervalSeconds);
  const { failures = 0, pauseSeconds = 0 } = all[0] ?? {};
  return {
    intervalSeconds: Math.max(code.intervalSeconds, ...intervals),
    failures,
    pauseSeconds,
  };
}

interface Asked extends Omit<Question, "claimedAt"> {
  answer: Exclude<PollAnswer, { kind: "token" }>;
}

/** Tells whoever asks next what an answer means for them, or that there is nothing more to ask. */
async function writeDown(options: QuestionsOptions, { n, k, code, answer }: Asked): Promise<void> {
  const { folder } = options;
  const look = await folder.look();
  if (look.n !== n) return;
  const error = answer.kind === "refused" ? answer.error : undefined;
  if (error !== undefined && error !== "authorization_pending" && error !== "slow_down") {
    // Kaneo says invalid_grant too when another process has just taken the token, or still waits for it.
    const isBeforeOpen = k > 1 && !look.answers.includes(k - 1);
    const ms = isBeforeOpen ? PATIENCE_MS : HANDOVER_MS;
    if (error === "invalid_grant") await handedOver(options, n, ms);
    // Instead of an answer: nobody must take this code for one that is alive.
    return void (await folder.publish(n, "ended.json", endOf(error)));
  }
  const pace = await paceOf(folder, look, code);
  const next: Answer = {
    intervalSeconds: pace.intervalSeconds + (error === "slow_down" ? SLOW_DOWN_SECONDS : 0),
    failures: answer.kind === "unclear" ? pace.failures + 1 : 0,
    pauseSeconds: answer.kind === "unclear" ? answer.pauseSeconds : 0,
  };
  await folder.publish(n, `answer-${k}.json`, next);
}

function endOf(error: string): Ended {
  if (error === "access_denied") return { status: "denied" };
  if (error === "expired_token") return { status: "expired" };
  return { status: "failed", error };
}

/** Waits for a token from another process for as long as that may take. A token beats what is written afterwards. */
async function handedOver({ clock, folder }: QuestionsOptions, n: number, ms: number) {
  const until = clock.elapsed() + ms;
  while (clock.elapsed() < until) {
    const { all } = await folder.look();
    if (all.some((one) => one.n === n && one.names.has("token.json"))) return;
    await clock.sleep(100);
  }
}

/** Keeps a token that Kaneo gives only once: where it belongs, or where everybody looks first. */
async function keep(
  { folder, onToken, revoke }: QuestionsOptions,
  { n, code, token }: { n: number; code: Code; token: string },
): Promise<void> {
  onToken(token);
  let at = n;
  for (let tries = 0; tries < 5; tries += 1) {
    if (at !== n) await folder.publish(at, "code.json", code);
    await folder.publish(at, "token.json", { accessToken: token });
    const look = await folder.look();
    if (at <= look.signedOut) return void (await revoke(at, token));
    const [top] = look.all;
    if (top?.n === at && (top.isKept || folder.trouble !== undefined)) return;
    // Its folder is gone, or a later sign-in has begun: one of its own, which is the newest.
    at = (await folder.make(look)) ?? at;
  }
}
