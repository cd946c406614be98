import { KaneoMcpError } from "../errors.ts";
import { type ApprovalOutcome, type ApprovalParts, pursueApproval } from "./approval.ts";
import type { DiskStore } from "./disk-store.ts";
import { reasonOf } from "./folder-making.ts";
import { createMemoryStore, type SignInStore } from "./sign-in-store.ts";
import type { PendingSignIn } from "./sign-in-texts.ts";

export interface ApprovalRunOptions extends Omit<ApprovalParts, "store" | "publish"> {
  disk: DiskStore;
}

/** A sign-in under way in this process. */
export interface Approval {
  /** Undefined until there is a link. */
  pending: PendingSignIn | undefined;
  /** The code that a call has given out. */
  shownCode: string | undefined;
  store: SignInStore | undefined;
  /** Calls that will hear of the outcome. */
  calls: number;
  result: ApprovalOutcome | undefined;
  /** Resolves as soon as there is a link, or will never be one. */
  linked: Promise<unknown>;
  outcome: Promise<ApprovalOutcome>;
  cancel(): void;
}

/** Starts or resumes the sign-in in the background. `onOver` comes before anybody who waits goes on. */
export function beginApproval(
  options: ApprovalRunOptions,
  openStore: StoreOpener,
  onOver: (approval: Approval, outcome: ApprovalOutcome) => void,
): Approval {
  const end = new AbortController();
  let announce: () => void = () => undefined;
  const link = new Promise<void>((resolve) => {
    announce = resolve;
  });

  const run = async (isSafe = true): Promise<ApprovalOutcome> => {
    const { store, note } = await openStore(isSafe);
    approval.store = store;
    const publish = (pending: PendingSignIn) => {
      const warning = [pending.warning, note].filter((text) => text !== undefined).join(" ");
      approval.pending = warning === "" ? pending : { ...pending, warning };
      announce();
    };
    const outcome = await pursueApproval({ ...options, store, publish }, end.signal);
    if (end.signal.aborted && outcome.kind === "failed") return { kind: "ended", ended: undefined };
    const isOfDisk = outcome.kind === "failed" && !(outcome.error instanceof KaneoMcpError);
    // The disk failed between the check and the first use.
    return isOfDisk && !approval.pending && store === options.disk ? run(false) : outcome;
  };
  const pursue = async (): Promise<ApprovalOutcome> => {
    // Lets the caller have the approval first.
    await undefined;
    const outcome = await run().catch((error: unknown) => ({ kind: "failed" as const, error }));
    await options.disk.freeRoom().catch(() => undefined);
    onOver(approval, outcome);
    return outcome;
  };
  const outcome = pursue();
  const approval: Approval = {
    pending: undefined,
    shownCode: undefined,
    store: undefined,
    calls: 0,
    result: undefined,
    linked: Promise.race([link, outcome]),
    outcome,
    cancel: () => end.abort(),
  };
  return approval;
}

/** Gives the disk if it can keep a token, else the memory and what to tell the person about that. */
export type StoreOpener = (isDiskSafe: boolean) => Promise<{ store: SignInStore; note?: string }>;

/** One memory for all sign-ins of the process, so that a denial holds there too. */
export function createStoreOpener({ disk, flow, warn }: ApprovalRunOptions): StoreOpener {
  let memory: SignInStore | undefined;
  return async (isDiskSafe) => {
    const reason = isDiskSafe ? await whyUnsafe(disk) : "it failed when it was used";
    if (reason === undefined) return { store: disk };
    const why = `${disk.kept} cannot be kept: ${reason}`;
    warn(`The sign-in will be kept in memory only: ${why}.`);
    memory ??= createMemoryStore(flow.clock, why);
    const note = `This sign-in will be kept in memory only, until this server stops: ${why}.`;
    return { store: memory, note };
  };
}

async function whyUnsafe(disk: DiskStore): Promise<string | undefined> {
  try {
    await disk.prepare();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
