import { KaneoMcpError } from "../errors.ts";
import type { Undelivered } from "./transport.ts";

/** What a failure has to name. */
export interface Attempted {
  method: string;
  /** Host and port of the instance; nothing else of its address. */
  host: string;
  isProxied: boolean;
  timeoutMs: number;
  maxBytes: number;
}

interface Reason {
  /** The end of a sentence that starts with "Kaneo at <host>". */
  what: string;
  hint?: string;
}

/** Turns the lack of a usable answer into the failure that is told. Nothing of the error's own text gets into it. */
export function failureOf(undelivered: Undelivered, attempted: Attempted): KaneoMcpError {
  const { code, cause, wasSent } = undelivered;
  const mayBeSaved = wasSent && attempted.method !== "GET";
  if (code === "cancelled") return cancelled(mayBeSaved, cause);

  const refusal = attempted.isProxied ? proxyRefusal(cause) : undefined;
  const { what, hint } = refusal ?? reasonFor(undelivered, attempted);
  const happened = `Kaneo at ${attempted.host} ${what}`;
  if (mayBeSaved && !refusal) {
    return new KaneoMcpError(
      "outcome_unknown",
      `${happened}, after the change was sent: it may or may not have been saved.`,
      { hint: "Check whether it is there before repeating it.", cause },
    );
  }
  const isSenseless = ["too_large", "too_many_parts", "unknown_encoding"].includes(code);
  const kind = isSenseless ? "unexpected" : "unavailable";
  return new KaneoMcpError(kind, `${happened}.`, { ...(hint && { hint }), cause });
}

function cancelled(mayBeSaved: boolean, cause: unknown): KaneoMcpError {
  const rest = mayBeSaved
    ? " The change was sent already: it may or may not have been saved."
    : " Nothing was changed.";
  return new KaneoMcpError("cancelled", `The request was cancelled.${rest}`, { cause });
}

function reasonFor(undelivered: Undelivered, attempted: Attempted): Reason {
  const { code, wasAnswered } = undelivered;
  if (code === "timeout") return timedOut(wasAnswered, attempted);
  if (code === "too_large") {
    return {
      what: `answered with more than ${attempted.maxBytes / 2 ** 20} MiB, which is not read`,
      hint: "Ask for less at once, such as a page or a filter.",
    };
  }
  if (code === "too_many_parts") {
    return {
      what: "answered with more than a million objects and lists, which are not read",
      hint: "Kaneo never does. Check KANEO_API_URL.",
    };
  }
  // An answer that stops making sense after its head was cut in the middle of a chunk.
  if (code === "HTTPParserError") return wasAnswered ? hungUp : notHttp;
  const reason = reasons[code] ?? tlsReason(code) ?? { what: `could not be reached (${code})` };
  const isOfConnection = !wasAnswered && !undelivered.wasSent;
  if (!attempted.isProxied || !isOfConnection || code.includes("CERT")) return reason;
  return { what: reason.what, hint: checkProxy };
}

function timedOut(wasAnswered: boolean, { timeoutMs }: Attempted): Reason {
  const seconds = `${timeoutMs / 1000} s`;
  return {
    what: wasAnswered
      ? `had not finished its answer after ${seconds}`
      : `did not answer within ${seconds}`,
    hint: "Try again; if it stays so, check whether the instance is up, or ask for less at once.",
  };
}

const checkAddress = "Check that Kaneo is running there and that KANEO_API_URL is right.";
const checkProxy =
  "The way there leads through the proxy of HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY names the host: check these.";
const checkNetwork = "Check the network connection and KANEO_API_URL.";
const hungUp = { what: "closed the connection before its answer was complete", hint: "Try again." };
const notHttp = {
  what: "answered with something that is not HTTP",
  hint: "Check KANEO_API_URL: https:// or http://, host and port.",
};
const unreadable = {
  what: "sent a damaged answer",
  hint: "Try again; a proxy in between may be at fault.",
};

const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: { what: "refused the connection", hint: checkAddress },
  ENOTFOUND: { what: "was not found: there is no such name (DNS)", hint: checkNetwork },
  EAI_AGAIN: { what: "was not found: the name could not be looked up (DNS)", hint: checkNetwork },
  EHOSTUNREACH: { what: "cannot be reached from here (no route)", hint: checkNetwork },
  ENETUNREACH: { what: "cannot be reached from here (no network)", hint: checkNetwork },
  ENETDOWN: { what: "cannot be reached from here (no network)", hint: checkNetwork },
  EADDRNOTAVAIL: { what: "cannot be reached from here (no network)", hint: checkNetwork },
  ETIMEDOUT: { what: "did not accept a connection in time", hint: checkAddress },
  UND_ERR_CONNECT_TIMEOUT: { what: "did not accept a connection within 10 s", hint: checkAddress },
  ECONNRESET: { what: "reset the connection before its answer was complete", hint: "Try again." },
  ECONNABORTED: hungUp,
  EPIPE: hungUp,
  UND_ERR_SOCKET: hungUp,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: hungUp,
  Z_BUF_ERROR: { what: "sent an answer that ends too early", hint: "Try again." },
  Z_DATA_ERROR: unreadable,
  unknown_encoding: { ...unreadable, what: "sent an answer in a compression it was not asked for" },
  UND_ERR_HEADERS_OVERFLOW: { what: "answered with headers that are too long", hint: notHttp.hint },
  UND_ERR_DESTROYED: { what: "did not get to answer, because this server is shutting down" },
  UND_ERR_INVALID_ARG: { what: "was not asked: the request could not be put into HTTP" },
  proxy_closed: { what: "could not be reached: the connection was closed at once" },
};

function tlsReason(code: string): Reason | undefined {
  if (code === "EPROTO" || /^ERR_(SSL|TLS)_(?!CERT)/.test(code)) {
    return {
      what: `could not be reached: no encrypted connection came about (TLS, ${code})`,
      hint: "Check KANEO_API_URL: does that port speak https?",
    };
  }
  if (!/CERT|SIGNATURE|ISSUER|CRL|CA_|UND_ERR_PRX_TLS/.test(code)) return undefined;
  return {
    what: `has a certificate that is not accepted (TLS, ${certificateFaults[code] ?? code})`,
    hint:
      "If it is signed by a company's or your own authority, put that authority's certificate into a file " +
      "and name the file in NODE_EXTRA_CA_CERTS.",
  };
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet; is this machine's clock right?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another host name",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not known here",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known here",
};

// Undici gives the status with which a proxy refused in its text only.
function proxyRefusal(cause: unknown): Reason | undefined {
  if (!(cause instanceof Error)) return undefined;
  const status = /^Proxy .*\((\d{3})\)/.exec(cause.message)?.[1];
  return status === undefined
    ? undefined
    : { what: `was not reached: the proxy refused with status ${status}`, hint: checkProxy };
}
