import { KaneoMcpError } from "../errors.ts";

/** No usable answer came. */
export interface Undelivered {
  /**
   * "timeout", "cancelled", "stopped" (`cause` is the failure for which), "too_large", "too_much_at_once", "too_many_parts",
   * "unknown_encoding", "holds_secret", or the code of an error of undici, Node or zlib.
   */
  code: string;
  cause?: unknown;
  /** "sent" once it was handed to an open socket: only before, it certainly had no effect. "answered": a head came. */
  progress: "unsent" | "sent" | "answered";
}

/** What it means that `signal` aborted, for a request that was not sent. */
export function stopped({ reason }: AbortSignal): Undelivered {
  const progress = "unsent";
  if (reason instanceof KaneoMcpError) return { code: "stopped", cause: reason, progress };
  return { code: reason === "timeout" ? reason : "cancelled", progress };
}

/** What a failure has to name. */
export interface Attempted {
  /** Whether it may have changed something once it was sent. */
  isWrite: boolean;
  /** Host and port of the instance; nothing else of its address. */
  host: string;
  isProxied: boolean;
  timeoutMs: number;
  maxBytes: number;
  /** Who that is, where it is not Kaneo. */
  name?: string | undefined;
}

interface Reason {
  /** The end of a sentence that starts with "Kaneo at <host>". */
  what: string;
  hint?: string;
}

/** How the failure of a write begins whose outcome is not known. */
export const UNCERTAIN = "The change may or may not have been saved:";

/** The failure of a write that was sent; `what` says what came in the place of an answer. */
export function outcomeUnknown(what: string, cause?: unknown): KaneoMcpError {
  const hint = "Check whether it is there before repeating it.";
  return new KaneoMcpError("outcome_unknown", `${UNCERTAIN} ${what}`, { hint, cause });
}

/** Turns the lack of a usable answer into the failure that is told. Nothing of the error's own text gets into it. */
export function failureOf(undelivered: Undelivered, attempted: Attempted): KaneoMcpError {
  const { code, cause, progress } = undelivered;
  const { name = "Kaneo" } = attempted;
  const mayBeSaved = progress !== "unsent" && attempted.isWrite;
  if (code === "cancelled") return cancelled(mayBeSaved);
  if (cause instanceof KaneoMcpError) {
    if (!mayBeSaved) return cause;
    const what = `it was sent, and no answer came before this: ${cause.message}`;
    return outcomeUnknown(what, cause);
  }
  const refusal = attempted.isProxied ? proxyRefusal(cause) : undefined;
  const { what, hint } = refusal ?? reasonFor(undelivered, attempted);
  const happened = `${name} at ${attempted.host} ${what}`;
  if (mayBeSaved && !refusal) return outcomeUnknown(`it was sent, and then ${happened}.`, cause);
  const kind = isSenseless(undelivered) ? "unexpected" : "unavailable";
  return new KaneoMcpError(kind, `${happened}.`, { ...(hint && { hint }), cause });
}

/** Whether there was an answer that nobody can use; another attempt would only bring it again. */
export function isSenseless({ code }: Undelivered): boolean {
  return ["too_large", "too_many_parts", "unknown_encoding", "holds_secret"].includes(code);
}

function cancelled(mayBeSaved: boolean): KaneoMcpError {
  const rest = mayBeSaved
    ? " The change was sent already: it may or may not have been saved."
    : " Nothing was changed.";
  return new KaneoMcpError("cancelled", `The request was cancelled.${rest}`);
}

function reasonFor(
  { code, progress }: Undelivered,
  { isProxied, timeoutMs, maxBytes }: Attempted,
): Reason {
  const wasAnswered = progress === "answered";
  if (code === "timeout") {
    const what = wasAnswered ? "had not finished its answer after" : "did not answer within";
    return { what: `${what} ${timeoutMs / 1000} s`, hint: TRY_LATER };
  }
  if (code === "too_large") {
    const what = `answered with more than ${maxBytes / 2 ** 20} MiB, which is not read`;
    return { what, hint: ASK_FOR_LESS };
  }
  // An answer that stops making sense after its head was cut in the middle of a chunk.
  const reason = code === "HTTPParserError" && wasAnswered ? hungUp : reasonOf(code);
  const isOnTheWay = isProxied && progress === "unsent" && !code.includes("CERT");
  return isOnTheWay ? { ...reason, hint: CHECK_PROXY } : reason;
}

