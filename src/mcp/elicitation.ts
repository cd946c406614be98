/** Has the client lead its person to the page of the sign-in, in the way of either era. Loaded when there is such a page. */
import type { Result } from "@modelcontextprotocol/sdk/types.js";
import type { KaneoMcpError, SignInPage } from "../errors.ts";
import { isRecord } from "../json.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { MethodRequest } from "./protocol.ts";

const MOST_SECONDS = 20;
/** Not worth a question that would be taken back at once. */
const LEAST_SECONDS = 5;

const METHOD = "elicitation/create";
/** Names the one question that there is among `inputRequests` and `inputResponses`. */
const QUESTION = "sign_in";

export interface Asking {
  request: MethodRequest;
  context: ToolContext;
  signal: AbortSignal;
  secondsLeft: number;
  /** The codes that this process has asked for by elicitation. Each is once: the text says everything anyway. */
  asked: Set<string>;
}

/**
 * Asks the person to approve. Resolves with the result by which the client does that itself, or with undefined when they
 * have approved: then the call can be made.
 *
 * @throws `question` when there is nobody to ask, or they have not approved within 20 s.
 */
export async function askPerson(
  question: KaneoMcpError,
  asking: Asking,
): Promise<Result | undefined> {
  const { request, secondsLeft, asked, signal } = asking;
  const { signIn: page } = question;
  const { opensLinks } = request;
  if (!page || !opensLinks || asked.has(page.userCode)) throw question;
  if (opensLinks === "by_result") {
    asked.add(page.userCode);
    const inputRequests = { [QUESTION]: { method: METHOD, params: elicitationOf(page) } };
    // The state says nothing, so that nothing can be done by changing it.
    return { resultType: "input_required", inputRequests, requestState: "kaneo-signin:1" };
  }

  if (secondsLeft < LEAST_SECONDS) throw question;
  asked.add(page.userCode);
  const params = elicitationOf(page);
  const over = new AbortController();
  const refused = new AbortController();
  // "accept" means that the person wants to open the link, not that they have approved.
  void opensLinks(METHOD, params, over.signal).then((answer) => {
    if (answer?.["action"] !== "accept") refused.abort(question);
  });
  try {
    const seconds = Math.min(MOST_SECONDS, secondsLeft);
    await awaitApproval(asking.context, seconds, AbortSignal.any([signal, refused.signal]));
    const { elicitationId } = params;
    request.notify("notifications/elicitation/complete", { elicitationId });
    return undefined;
  } finally {
    over.abort();
  }
}

/**
 * To be called before a call that a client of 2026-07-28 repeats with what the person said: waits for the approval when
 * they wanted to open the link.
 *
 * @throws KaneoMcpError "sign_in_required" when they have not approved.
 */
export async function afterAsking(answers: unknown, context: ToolContext): Promise<void> {
  const answer = isRecord(answers) ? answers[QUESTION] : undefined;
  if (!isRecord(answer)) return;
  await awaitApproval(context, answer["action"] === "accept" ? MOST_SECONDS : 0, context.signal);
}

/**
 * The same in both eras: 2026-07-28 knows no `elicitationId` any more, but Copilot CLI 1.0.102 takes a question without one
 * for no answer at all, and tells the model that the call failed.
 */
function elicitationOf({ link, userCode, warning }: SignInPage) {
  const caution = warning === undefined ? "" : ` Caution: ${warning}`;
  const message = `Sign in to Kaneo at ${new URL(link).host}. Compare the code ${userCode} with the page.${caution}`;
  return { mode: "url", url: link, message, elicitationId: `kaneo-${userCode}` };
}

async function awaitApproval(
  { session }: ToolContext,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const state = await session.signIn(seconds, signal);
  if (state.kind === "pending") throw state.question;
}
