import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";

const gunzipOffThread = promisify(gunzip);

// Below this, handing the work to another thread costs more than the work.
const inlineBytes = 16 * 1024;

// Each chunk goes to that thread and back. Lists of tasks shrink to a sixteenth, so most come out in one.
const expansion = 16;
const maxChunkBytes = 4 * 2 ** 20;

/** The decoded bytes, or the code of what is wrong with them: "too_large", "unknown_encoding" or zlib's own. */
export type Decompressed = { bytes: Buffer } | { code: string; cause: unknown };

/** Undoes the content encoding; stops as soon as more than `maxBytes` come out. */
export async function decompress(
  bytes: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Decompressed> {
  const name = encoding?.trim().toLowerCase() || "identity";
  if (name === "identity" || bytes.length === 0) return { bytes };
  if (name !== "gzip" && name !== "x-gzip") return { code: "unknown_encoding", cause: undefined };
  const maxOutputLength = maxBytes;
  try {
    if (bytes.length < inlineBytes) return { bytes: gunzipSync(bytes, { maxOutputLength }) };
    const chunkSize = Math.min(bytes.length * expansion, maxChunkBytes);
    return { bytes: await gunzipOffThread(bytes, { maxOutputLength, chunkSize }) };
  } catch (cause) {
    return { code: cause instanceof RangeError ? "too_large" : codeOf(cause), cause };
  }
}

/**
 * Node's and undici's errors are told apart by their code, or their name where they have none; their texts are not
 * for people.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
