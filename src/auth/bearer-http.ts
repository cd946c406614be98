import type { Http } from "../http/http.ts";
import { authorized, looksRefused } from "./refusal.ts";
import type { SignIn } from "./sign-in.ts";

/**
 * Sends every request with the person's token. A token that turns out to be dead is replaced once, by one that another
 * process wrote; a request refused with 401 was not done, so it is safe to repeat.
 *
 * @throws KaneoMcpError "sign_in_required" with the link when the person has to approve first, besides what `http`
 * throws.
 */
export function withBearer(
  http: Http,
  signIn: Pick<SignIn, "token" | "accepted" | "refused" | "refusedAgain">,
): Http {
  return async (request) => {
    const token = await signIn.token(request.signal);
    const response = await http(authorized(request, token));
    if (!looksRefused(request, response)) {
      signIn.accepted(token);
      return response;
    }
    const next = await signIn.refused(token, request.signal);
    if (next === undefined) return response;
    const second = await http(authorized(request, next));
    if (!looksRefused(request, second)) {
      signIn.accepted(next);
      return second;
    }
    await signIn.refusedAgain(next, request.signal);
    return second;
  };
}
