/** What stands in the body of a request, and what the bytes of an answer say. */
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { codeOf } from "../errors.ts";
import { hasTooManyParts, parsedJson } from "../json.ts";

// JSON.stringify writes NUL and lone surrogates (and only lone ones) as escapes. The pattern matches every escape, so
// that the second half of an escaped backslash is never taken for the start of one.
const ESCAPES = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g;

/**
 * The JSON text of a request body without NUL characters and lone surrogates, which make Kaneo answer 500. Everything
 * else stays. Null for no body.
 */
export function toJsonText(body: unknown): string | null {
  if (body === undefined) return null;
  const text = JSON.stringify(body);
  if (!text.includes("\\u")) return text;
  return text.replace(ESCAPES, (found) => (found.length > 2 ? "" : found));
}

/** What was read, or the code of what is wrong. */
export type Read<T> = T | { code: string; cause?: unknown };

const gunzipOffThread = promisify(gunzip);

/** Below this, handing the work to another thread costs more than the work. */
export const INLINE_BYTES = 16 * 1024;

// Each chunk goes to that thread and back. Lists of tasks shrink to a sixteenth, so most come out in one.
const EXPANSION = 16;
const MOST_CHUNK_BYTES = 4 * 2 ** 20;

/** Undoes the content encoding; stops as soon as more than `maxOutputLength` bytes come out. */
export async function decompress(
  bytes: Buffer,
  encoding: string | undefined,
  maxOutputLength: number,
): Promise<Read<Buffer>> {
  const name = encoding?.trim().toLowerCase() || "identity";
  if (name === "identity" || bytes.length === 0) return bytes;
  if (name !== "gzip" && name !== "x-gzip") return { code: "unknown_encoding" };
  try {
    if (bytes.length < INLINE_BYTES) return gunzipSync(bytes, { maxOutputLength });
    const chunkSize = Math.min(bytes.length * EXPANSION, MOST_CHUNK_BYTES);
    return await gunzipOffThread(bytes, { maxOutputLength, chunkSize });
  } catch (cause) {
    return { code: cause instanceof RangeError ? "too_large" : codeOf(cause), cause };
  }
}

/**
 * The value of an answer: JSON when the content type says so or the text is a JSON object or array (Kaneo's rate
 * limiter sends it as text/plain), else the text as it came. `hide` takes out what must not be repeated.
 */
export function parseBody(
  bytes: Buffer,
  contentType: string | undefined,
  hide: (text: string) => string,
): Read<{ value: unknown }> {
  const isCalledJson = contentType?.includes("json") === true;
  if (!isCalledJson && !/^\s*[[{]/.test(bytes.toString("latin1", 0, 200))) {
    return { value: hide(bytes.toString()) };
  }
  const whole = bytes.toString();
  if (hasTooManyParts(whole)) return { code: "too_many_parts" };
  const text = hide(whole);
  const value = parsedJson(text);
  // Kept as text: who reads the answer says what came in the place of JSON.
  return { value: value === undefined ? text : value };
}

/** The bytes themselves. With a secret in them they are not given: behind base64 nobody could find it any more. */
export function rawBody(bytes: Buffer, hide: (text: string) => string): Read<{ value: Buffer }> {
  const text = bytes.toString("latin1");
  return hide(text) === text ? { value: bytes } : { code: "holds_secret" };
}
