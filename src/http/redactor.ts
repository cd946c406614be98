/** Takes secrets out of texts that leave the process. */
export interface Redactor {
  /** Makes `secret` known from now on, also in its URL-encoded form. */
  add(secret: string): void;
  /** The text with every known secret replaced by `[redacted]`, and all else as it is: for what people wrote. */
  hide(text: string): string;
  /** The text with every known secret, and everything that looks like a credential, replaced by `[redacted]`. */
  redact(text: string): string;
}

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

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  // Longest first, so that a secret that contains another one is taken out whole.
  let secrets: string[] = [];

  const hide = (text: string) =>
    secrets.reduce((clean, secret) => clean.replaceAll(secret, replacement), text);

  return {
    add: (secret) => {
      if (secret.length < minSecretLength) return;
      const known = new Set([...secrets, secret, encodeURIComponent(secret.toWellFormed())]);
      secrets = [...known].sort((a, b) => b.length - a.length);
    },
    hide,
    redact: (text) => {
      let clean = hide(text);
      for (const [pattern, by] of credentialPatterns) clean = clean.replace(pattern, by);
      return clean;
    },
  };
}
