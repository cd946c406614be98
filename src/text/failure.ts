import { type FailureKind, isMissingPart, KaneoMcpError, UPDATED } from "../errors.ts";
import { cleanText } from "../untrusted.ts";
import { limitAnswer, MOST_CHARACTERS } from "./text.ts";

/** What to do next when the failure itself does not say. */
const ADVICE: Record<FailureKind, string> = {
  config: "Correct the server's entry in the client's configuration and restart the client.",
  sign_in_required: "Call sign_in to get a link for the person.",
  sign_in_failed: "Call sign_in for a new link.",
  forbidden: "Ask an owner or admin of the workspace, or use another account.",
  not_found: "list_projects, get_project, list_tasks and search give the names that exist.",
  ambiguous: "Call again with one of the candidates.",
  invalid_input: "Correct the arguments and call again.",
  conflict: "Look at the present state first, then decide.",
  rate_limited: "Wait, then call again.",
  unavailable:
    "Nothing was changed. Call again in a while; if it persists, check KANEO_API_URL and the instance.",
  outcome_unknown:
    "It may or may not have been saved: look at the present state before repeating it.",
  cancelled: "Call again if it is still wanted.",
  out_of_time: "Not done: call again for less at once, such as one project, fewer tasks or days.",
  unexpected: "If it happens again, it is worth a bug report.",
};

/** For `unavailable`, when this call had changed something before. */
const ADVICE_AFTER_A_WRITE =
  "What was sent before may be done: look at the present state, then call again for the rest in a while.";

/**
 * The text of a failure for a model: what happened and why, then what to do next. Never a stack. What is none of ours is a
 * bug; with `wasWritten`, nobody knows what became of the write before it, and that comes first.
 */
export function renderFailure(error: unknown, { wasWritten = false } = {}): string {
  if (isMissingPart(error)) {
    return wasWritten
      ? `What was to be changed may or may not have been saved.\n${UPDATED}`
      : UPDATED;
  }
  if (!(error instanceof KaneoMcpError)) {
    if (!wasWritten) return `Something went wrong inside kaneo-mcp. ${ADVICE.unexpected}`;
    return "What was to be changed may or may not have been saved: something went wrong inside kaneo-mcp after it was sent.\nLook at the present state before repeating it.";
  }
  const isUndone = error.kind !== "unavailable" || !wasWritten;
  const next = error.hint ?? (isUndone ? ADVICE[error.kind] : ADVICE_AFTER_A_WRITE);
  const advice = limitAnswer(cleanText(next), MOST_CHARACTERS / 2, "");
  return `${limitAnswer(cleanText(error.message), MOST_CHARACTERS - advice.length - 1, "")}\n${advice}`;
}
