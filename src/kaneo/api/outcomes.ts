/** What came of a write: never believed because of its status alone. */
import { type FailureKind, isFailure, KaneoMcpError, reworded } from "../../errors.ts";
import type { Kaneo } from "./kaneo.ts";

/** After these failures of a write it may have been saved all the same. */
const MAYBE_SAVED: FailureKind[] = ["outcome_unknown", "unexpected", "cancelled"];

/** Failures that every further request of the call would meet too. */
export const LASTING: FailureKind[] = [
  "config",
  "sign_in_required",
  "sign_in_failed",
  "rate_limited",
  "unavailable",
  "out_of_time",
];

/** Failures that every further task of a project would meet too: what a role forbids, it forbids for all of them. */
export const GENERAL: FailureKind[] = [...LASTING, "forbidden"];

/** After so many answers lost in one call, what stands between here and Kaneo would lose the next one too. */
export const MOST_LOST = 2;

/** When a call of many writes sends nothing more. */
export interface Stop {
  /** A moment of `Kaneo.elapsed`; undefined where only failures stop it. */
  deadline?: number;
  /** The failures that every further write would meet too. Default: {@link LASTING}. */
  kinds?: readonly FailureKind[];
  /** How many answers were lost. */
  lost?: number;
  /** Why nothing more is sent; undefined while something is. */
  reason?: string;
}

/**
 * Sends one write of several, unless nothing more is to be sent.
 *
 * @throws KaneoMcpError of the write, or "out_of_time" for one that was not tried.
 */
export async function sendOne<T>(
  kaneo: Pick<Kaneo, "elapsed">,
  stop: Stop,
  send: () => Promise<T>,
): Promise<T> {
  const { deadline = Number.POSITIVE_INFINITY } = stop;
  if (kaneo.elapsed() > deadline) stop.reason ??= "Kaneo answers slowly";
  if (stop.reason !== undefined) throw new KaneoMcpError("out_of_time", `${stop.reason}.`);
  return send().catch((error: unknown) => {
    if (isFailure(error, ...(stop.kinds ?? LASTING))) stop.reason ??= "a request before it failed";
    if (isFailure(error, "outcome_unknown")) stop.lost = (stop.lost ?? 0) + 1;
    if (stop.lost === MOST_LOST) stop.reason ??= "answers before it were lost";
    throw error;
  });
}

/** How the failure of one write among several is told: every answer has these words for it. */
export function fateOf(error: unknown): "uncertain" | "not tried" | "failed" {
  if (isFailure(error, ...MAYBE_SAVED)) return "uncertain";
  return isFailure(error, "out_of_time") ? "not tried" : "failed";
}

/** A failure that must not stop the rest, as it stands behind `catch`. @throws `error` itself when it is a cancellation or none of ours. */
export function tolerable(error: unknown): KaneoMcpError {
  if (!(error instanceof KaneoMcpError) || error.kind === "cancelled") throw error;
  return error;
}

/** Failures that a person's words are the reason of. */
const MISTAKES: FailureKind[] = ["not_found", "ambiguous", "invalid_input"];

/**
 * Waits for what several words mean. Who gave two wrong ones, and is told of one, has to ask a second time to learn of the other.
 *
 * @throws What is no mistake in the words, else all their mistakes as one KaneoMcpError, of the first one's kind.
 */
export async function resolveAll<T extends readonly unknown[]>(
  words: { [Index in keyof T]: Promise<T[Index]> },
): Promise<T> {
  const settled = await Promise.allSettled(words);
  const reasons = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const mistakes = reasons.filter((reason) => isFailure(reason, ...MISTAKES));
  const other = reasons.find((reason) => !mistakes.includes(reason));
  if (other !== undefined) throw other;
  const [first] = mistakes;
  if (first === undefined || mistakes.length === 1) return Promise.all(words);
  const hints = mistakes.flatMap(({ hint }) => hint ?? []);
  const message = mistakes.map((one) => one.message).join(" ");
  throw reworded(first, message, [...new Set(hints)].join(" ") || undefined);
}

/** What only helps; undefined when it fails. @throws As {@link tolerable}. */
export function asHelp<T>(help: Promise<T>): Promise<T | undefined> {
  return help.catch((error: unknown) => void tolerable(error));
}

/** Its words. @throws As {@link tolerable}. */
export function reasonOf(error: unknown): string {
  return tolerable(error).message;
}