function reasonOf(code: string): Reason {
  const known = reasons[code] ?? tlsReason(code);
  // Undici's SOCKS has no code for a proxy that falls silent.
  const named = code === "Error" ? "" : ` (${code})`;
  return known ?? { what: `could not be reached${named}`, hint: CHECK_ADDRESS };
}

const TRY_LATER =
  "Try again; if it persists, check whether the instance is up, or ask for less at once.";
const ASK_FOR_LESS = "Ask for less at once, such as a page or a filter.";
const CHECK_ADDRESS =
  "Check the network connection, that Kaneo is running there, and that KANEO_API_URL is right.";
const CHECK_PROXY =
  "The connection goes through the proxy of HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host: check these.";
const hungUp = { what: "closed the connection before its answer was complete", hint: "Try again." };
const notHttp = {
  what: "answered with something that is not HTTP",
  hint: "Check KANEO_API_URL: https:// or http://, host and port.",
};
const damaged = {
  what: "sent an answer that is damaged, or in a compression it was not asked for",
  hint: "Try again; a proxy in between may be at fault.",
};

const outdated = {
  what: "has a certificate that is not valid at this time (TLS)",
  hint: "Check this machine's clock. If it is right, the certificate has to be renewed by who runs this Kaneo.",
};

const reasons: Readonly<Record<string, Reason>> = {
  CERT_HAS_EXPIRED: outdated,
  CERT_NOT_YET_VALID: outdated,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: "has a certificate for another name (TLS)",
    hint: "Check the host in KANEO_API_URL. If it is right, the certificate has to be changed by who runs this Kaneo.",
  },
  ECONNREFUSED: { what: "refused the connection", hint: CHECK_ADDRESS },
  ENOTFOUND: { what: "was not found: no address of that name (DNS)", hint: CHECK_ADDRESS },
  ECONNRESET: hungUp,
  EPIPE: hungUp,
  UND_ERR_SOCKET: hungUp,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: hungUp,
  Z_BUF_ERROR: hungUp,
  proxy_closed: hungUp,
  HTTPParserError: notHttp,
  // Undici asserts that a status has three digits that mean something.
  ERR_ASSERTION: notHttp,
  UND_ERR_HEADERS_OVERFLOW: notHttp,
  Z_DATA_ERROR: damaged,
  unknown_encoding: damaged,
  too_much_at_once: {
    what: "was sending more at once than is held here",
    hint: "Try again, with fewer calls at a time.",
  },
  too_many_parts: {
    what: "answered with more objects, fields or different names than Kaneo ever does, which is not read",
    hint: ASK_FOR_LESS,
  },
  holds_secret: {
    what: "answered with a file that holds the credential in use, which is not shown",
  },
};

function tlsReason(code: string): Reason | undefined {
  if (code === "EPROTO" || /^ERR_(SSL|TLS)_(?!CERT)/.test(code)) {
    return {
      what: `could not be reached: no encrypted connection could be made (TLS, ${code})`,
      hint: "Check KANEO_API_URL: does that port speak https?",
    };
  }
  if (!/CERT|SIGNATURE|ISSUER|CRL|CA_|UND_ERR_PRX_TLS/.test(code)) return undefined;
  return {
    what: `has a certificate that is not accepted (TLS, ${code})`,
    hint:
      "If it is signed by a company's or your own authority, put that authority's certificate into a file " +
      "and name the file in NODE_EXTRA_CA_CERTS.",
  };
}

// Undici gives the status with which a proxy refused in its text only.
function proxyRefusal(cause: unknown): Reason | undefined {
  if (!(cause instanceof Error)) return undefined;
  const status = /^Proxy .*\((\d{3})\)/.exec(cause.message)?.[1];
  if (status === undefined) return undefined;
  return { what: `was not reached: the proxy refused with status ${status}`, hint: CHECK_PROXY };
}
