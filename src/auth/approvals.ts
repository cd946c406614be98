import { KaneoMcpError } from "../errors.ts";
import type { ApprovalOutcome } from "./approval.ts";
import {
  type Approval,
  type ApprovalRunOptions,
  beginApproval,
  createStoreOpener,
} from "./approval-run.ts";
import type { DeviceFlow } from "./device-flow.ts";
import { reasonOf } from "./folder-making.ts";
import type { SignInStore } from "./sign-in-store.ts";
import { attemptEnded, denialLeftMs, type PendingSignIn } from "./sign-in-texts.ts";
import { type Limit, within } from "./within.ts";

/** The longest wait for a link; another process may be busy getting it. */
const LINK_MS = 20_000;

/** What a call learnt about the sign-in. */
export type Joined =
  | { kind: "approved"; accessToken: string }
  | { kind: "pending"; pending: PendingSignIn; waited: boolean };

/** The one sign-in under way in this process, which all its calls share. */
export interface Approvals {
  /**
   * Starts or joins the sign-in. A link that this process has not shown yet is given at once; after that, waits up to
   * `waitMs` for the approval.
   *
   * @throws KaneoMcpError when the sign-in ended without a token or cannot start, "cancelled" when `signal` aborts.
   */
  join(waitMs: number, signal: AbortSignal | undefined): Promise<Joined>;
  /** The link under way here, if any. */
  pending(): PendingSignIn | undefined;
  /** What calls are waiting for; undefined when none waits for the person. */
  waitingFor(): string | undefined;
  /** Stops the sign-in here; another process, or a later call, goes on with the same code. */
  close(): Promise<void>;
  /** Stops it for good: nobody goes on with its code. False when there was none. */
  forget(): Promise<boolean>;
}

export interface ApprovalsOptions extends ApprovalRunOptions {
  /** Told each token that a sign-in gave, before any call goes on. */
  onToken(outcome: ApprovalOutcome & { kind: "token" }): void;
}

export function createApprovals(options: ApprovalsOptions): Approvals {
  const { flow, disk } = options;
  const openStore = createStoreOpener(options);
  let running: Approval | undefined;
  let untold: ApprovalOutcome | undefined;
  let waiting = 0;

  const onOver = (approval: Approval, outcome: ApprovalOutcome) => {
    approval.result = outcome;
    running = undefined;
    if (outcome.kind === "token") options.onToken(outcome);
    else if (approval.calls === 0 && approval.shownCode !== undefined) untold = outcome;
  };
  const waitForPerson = async (approval: Approval, limit: Omit<Limit, "clock">) => {
    waiting += 1;
    try {
      const outcome = await within(approval.outcome, { ...limit, clock: flow.clock });
      return outcome ? tell(outcome, flow) : show(approval, flow, true);
    } finally {
      waiting -= 1;
    }
  };
  const close = async () => {
    running?.cancel();
    await running?.outcome;
    untold = undefined;
  };

  return {
    join: async (ms, signal) => {
      const missed = untold;
      untold = undefined;
      if (missed && isStillNews(missed, flow.clock.now())) return tell(missed, flow);
      running ??= beginApproval(options, openStore, onOver);
      const approval = running;
      const isShown = approval.pending && approval.pending.userCode === approval.shownCode;
      approval.calls += 1;
      try {
        if (isShown && ms <= 0) return show(approval, flow, false);
        if (isShown) return await waitForPerson(approval, { ms, signal });
        await within(approval.linked, { clock: flow.clock, ms: LINK_MS, signal });
        return approval.result ? tell(approval.result, flow) : show(approval, flow, false);
      } finally {
        approval.calls -= 1;
      }
    },
    pending: () => running?.pending,
    waitingFor: () => {
      if (waiting === 0 || !running?.pending) return undefined;
      return `Waiting for code ${running.pending.userCode} to be approved in the browser`;
    },
    close,
    forget: async () => {
      const stores = new Set([running?.store ?? disk, disk]);
      await close();
      const forgotten = await Promise.all([...stores].map(forgetPending));
      return forgotten.includes(true);
    },
  };
}

function tell(outcome: ApprovalOutcome, { baseUrl, clock }: DeviceFlow): Joined {
  if (outcome.kind === "ended") throw attemptEnded(outcome.ended, { baseUrl, now: clock.now() });
  if (outcome.kind === "failed") throw asFailure(outcome.error);
  return { kind: "approved", accessToken: outcome.token.accessToken };
}

function show(approval: Approval, { baseUrl }: DeviceFlow, waited: boolean): Joined {
  const { pending } = approval;
  if (!pending) throw noLinkYet(baseUrl);
  approval.shownCode = pending.userCode;
  return { kind: "pending", pending, waited };
}

async function forgetPending(store: SignInStore): Promise<boolean> {
  const attempt = await store.readAttempt();
  // What ended stays: a denial still holds.
  if (attempt?.status !== "pending") return false;
  await store.removeAttempt(attempt.userCode);
  return true;
}

/** Whether a call should hear of an outcome that came when no call was waiting. */
function isStillNews(outcome: ApprovalOutcome, now: number): boolean {
  const isDenial = outcome.kind === "ended" && outcome.ended?.status === "denied";
  return !isDenial || (outcome.ended !== undefined && denialLeftMs(outcome.ended, now) > 0);
}

function asFailure(error: unknown): KaneoMcpError {
  if (error instanceof KaneoMcpError) return error;
  const message = `The sign-in stopped because of a failure on this computer: ${reasonOf(error)}.`;
  return new KaneoMcpError("unexpected", message, { cause: error });
}

function noLinkYet(baseUrl: string): KaneoMcpError {
  return new KaneoMcpError(
    "unavailable",
    `Kaneo at ${new URL(baseUrl).host} has not given a sign-in link yet; nothing was done.`,
    { hint: "Repeat this call in a moment." },
  );
}