/** For `catch`: gives, or throws, what `instead` makes of a failure of these kinds, and throws all else as it is. */
export function onFailure<T>(
  kinds: FailureKind | readonly FailureKind[],
  instead: (failure: KaneoMcpError) => T,
): (error: unknown) => T {
  return (error) => {
    if (isFailure(error, ...[kinds].flat())) return instead(error);
    throw error;
  };
}

/** For `catch`: throws a failure of these kinds in other words, its own where none are given, and all else as it is. */
export function saying(
  kinds: FailureKind | readonly FailureKind[],
  { message, hint }: { message?: string; hint: string | undefined },
) {
  return onFailure(kinds, (failure): never => {
    throw reworded(failure, message ?? failure.message, hint);
  });
}

/** What a write was to leave. */
export interface Wish<Row> {
  /** What was written, as the start of a sentence. */
  what: string;
  /** What was to become of it, `saved` if left out. */
  done?: string;
  /** The fields that tell; empty, false and absent are the same, and undefined is not looked at. */
  fields?: { [Name in keyof Row]?: Row[Name] | null | undefined };
  isSo?(row: Row): boolean;
  /** Reads the row again, or all among which it must be; absent where Kaneo has no route for that. */
  look?(): Promise<Row | undefined>;
  rows?(): Promise<readonly Row[]>;
}

/**
 * The row that a write left: its answer where that shows what was wished, else the row read again. What answers in
 * Kaneo's place, or with the row of before or of something else, would look like success otherwise.
 *
 * @throws KaneoMcpError "outcome_unknown" when neither shows it.
 */
export async function confirmed<Row>(answer: Row, wish: Wish<Row>): Promise<Row> {
  if (shows(answer, wish)) return answer;
  const look = async () => [await wish.look?.(), ...((await wish.rows?.()) ?? [])];
  const rows = await look().catch((error: unknown) => {
    if (error instanceof KaneoMcpError) return [];
    throw error;
  });
  const found = rows.find((row) => row !== undefined && shows(row, wish));
  if (found !== undefined) return found;
  const why = `${wish.what} may or may not have been ${wish.done ?? "saved"}: Kaneo's answer does not show it.`;
  throw new KaneoMcpError("outcome_unknown", why, {
    hint: "Look at the present state before repeating it.",
  });
}

function shows<Row>(row: Row, { fields = {}, isSo = () => true }: Wish<Row>): boolean {
  // The keys of a mapped type are those of its base, which the compiler does not see here.
  const names = Object.keys(fields) as (keyof Row)[];
  const named = names.filter((name) => fields[name] !== undefined);
  return (
    named.every((name) => (row[name] || undefined) === (fields[name] || undefined)) && isSo(row)
  );
}

/**
 * Makes sure that a row was deleted: Kaneo answered with it, or it is not among `rows` any more.
 *
 * @throws KaneoMcpError as {@link confirmed}.
 */
export async function confirmGone(
  answer: { id: string },
  { id, what, done = "deleted", rows }: Gone,
): Promise<void> {
  const look = async () => ((await rows()).some((row) => row.id === id) ? undefined : { id });
  await confirmed({ id: answer.id }, { what, done, fields: { id }, look });
}

interface Gone extends Pick<Wish<never>, "what" | "done"> {
  id: string;
  rows(): Promise<readonly { id: string }[]>;
}

/** What became of one of several: what it led to, or the failure. */
export type Outcome<T> = T | KaneoMcpError;

/** What was done of several things. */
export function doneIn<T>(outcomes: readonly Outcome<T>[]): T[] {
  return outcomes.flatMap((outcome) => (outcome instanceof KaneoMcpError ? [] : [outcome]));
}

/** What failed of them. */
export function failuresIn(outcomes: readonly Outcome<unknown>[]): KaneoMcpError[] {
  return outcomes.filter((outcome) => outcome instanceof KaneoMcpError);
}

/** @throws KaneoMcpError with the whole report when not one of several things is certainly done; of its kinds "uncertain" comes first. */
export function assertAnyDone(
  outcomes: readonly Outcome<unknown>[],
  report: () => string,
  hint?: string,
): void {
  const failures = failuresIn(outcomes);
  // The one to look at first: where something may have been saved.
  const worst = failures.find((one) => fateOf(one) === "uncertain") ?? failures[0];
  if (worst === undefined || failures.length < outcomes.length) return;
  const kind = fateOf(worst) === "uncertain" ? "outcome_unknown" : worst.kind;
  throw new KaneoMcpError(kind, report(), { hint });
}
