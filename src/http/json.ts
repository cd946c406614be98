// JSON.stringify writes NUL and lone surrogates (and only lone ones) as escapes. The pattern matches every escape, so
// that the second half of an escaped backslash is never taken for the start of one.
const escapes = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/**
 * The JSON text of a request body without NUL characters and lone surrogates, which make Kaneo answer 500. Everything
 * else stays.
 */
export function toJsonText(body: unknown): string {
  const text = JSON.stringify(body);
  if (!text.includes("\\u")) return text;
  return text.replace(escapes, (found) => (found.length > 2 ? "" : found));
}

/**
 * The value of an answer: JSON when the content type says so or the text is a JSON object or array (Kaneo's rate
 * limiter sends it as text/plain), else the text as it came.
 */
export function parseBody(text: string, contentType: string | undefined): unknown {
  const isJson = contentType?.includes("json") === true;
  if (!isJson && !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Kept as text: who reads the answer says what came in the place of JSON.
    return text;
  }
}

/** A board that fills the size limit has about 50,000 tasks, of some five objects and lists each. */
const MOST_CONTAINERS = 1_000_000;

/**
 * Whether bytes open more objects and arrays than any answer of Kaneo's. A few megabytes of nothing but brackets make
 * `JSON.parse` take gigabytes and many seconds, in which no deadline can end it.
 */
export function hasTooManyContainers(bytes: Buffer): boolean {
  if (bytes.length <= MOST_CONTAINERS) return false;
  let count = 0;
  for (const bracket of ["{", "["]) {
    let at = bytes.indexOf(bracket);
    while (at !== -1 && count <= MOST_CONTAINERS) {
      count += 1;
      at = bytes.indexOf(bracket, at + 1);
    }
  }
  return count > MOST_CONTAINERS;
}
