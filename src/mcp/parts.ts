/** What answers all but the first questions of a client. Apart, since most processes that a client starts are asked nothing else. */
import { isFailure } from "../errors.ts";
import type { ToolContext } from "../tools/tool.ts";
import { type Caller, createCaller } from "./calls.ts";
import { createListNews } from "./menus.ts";
import { createPrompts } from "./prompts.ts";
import type { McpServerOptions } from "./protocol.ts";
import { createResources } from "./resources.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { answerCalls } from "./tool-calls.ts";

export type Parts = ReturnType<typeof createParts>;

export function createParts(options: McpServerOptions) {
  const news = createListNews();
  const callKaneo = createCaller(options);
  const caller: Caller = (request, work) => {
    const run = async (context: ToolContext) => {
      const result = await work.run(context).catch((error: unknown) => {
        // Who signs in now may be somebody else, to whom other projects are shown.
        if (isFailure(error, "sign_in_required")) news.missed();
        throw error;
      });
      void news.look(context.session);
      return result;
    };
    return callKaneo(request, { ...work, run });
  };
  return {
    call: answerCalls(caller, options),
    resources: createResources(caller, news, options),
    subscriptions: createSubscriptions(news, options),
    prompts: createPrompts(options),
  };
}
