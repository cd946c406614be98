import { KaneoMcpError } from "../errors.ts";
import type { HttpRequest } from "../http/http.ts";
import { nobodySignedIn, type Session, type SessionState } from "../session.ts";
import {
  type Attempt,
  type AttemptParts,
  beginAttempt,
  questionOf,
  readCode,
  type SignInResult,
} from "./attempt.ts";
import { createQuestions } from "./questions.ts";
import type { Ended } from "./records.ts";
import { SignInFolder } from "./sign-in-folder.ts";
import type { SignInOptions } from "./sign-in-options.ts";
import { createSignOut } from "./sign-out.ts";
import { followToken, type TokenInUse } from "./token-in-use.ts";
import { webPageOf } from "./verification-link.ts";
import { within } from "./waiting.ts";

/** The longest that a call waits, for a link and a person together. */
const LONGEST_WAIT_MS = 20_000;
/** How long a sign-in may take to notice a sign_out. */
const ENDING_MS = 1_000;

export type SignIn = ReturnType<typeof createSignIn>;

/** What one process knows of its person's sign-in. */
interface State extends AttemptParts {
  inUse: TokenInUse;
  /** Under way, or over without a call that heard how. */
  attempt: Attempt | undefined;
  waiting: number;
}

/**
 * The person's credential for one Kaneo instance: found, asked for in the browser, shared with other processes. Touches
 * neither disk nor network before it is asked for something.
 */
export function createSignIn(options: SignInOptions) {
  const { clock, baseUrl } = options;
  const folder = new SignInFolder(options);
  const inUse = followToken(folder, options);
  const signOut = createSignOut(options.http, folder);
  const questions = createQuestions({
    ...options,
    folder,
    onToken: inUse.obtained,
    revoke: signOut.revoke,
  });
  const state: State = { ...options, folder, questions, inUse, attempt: undefined, waiting: 0 };
  const session: Session = {
    instance: baseUrl,
    state: () => stateOf(state),
    signIn: (waitSeconds, signal) => signIn(state, waitSeconds * 1000, signal),
    signOut: async (signal) => {
      const result = await signOut.everywhere(questions.finish, signal);
      const { attempt } = state;
      // Calls that wait are told; the next one begins anew, also where Kaneo still owes this one a code.
      if (attempt) await within(attempt.result, { clock, ms: ENDING_MS, signal });
      state.attempt = undefined;
      return result;
    },
  };

  return {
    /**
     * The token for a request. Without one, starts or joins the sign-in and gives its link; a call made after this
     * process has given the link waits up to 20 s for the approval first.
     *
     * @throws KaneoMcpError "sign_in_required" with the link, or another kind when the sign-in cannot start.
     */
    token: (signal?: AbortSignal) => obtain(state, LONGEST_WAIT_MS, signal),
    /** The token as things stand; undefined without one. Asks nobody for anything. */
    tokenAtHand: async () => (await inUse.current())?.token,
    /** Where Kaneo's web page begins, by the link that was approved for the token; undefined where that does not tell. */
    webPage: () => findWebPage(state),
    accepted: inUse.accepted,
    /**
     * To be called when an answer refuses `token`. Gives the token to repeat the request with, or undefined when the refusal
     * is the answer: Kaneo does not confirm that the token is dead.
     *
     * @throws KaneoMcpError "sign_in_required" when the token is dead, with a new link unless nobody waits for one; "unexpected"
     * when it was new.
     */
    refused: (token: string, request: WhoAsks = {}) => afterRefusal(state, token, request),
    /** What calls are waiting for, for progress; undefined when none waits for the person. */
    waitingFor: () => {
      const code = state.waiting > 0 ? state.attempt?.question()?.signIn?.userCode : undefined;
      return code && `Waiting for code ${code} to be approved in the browser`;
    },
    session,
    /** Stops everything, at most two seconds later: the answer to a question that is under way may be the token. */
    close: async () => {
      state.attempt?.close();
      await Promise.all([state.attempt?.result, questions.finish()]);
      questions.close();
    },
  };
}

type WhoAsks = Pick<HttpRequest, "signal" | "isUnattended">;

async function afterRefusal(state: State, token: string, { signal, isUnattended }: WhoAsks) {
  const { inUse, baseUrl } = state;
  const found = await inUse.current();
  if (found && found.token !== token) return found.token;
  const { isDead, next } = await inUse.verdictOn(token, signal);
  if (!isDead) return undefined;
  if (next) return next.token;
  if (!inUse.isAccepted(token)) {
    const why = `Kaneo at ${new URL(baseUrl).host} approved the sign-in but refuses the token it gave for it. The request was not carried out.`;
    throw new KaneoMcpError("unexpected", why, {
      hint: "Check that KANEO_API_URL leads to one Kaneo only, without a proxy that removes the Authorization header; then call sign_in for a new link.",
    });
  }
  if (isUnattended) throw nobodySignedIn();
  // This call began before there was a link.
  return obtain(state, 0, signal);
}

