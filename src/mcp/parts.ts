/** What answers all but the first questions of a client. Apart, since most processes that a client starts are asked nothing else. */
import { createCaller } from "./calls.ts";
import { createListNews } from "./list-news.ts";
import type { MethodOptions } from "./methods.ts";
import { createPrompts } from "./prompts.ts";
import { createResources } from "./resources.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createToolCalls } from "./tool-calls.ts";

export type Parts = ReturnType<typeof createParts>;

export function createParts(options: MethodOptions) {
  const news = createListNews();
  const caller = createCaller({ ...options, worked: ({ session }) => void news.look(session) });
  return {
    tools: createToolCalls(caller, options),
    resources: createResources(caller, { ...options, news }),
    subscriptions: createSubscriptions({ ...options, news }),
    prompts: createPrompts(options),
  };
}
