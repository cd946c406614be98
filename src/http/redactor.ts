// Shorter ones are ordinary words; replacing them would only garble the text.
const minSecretLength = 6;

const replacement = "[redacted]";

const credentialPatterns: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+(?!\[redacted\])[\w.~+/=%-]{6,}/gi, `$1 ${replacement}`],
  [
    /("?\b(?:x-api-key|proxy-authorization|cookie|set-cookie|set-auth-token|access_token|device_code|token|password)"?\s*[:=]\s*"?)(?!\[redacted\])[^\s"',;&}]{6,}/gi,
    `$1${replacement}`,
  ],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi, `$1${replacement}@`],
];

/** So much of a secret stands nowhere by chance. */
const TELLING = 12;

/**
 * Replaces every place that has the {@link TELLING} characters of `secret` from `offset` on, with what is the secret's
 * around them: where one was escaped or had something invisible inside, only a piece may be left when it shows.
 */
function hideAround(text: string, secret: string, offset: number): string {
  const sure = secret.slice(offset, offset + TELLING);
  let clean = "";
  let from = 0;
  for (let at = text.indexOf(sure); at !== -1; at = text.indexOf(sure, from)) {
    let before = 0;
    while (before < Math.min(offset, at - from) && isSame(at - before - 1, offset - before - 1)) {
      before += 1;
    }
    let end = sure.length;
    while (offset + end < secret.length && isSame(at + end, offset + end)) end += 1;
    clean += text.slice(from, at - before) + replacement;
    from = at + end;
  }
  return from === 0 ? text : clean + text.slice(from);

  function isSame(place: number, ofSecret: number): boolean {
    return text[place] === secret[ofSecret];
  }
}

export type Redactor = ReturnType<typeof createRedactor>;

/** Takes secrets out of texts that leave the process; it knows none yet. */
export function createRedactor() {
  // Longest first, so that a secret that contains another one is taken out whole.
  let secrets: string[] = [];

  /** The text with every known secret, also one that was cut, replaced by `[redacted]`, and all else as it is. */
  const hide = (text: string): string =>
    secrets.reduce((clean, secret) => {
      const last = Math.max(0, secret.length - TELLING);
      return hideAround(hideAround(clean, secret, 0), secret, last);
    }, text);

  return {
    /** Makes `secret` known from now on, also in its URL-encoded form. */
    add: (secret: string): void => {
      if (secret.length < minSecretLength) return;
      const known = new Set([...secrets, secret, encodeURIComponent(secret.toWellFormed())]);
      secrets = [...known].sort((a, b) => b.length - a.length);
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
