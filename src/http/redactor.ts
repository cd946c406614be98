// Shorter ones are ordinary words; replacing them would only garble the text.
const minSecretLength = 6;

/** What stands where a secret stood. */
export const replacement = "[redacted]";

const credentialPatterns: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+(?!\[redacted\])[\w.~+/=%-]{6,}/gi, `$1 ${replacement}`],
  [
    /("?\b(?:x-api-key|proxy-authorization|cookie|set-cookie|set-auth-token|access_token|device_code|token|password)"?\s*[:=]\s*"?)(?!\[redacted\])[^\s"',;&}]{6,}/gi,
    `$1${replacement}`,
  ],
  [/:\/\/[^\s/?#@]+@/g, `://${replacement}@`],
];

/** So much of a secret stands nowhere by chance. */
const TELLING = 12;

/** A part of a secret that tells it from all else, by its place in it. */
interface Piece {
  secret: string;
  from: number;
  to: number;
}

/** How addresses begin, also URL-encoded: every other address on that host does so too. */
const HOST = /^[a-z][\w+.-]*(?::\/\/|%3A%2F%2F)[^/?#%]*/i;

/** No word, such as notifications, which may stand in an address and anywhere else. */
const RANDOM = /\d|[a-z][A-Z]/;

function piecesOf(secret: string): Piece[] {
  const [host = ""] = HOST.exec(secret) ?? [];
  const steps = secret.slice(host.length).split(/%[\dA-F]{2}|[^\w.~-]/);
  const parts = host === "" ? [secret] : steps.filter((step) => RANDOM.test(step));
  const [longest = ""] = parts.toSorted((one, other) => other.length - one.length);
  if (longest.length < TELLING) return [];
  const first = secret.indexOf(longest, host.length);
  return [first, first + longest.length - TELLING].map((from) => {
    return { secret, from, to: from + TELLING };
  });
}

/**
 * Replaces every place that has this piece, with what is the secret's around it: where one was escaped or had something
 * invisible inside, only a piece may be left when it shows.
 */
function hideAround(text: string, { secret, from: offset, to }: Piece): string {
  const sure = secret.slice(offset, to);
  let clean = "";
  let from = 0;
  for (let at = text.indexOf(sure); at !== -1; at = text.indexOf(sure, from)) {
    // From a place in the text to the one in the secret.
    const shift = offset - at;
    let start = at;
    while (start > from && start + shift > 0 && text[start - 1] === secret[start - 1 + shift])
      start -= 1;
    let end = at + sure.length;
    while (end + shift < secret.length && text[end] === secret[end + shift]) end += 1;
    clean += text.slice(from, start) + replacement;
    from = end;
  }
  return from === 0 ? text : clean + text.slice(from);
}

export type Redactor = ReturnType<typeof createRedactor>;

/** Takes secrets out of texts that leave the process; it knows none yet. */
export function createRedactor() {
  let secrets: string[] = [];
  let pieces: Piece[] = [];

  /**
   * The text with every known secret, also one that was cut, replaced by `[redacted]`, and all else as it is, but for a sign
   * that was cut in two: clients in Rust and Python refuse a message with such a half.
   */
  const hide = (text: string): string => pieces.reduce(hideAround, text.toWellFormed());

  return {
    /** Makes `secret` known from now on, also in its URL-encoded form. */
    add: (secret: string): void => {
      if (secret.length < minSecretLength) return;
      const known = new Set([...secrets, secret, encodeURIComponent(secret.toWellFormed())]);
      // Whole ones and the longest first, so that no part of another secret, or of its encoded form, is taken out before.
      secrets = [...known].sort((a, b) => b.length - a.length);
      const whole = secrets.map((one) => ({ secret: one, from: 0, to: one.length }));
      pieces = [...whole, ...secrets.flatMap(piecesOf)];
    },
    hide,
    /** The text with every known secret, and everything that looks like a credential, replaced by `[redacted]`. */
    redact: (text: string): string => {
      let clean = hide(text);
      for (const [pattern, by] of credentialPatterns) clean = clean.replace(pattern, by);
      return clean;
    },
  };
}