async function findWebPage(state: State): Promise<string | undefined> {
  const found = await state.inUse.current();
  const code = found && (await readCode(state, found.n));
  return code && webPageOf(code.verificationUriComplete, state);
}

async function obtain(
  state: State,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const found = await state.inUse.current();
  if (found) return found.token;
  const joined = await join(state, waitMs, signal);
  if (typeof joined === "string") return joined;
  throw joined;
}

/**
 * Starts or joins the sign-in and gives its token, or the question with its link. A link that this process has not given out yet comes as
 * soon as it is known to be alive; after that, waits up to `waitMs` for the approval.
 */
async function join(
  state: State,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<string | KaneoMcpError> {
  const { clock, baseUrl } = state;
  state.attempt ??= start(state);
  const attempt = state.attempt;
  const isShown = attempt.isShown();
  const ms = isShown ? Math.min(waitMs, LONGEST_WAIT_MS) : LONGEST_WAIT_MS;
  const awaited = isShown ? attempt.result : attempt.ready;
  state.waiting += 1;
  const result = await within(awaited, { clock, ms, signal }).finally(() => {
    state.waiting -= 1;
  });
  if (result) {
    if (state.attempt === attempt) state.attempt = undefined;
    return tokenOf(result, state);
  }
  const question = attempt.question();
  if (question) {
    attempt.show();
    return question;
  }
  const why = `Kaneo at ${new URL(baseUrl).host} has not given a sign-in link yet; nothing was done.`;
  throw new KaneoMcpError("unavailable", why, { hint: "Repeat this call in a moment." });
}

function start(state: State): Attempt {
  const attempt = beginAttempt(state);
  void attempt.result.then((result) => {
    // The end of a link that was given out is kept for the call that hears of it; a denial the folder tells.
    const isNews = result.kind === "ended" && result.ended && result.ended.status !== "denied";
    if (!(isNews && attempt.isShown()) && state.attempt === attempt) state.attempt = undefined;
  });
  return attempt;
}

/** @throws what the sign-in came to instead. */
function tokenOf(result: SignInResult, { inUse, baseUrl }: State): string {
  if (result.kind === "token") return inUse.use(result.found.token);
  throw result.kind === "failed" ? result.error : signInEnded(result, baseUrl);
}

/** Tells what became of a sign-in without a token; undefined: somebody signed out. `leftMs`: how long a denial still holds. */
function signInEnded(
  { ended, leftMs }: { ended: Ended | undefined; leftMs: number },
  baseUrl: string,
): KaneoMcpError {
  const what = `The sign-in to Kaneo at ${new URL(baseUrl).host}`;
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  const again = "Call the tool again to get a new link.";
  const failure = (message: string, hint = again) =>
    new KaneoMcpError("sign_in_failed", `${what} ${message}.`, { hint });
  if (!ended) return failure("was cancelled by sign_out before it was approved");
  if (ended.status === "denied") {
    return failure(
      "was denied in the browser, so nothing was done",
      `If that was a mistake, ask the person, and call again after ${seconds} s for a new link.`,
    );
  }
  if (ended.status === "expired") {
    return failure("expired before it was approved, so nothing was done");
  }
  if (ended.error === "invalid_grant") {
    return failure(
      "failed: Kaneo no longer knows its code. It was used, withdrawn, or Kaneo's answer got lost on the way",
    );
  }
  return failure(
    ended.error ? `failed: Kaneo answered with ${ended.error}` : "could not be started",
  );
}

async function stateOf(state: State): Promise<SessionState> {
  const { folder } = state;
  const found = await state.inUse.current();
  const problems = await folder.problems();
  const rest = problems.length > 0 ? { problems } : {};
  if (found) return { kind: "signed_in", kept: found.kept, ...rest };
  const { n, isOver } = await folder.look();
  const code = isOver ? undefined : await readCode(state, n);
  const ageMs = code && (await folder.ages.apparently(n, "code.json"));
  if (code && ageMs !== undefined && ageMs < code.expiresInSeconds * 1000) {
    return { kind: "pending", question: questionOf(state, code, ageMs), ...rest };
  }
  return { kind: "signed_out", ...rest };
}

async function signIn(
  state: State,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<SessionState> {
  const found = await state.inUse.current();
  if (found) {
    const { isDead, next } = await state.inUse.verdictOn(found.token, signal);
    if (!isDead || next) return stateOf(state);
  }
  const joined = await join(state, waitMs, signal);
  return typeof joined === "string" ? stateOf(state) : { kind: "pending", question: joined };
}
