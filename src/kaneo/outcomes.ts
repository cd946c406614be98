/** What came of a write: never believed because of its status alone. */
import { type FailureKind, isFailure, KaneoMcpError, reasonOf } from "../errors.ts";

/** After these failures of a write it may have been saved all the same. */
const UNCERTAIN: FailureKind[] = ["outcome_unknown", "unexpected", "cancelled"];

/** Failures that every further request of the call would meet too. */
export const LASTING: FailureKind[] = [
  "config",
  "sign_in_required",
  "sign_in_failed",
  "rate_limited",
  "unavailable",
  "out_of_time",
];

/** When a call of many writes sends nothing more. */
export interface Stop {
  /** A moment of `Kaneo.elapsed`. */
  deadline: number;
  /** Why nothing more is sent; undefined while something is. */
  reason?: string;
}

/** How the failure of one write among several is told: every answer has these words for it. */
export function fateOf(error: unknown): "uncertain" | "not tried" | "failed" {
  if (isFailure(error, ...UNCERTAIN)) return "uncertain";
  return isFailure(error, "out_of_time") ? "not tried" : "failed";
}

/**
 * What a write made of a thing: its answer where that shows what was wished for, else what is then read.
 *
 * @throws KaneoMcpError "outcome_unknown" when neither shows it.
 */
export async function confirmed<T>(
  answer: T,
  isWished: (state: T) => boolean,
  readAgain: () => Promise<T>,
): Promise<T> {
  if (isWished(answer)) return answer;
  const now = await readAgain().catch((error: unknown) => {
    const message = `Kaneo's answer does not show the change, and reading it again failed: ${reasonOf(error)}`;
    throw new KaneoMcpError("outcome_unknown", message, { cause: error });
  });
  if (isWished(now)) return now;
  throw new KaneoMcpError(
    "outcome_unknown",
    "Kaneo answered, but neither its answer nor what was read afterwards shows the change.",
  );
}
