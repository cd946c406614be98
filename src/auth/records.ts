/**
 * What the files of a sign-in say, and the checks before they are believed. Sign-in `n` is the folder `n`, and each file in it
 * is written once, by whichever process comes first:
 *
 * - `code.json`: the code that the person is shown, from the process that made the folder (attempt.ts)
 * - `claim-<k>`: a process asks Kaneo for the `k`th time whether it is approved; the others wait for that (attempt.ts)
 * - `answer-<k>.json`: that it is not yet, and how long to wait before the next question (questions.ts)
 * - `token.json`: the token; it counts whatever else is there, but for the two marks (questions.ts)
 * - `ended.json`: why the code will never give one (attempt.ts, questions.ts)
 * - `revoked`, `signed-out`: marks without text; the token is dead, or nobody is signed in up to here (token-in-use.ts, sign-out.ts)
 *
 * A process that is killed leaves at most a folder without a code, or a claim without an answer: the others go on when both are
 * old enough (`ABANDONED_MS`, `dueInMs`).
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { CREDENTIAL } from "../http/headers.ts";
import { parsedJson } from "../json.ts";

const VERSION = 1;
/** Kaneo gives half an hour; anything above a day is damage, or a mistake, and no date. */
export const LONGEST_SECONDS = 86_400;
const seconds = z.number().positive().max(LONGEST_SECONDS);

/** A code that waits for the person's approval. */
export const codeSchema = z.object({
  deviceCode: z.string().min(1).max(4_096),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string(),
  intervalSeconds: seconds,
  expiresInSeconds: seconds,
});
export type Code = z.infer<typeof codeSchema>;

export const tokenSchema = z.object({ accessToken: z.string().regex(CREDENTIAL) });

/** Why a code will never give a token. */
export const endedSchema = z.object({
  status: z.literal(["denied", "expired", "failed"]),
  /** The server's word for it. */
  error: z.string().max(200).optional(),
});
export type Ended = z.infer<typeof endedSchema>;

/** What came of a question to the server, for whoever asks next. */
export const answerSchema = z.object({
  /** Between two questions, from now on. */
  intervalSeconds: seconds,
  /** Answers in a row that said nothing. */
  failures: z.number().min(0).max(1_000),
  /** What the server asked for, this once. */
  pauseSeconds: z.number().min(0).max(LONGEST_SECONDS),
});
export type Answer = z.infer<typeof answerSchema>;

/** The instance and client that a file belongs to: a token never goes to another one. */
export interface Registration {
  base: string;
  clientId: string;
}

/** `<host>-<hash>`: one folder per instance and client, recognisable to the person. */
export function keyOf({ base, clientId }: Registration): string {
  const host = new URL(base).host.replaceAll(/[^A-Za-z0-9.-]/g, "_").slice(0, 100);
  const hash = createHash("sha256").update(`${base}\n${clientId}`).digest("hex");
  return `${host}-${hash.slice(0, 16)}`;
}

const labelSchema = z.object({ version: z.number(), base: z.string(), clientId: z.string() });

/** A record as it stands in a file, with the instance and client that it belongs to; {@link readRecord} reads it. */
export function recordText(registration: Registration, record: object): string {
  return JSON.stringify({ version: VERSION, ...registration, ...record });
}

/** The record in `text`. @throws Error with what is wrong with it. */
export function readRecord<T>(text: string, schema: z.ZodType<T>, registration: Registration): T {
  const json = parsedJson(text);
  const label = labelSchema.safeParse(json).data;
  if (label && label.version > VERSION) {
    throw new Error("was written by a newer version of kaneo-mcp");
  }
  if (label && (label.base !== registration.base || label.clientId !== registration.clientId)) {
    throw new Error("belongs to another Kaneo instance or client id");
  }
  const parsed = schema.safeParse(json);
  if (!label || !parsed.success) throw new Error("is damaged");
  return parsed.data;
}
