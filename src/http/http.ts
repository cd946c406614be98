/** One request to a Kaneo instance, relative to its base URL. */
export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Starts with `/api/`, already encoded, with the query if there is one. */
  path: string;
  /** Sent as JSON, or as it is when it is a Buffer; undefined sends no body. */
  body?: unknown;
  /** A good answer's body is wanted as a Buffer: nobody reads it as JSON or text. */
  isRaw?: boolean;
  /** A redirect is an answer like others; it is not followed either. */
  mayRedirect?: boolean;
  /** Lower-case names. */
  headers?: Record<string, string>;
  /** No person waits for it: where one would have to sign in first, it fails, and none is asked to. */
  isUnattended?: boolean | undefined;
  /** A `reason` that is a KaneoMcpError is thrown as it is. */
  signal?: AbortSignal | undefined;
  /** Called right before the first byte leaves, also of a repetition; aborting `signal` there sends nothing. */
  beforeSend?(): void;
  /** Over connecting, retries, waits and the whole body. Default 20 s. */
  timeoutMs?: number;
  /** Of the decoded body. Default 4 MiB. */
  maxBytes?: number;
}

const SIGN_IN_PATHS: readonly string[] = [
  "/api/auth/device/code",
  "/api/auth/device/token",
  "/api/auth/sign-out",
];

/** Reads, and signing in and out: that changes no one's work, and without it nothing could be read. */
export function changesNothing({ method, path }: Pick<HttpRequest, "method" | "path">): boolean {
  return method === "GET" || (method === "POST" && SIGN_IN_PATHS.includes(path));
}

/** An answer of any status below 300 or from 400 on, or of any where it may redirect. */
export interface HttpResponse {
  status: number;
  /** Lower-case names; repeated headers are joined with ", ". */
  headers: Record<string, string>;
  /** The parsed JSON, else the text as it came ("" when empty); without the secrets in use. */
  body: unknown;
  /** Of the decoded body; absent where no bytes came. */
  size?: number;
  /** How many milliseconds it asks to wait before the next request, a day at most; 0 or absent where it does not. */
  waitMs?: number;
}

/**
 * Sends a request and gives the answer, whatever its status. Everything that talks to Kaneo is one of these or wraps
 * one: bytes, retries, credentials, the read-only guard.
 *
 * @throws KaneoMcpError "unavailable" when no answer came and nothing was changed, "outcome_unknown" when a write may
 * have been saved, "unexpected" for a redirect or a read's answer that is too big, and when `signal` aborts its reason,
 * or else "cancelled"; but "outcome_unknown" in the place of the reason for a write that was sent.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

/** Wants a websocket, relative to the base URL of the instance. */
export interface SocketRequest extends Pick<HttpRequest, "path" | "headers"> {
  /** Ends the socket, or the attempt to open it. */
  signal: AbortSignal;
  /** Called with each message; with "" for one that is no text. */
  onText(text: string): void;
}

export interface OpenedSocket {
  /** Does nothing once it is closed. */
  send(text: string): void;
  /** Resolves when it is closed, whoever did that. */
  readonly closed: Promise<void>;
}

/**
 * Opens a websocket and resolves when it is open.
 *
 * @throws KaneoMcpError "unavailable" when that does not come about, whatever the reason: requests tell more.
 */
export type OpenSocket = (request: SocketRequest) => Promise<OpenedSocket>;
