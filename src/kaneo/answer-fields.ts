/** Fields of Kaneo's answers that must not surprise in the middle of a call. */
import { z } from "zod";
import { ID } from "./endpoint.ts";

/** An id, such as paths take. */
export const kaneoId = z.string().regex(ID);

/** A moment in ISO 8601. */
export const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/)
  .refine((text) => !Number.isNaN(Date.parse(text)));

/** A field that Kaneo may leave out or give as null. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

// Nearly no word is, and to test is cheaper than to replace: a list has thousands of words.
const DISTURBING = /[\s\p{Cc}\u202A-\u202E\u2066-\u2069]+/u;

/** A word that stands between ours, such as a slug: it must not start a line or turn the rest of one around. */
export const word = z
  .string()
  .transform((text) => (DISTURBING.test(text) ? text.split(DISTURBING).join(" ") : text));
