import type { Clock } from "../clock.ts";
import type { FolderWatch } from "./folder-watch.ts";
import type { Lease } from "./lease.ts";

export interface StoredToken {
  accessToken: string;
  /** Epoch ms. */
  obtainedAt: number;
  /** As the server said when it gave the token; use extends it. */
  expiresInSeconds: number | undefined;
}

/** A code that waits for the person's approval. */
export interface PendingAttempt {
  status: "pending";
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string;
  intervalSeconds: number;
  /** Epoch ms. */
  expiresAt: number;
  /** Epoch ms. */
  createdAt: number;
}

/** What became of a code that gave no token. */
export interface EndedAttempt {
  status: "denied" | "expired" | `failed:${string}`;
  /** Epoch ms. */
  endedAt: number;
  userCode: string;
}

export type Attempt = PendingAttempt | EndedAttempt;

/** Where the token and the sign-in in progress are kept: on disk for every process, or in memory for this one. */
export interface SignInStore {
  /** As the person is told: the token's path, or why it is in memory only. */
  readonly kept: string;
  readToken(): Promise<StoredToken | undefined>;
  writeToken(token: StoredToken): Promise<void>;
  /** Forgets the token if it is still `accessToken`, never a newer one. */
  removeToken(accessToken: string): Promise<void>;
  readAttempt(): Promise<Attempt | undefined>;
  writeAttempt(attempt: Attempt): Promise<void>;
  /** Forgets the attempt if it is still that one. */
  removeAttempt(userCode: string): Promise<void>;
  readonly lease: Lease;
  /** Notices what other processes change. */
  watch(): FolderWatch;
}

/** The store of a process that has no safe place on disk; `why` completes "in memory only: ". */
export function createMemoryStore(clock: Clock, why: string): SignInStore {
  let token: StoredToken | undefined;
  let attempt: Attempt | undefined;
  return {
    kept: `in memory only: ${why}`,
    readToken: async () => token,
    writeToken: async (next) => {
      token = next;
    },
    removeToken: async (accessToken) => {
      if (token?.accessToken === accessToken) token = undefined;
    },
    readAttempt: async () => attempt,
    writeAttempt: async (next) => {
      attempt = next;
    },
    removeAttempt: async (userCode) => {
      if (attempt?.userCode === userCode) attempt = undefined;
    },
    lease: { lead: async () => true, release: async () => undefined },
    watch: () => ({ next: (ms, signal) => clock.sleep(ms, signal), close: () => undefined }),
  };
}
