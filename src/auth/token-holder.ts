import type { SignInStore, StoredToken } from "./sign-in-store.ts";

/** The token in use, with what is known about it. */
export interface HeldToken {
  accessToken: string;
  /** Epoch ms, as known when it was obtained; use extends it. */
  expiresAt: number | undefined;
  /** Where it is kept, as the person is told. */
  kept: string;
  /** This process got it and Kaneo has not accepted it yet. */
  isFresh: boolean;
}

/** Knows the token: from memory, else from disk. */
export interface TokenHolder {
  /** Reads the disk only as long as memory holds none. */
  current(): Promise<HeldToken | undefined>;
  /** Reads the disk again, for a token that another process wrote. */
  reload(): Promise<HeldToken | undefined>;
  hold(token: StoredToken, kept: string, isFresh: boolean): void;
  /** Notes that Kaneo accepts the token. */
  accepted(accessToken: string): void;
  /**
   * Forgets the token here and, if it is still the same, on disk. Never a newer one.
   *
   * @throws Error when the file cannot be removed; this process does not use it again in any case.
   */
  giveUp(accessToken: string): Promise<void>;
  isDead(accessToken: string): boolean;
}

export interface TokenListeners {
  /** Told every token. */
  addSecret(secret: string): void;
  /** Told that a token takes the place of another, perhaps of another account. */
  onTokenReplaced(): void;
}

export function createTokenHolder(store: SignInStore, listeners: TokenListeners): TokenHolder {
  const dead = new Set<string>();
  let held: HeldToken | undefined;
  let latest: string | undefined;

  const hold = (token: StoredToken, kept: string, isFresh: boolean) => {
    const { accessToken, obtainedAt, expiresInSeconds } = token;
    const expiresAt =
      expiresInSeconds === undefined ? undefined : obtainedAt + expiresInSeconds * 1000;
    listeners.addSecret(accessToken);
    if (latest !== undefined && latest !== accessToken) listeners.onTokenReplaced();
    latest = accessToken;
    held = { accessToken, expiresAt, kept, isFresh };
    return held;
  };
  const reload = async () => {
    const stored = await store.readToken();
    if (!stored || dead.has(stored.accessToken)) return undefined;
    if (stored.accessToken === held?.accessToken) return held;
    return hold(stored, store.kept, false);
  };

  return {
    hold,
    reload,
    current: async () => held ?? reload(),
    accepted: (accessToken) => {
      if (held?.isFresh && held.accessToken === accessToken) held = { ...held, isFresh: false };
    },
    giveUp: async (accessToken) => {
      dead.add(accessToken);
      if (held?.accessToken === accessToken) held = undefined;
      await store.removeToken(accessToken);
    },
    isDead: (accessToken) => dead.has(accessToken),
  };
}
