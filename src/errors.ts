/**
 * Every way in which this server can fail, told apart by what its caller should do about it.
 * `text/failure.ts` holds the default advice for each.
 */
export type FailureKind =
  /** The configuration is wrong; the person has to change it. */
  | "config"
  /** Nobody is signed in, or no longer; the person has to approve in the browser. A question, not a failure. */
  | "sign_in_required"
  /** The sign-in was refused, has expired, or is impossible. */
  | "sign_in_failed"
  /** Kaneo refuses this to the account in use. */
  | "forbidden"
  /** A named thing does not exist. */
  | "not_found"
  /** A name fits several things. */
  | "ambiguous"
  /** An argument is not acceptable, here or to Kaneo. */
  | "invalid_input"
  /** The state in Kaneo does not allow it, such as a slug in use. */
  | "conflict"
  /** Kaneo asks to wait. */
  | "rate_limited"
  /** Kaneo gave no usable answer; nothing was changed. */
  | "unavailable"
  /** A write was sent and its answer never came. */
  | "outcome_unknown"
  /** The caller cancelled. */
  | "cancelled"
  /** The time of the whole call was over before this was sent; nothing of it was done. */
  | "out_of_time"
  /** Kaneo, or what stands in its place, answered something it should not. */
  | "unexpected";

/** Where a person signs in. */
export interface SignInPage {
  /** `verification_uri_complete`: the page to approve on, with the code filled in. */
  link: string;
  /** To compare with the page. */
  userCode: string;
  /** What is odd about the link or about keeping the token, such as an unrelated host. One line. */
  warning?: string | undefined;
}

/** A failure that is told to the person: `message` says what happened and why, `hint` what to do next. */
export class KaneoMcpError extends Error {
  override readonly name = "KaneoMcpError";
  readonly kind: FailureKind;
  /** What to do next; undefined means the default advice of the kind. */
  readonly hint: string | undefined;
  /** Of "sign_in_required": what the message says, for clients that open links themselves. */
  readonly signIn: SignInPage | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: { hint?: string | undefined; cause?: unknown; signIn?: SignInPage } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
    this.signIn = options.signIn;
  }
}

/** Whether `error` is a {@link KaneoMcpError} of one of `kinds`. */
export function isFailure(error: unknown, ...kinds: FailureKind[]): error is KaneoMcpError {
  return error instanceof KaneoMcpError && kinds.includes(error.kind);
}

/** The same failure in other words. */
export function reworded(error: KaneoMcpError, message: string, hint = error.hint): KaneoMcpError {
  return new KaneoMcpError(error.kind, message, { hint, cause: error });
}

/** The same failure with what has to be said before it, and perhaps another hint; `error` itself when it is none of ours. */
export function prefixed(error: unknown, sentence: string, hint?: string): unknown {
  if (!(error instanceof KaneoMcpError)) return error;
  return reworded(error, `${sentence} ${error.message}`, hint);
}

/** What Node and the system call a failure, such as ENOSPC; "" for one without such a code. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

/** Whether a part of the program could not be loaded: an update has replaced the files behind a process that runs. */
export function isMissingPart(error: unknown): boolean {
  return ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(codeOf(error));
}

/** What a client is told then. */
export const UPDATED = "kaneo-mcp was updated while it ran: restart the client.";
