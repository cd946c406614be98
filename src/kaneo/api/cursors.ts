/** Where the next page of a list begins: opaque to whoever gets it, and good for that very list only. */
import { createHash } from "node:crypto";
import { KaneoMcpError } from "../../errors.ts";
import { parsedJson } from "../../json.ts";

/** What something is ordered by in a list, which makes it unique there. */
export type SortKey = (string | number)[];

/** A cursor that continues after `key`; `listing` is everything that the order of the pages depends on. */
export function writeCursor(key: SortKey, listing: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(listing), ...key])).toString("base64url");
}

/**
 * The key after which the page of `cursor` starts.
 *
 * @throws KaneoMcpError "invalid_input" when the cursor was made for another listing, or by nobody.
 */
export function readCursor(cursor: string, listing: unknown): SortKey {
  const parts = parseCursor(cursor);
  const [print, ...key] = parts;
  if (print === fingerprint(listing)) return key;
  const why =
    parts.length === 0
      ? "did not come from an answer"
      : "belongs to a call with other arguments, or what it reads has changed";
  throw new KaneoMcpError("invalid_input", `This cursor ${why}.`, {
    hint: "Repeat the arguments of the call that gave the cursor, or leave the cursor out to start over.",
  });
}

function parseCursor(cursor: string): SortKey {
  const parts = parsedJson(Buffer.from(cursor.replace(/^.*\s/s, ""), "base64url").toString());
  const isKey =
    Array.isArray(parts) && parts.every((part) => /^(string|number)$/.test(typeof part));
  return isKey ? parts : [];
}

/** A short name of anything that JSON can tell. */
export function fingerprint(listing: unknown): string {
  return createHash("sha256").update(JSON.stringify(listing)).digest("base64url").slice(0, 8);
}
