/** What answers all but the first questions of a client. Apart, since most processes that a client starts are asked nothing else. */
import { createCaller } from "./calls.ts";
import { createListNews } from "./menus.ts";
import { createPrompts } from "./prompts.ts";
import type { McpServerOptions } from "./protocol.ts";
import { createResources } from "./resources.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { answerCalls } from "./tool-calls.ts";

export type Parts = ReturnType<typeof createParts>;

/** Makes them once, for all requests of the process. */
export function createParts(options: McpServerOptions) {
  const news = createListNews();
  const caller = createCaller(options, news);
  return {
    callTool: answerCalls(caller, options),
    resources: createResources(caller, news, options),
    subscriptions: createSubscriptions(news, options),
    prompts: createPrompts(options),
  };
}
