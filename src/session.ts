/** What the tools know of signing in; `auth/` provides it. */

/** A device authorization that waits for the person. */
export interface PendingSignIn {
  /** `verification_uri_complete`: the page to approve on, with the code filled in. */
  link: string;
  /** To compare with the page. */
  userCode: string;
  /** Where the link leads. */
  host: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** What is odd about the link, such as an unrelated host. */
  warning?: string | undefined;
}

export type SessionState =
  | { kind: "api_key" }
  | {
      kind: "signed_in";
      /** Milliseconds since the epoch, as known when the token was obtained. */
      expiresAt: number | undefined;
      /** Where the token is kept: a path, or why only in memory. */
      kept: string;
    }
  | { kind: "pending"; pending: PendingSignIn }
  | { kind: "signed_out" };

export interface SignOutResult {
  /** `forgotten_only`: Kaneo could not be told, so the session lives on there for up to 7 days. */
  outcome: "revoked" | "forgotten_only" | "nothing" | "api_key";
  /** What did not go as it should, or what was cancelled; without a full stop. */
  detail?: string | undefined;
  /** The token's file could not be removed; `detail` says why. */
  isFileLeft?: boolean | undefined;
}

export interface Session {
  /** Base URL of the instance. */
  readonly instance: string;
  /** How things stand, from memory and disk alone. */
  state(signal?: AbortSignal): Promise<SessionState>;
  /**
   * Starts or joins the sign-in and waits up to `waitSeconds` for the approval.
   *
   * @throws KaneoMcpError when it was refused or has expired, or when Kaneo cannot be asked.
   */
  signIn(waitSeconds: number, signal?: AbortSignal): Promise<SessionState>;
  /** Revokes the token at the server and forgets it. */
  signOut(signal?: AbortSignal): Promise<SignOutResult>;
}
