/** Subscriptions to resources, in the way of either era. What feeds them is kaneo/events/project-watch.ts. */
import { once } from "node:events";
import type { Result } from "@modelcontextprotocol/sdk/types.js";
import { isRecord } from "../json.ts";
import { renderFailure } from "../text/failure.ts";
import { LIST_CHANGED_METHOD, type ListNews, withDeadline } from "./menus.ts";
import {
  invalidParams,
  type McpServerOptions,
  META_KEYS,
  type MethodRequest,
  ProtocolError,
} from "./protocol.ts";
import { locateFor, resourceFailure } from "./resources.ts";

/** Of `resources/subscribe` in all, and of one stream of 2026-07-28. */
const MOST_WATCHED = 100;
/** Changes that come together are told together. */
const TOGETHER_MS = 100;
/** How long it may take until a resource is watched. */
const BEGIN_MS = 10_000;

const UPDATED_METHOD = "notifications/resources/updated";

/** Makes the functions that answer `resources/subscribe`, `resources/unsubscribe` and `subscriptions/listen`. */
export function createSubscriptions(news: ListNews, options: McpServerOptions) {
  /** What `resources/subscribe` named, with what ends it. */
  const subscribed = new Map<string, AbortController>();
  return {
    async subscribe(request: MethodRequest): Promise<Result> {
      const { uri } = await locateFor(request);
      const before = subscribed.get(uri);
      if (!before && subscribed.size >= MOST_WATCHED) {
        throw invalidParams(`There are ${MOST_WATCHED} subscriptions; end one first.`, { uri });
      }
      const end = new AbortController();
      subscribed.set(uri, end);
      const signal = AbortSignal.any([end.signal, request.signal, request.inputEnd]);
      const told = () => request.notify(UPDATED_METHOD, { uri });
      try {
        await watch(request, options, { signal, told });
      } catch (error) {
        end.abort();
        // Who subscribed before is still told, unless that was ended meanwhile.
        if (subscribed.get(uri) !== end) before?.abort();
        else if (before?.signal.aborted === false) subscribed.set(uri, before);
        else subscribed.delete(uri);
        throw error;
      }
      // Not before: what changes meanwhile is told, too.
      before?.abort();
      return {};
    },

    async unsubscribe(request: MethodRequest): Promise<Result> {
      const { uri } = await locateFor(request);
      subscribed.get(uri)?.abort();
      subscribed.delete(uri);
      return {};
    },

    listen: (request: MethodRequest) => listen(request, news, options),
  };
}

/**
 * Tells of what can be told: changes of resources that are there, and that there is a list of projects by now. The lists of
 * tools and prompts stay as they are.
 */
async function listen(
  request: MethodRequest,
  news: ListNews,
  options: McpServerOptions,
): Promise<Result> {
  const { id, params, notify, inputEnd } = request;
  const _meta = { [META_KEYS.subscription]: id };
  const signal = AbortSignal.any([request.signal, inputEnd]);
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { uris, resourcesListChanged } = wantedBy(params);
  const isWatched = async (uri: string): Promise<boolean> => {
    const told = () => void opened.then(() => notify(UPDATED_METHOD, { _meta, uri }));
    try {
      await watch({ ...request, params: { uri } }, options, { signal, told });
      return true;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      options.log.debug(`Not subscribed to ${uri.slice(0, 100)}: ${error.message}`);
      return false;
    }
  };
  const watched = await Promise.all(uris.map(isWatched));
  const resourceSubscriptions = uris.filter((_, index) => watched[index]);
  if (resourcesListChanged) {
    news.listen(id, () => notify(LIST_CHANGED_METHOD, { _meta }), signal);
  }
  const notifications = {
    ...(resourcesListChanged && { resourcesListChanged }),
    ...(resourceSubscriptions.length > 0 && { resourceSubscriptions }),
  };
  // It has to be the first message of the stream.
  notify("notifications/subscriptions/acknowledged", { _meta, notifications });
  open();
  if (!signal.aborted) await once(signal, "abort");
  return { _meta };
}

/** What a stream is to tell of. */
function wantedBy({ notifications = {} }: MethodRequest["params"]) {
  const wanted = isRecord(notifications) ? notifications : { resourceSubscriptions: null };
  const { resourceSubscriptions: uris = [], resourcesListChanged = false } = wanted;
  const isList = Array.isArray(uris) && uris.every((uri) => typeof uri === "string");
  if (isList && typeof resourcesListChanged === "boolean") {
    return { uris: [...new Set<string>(uris)].slice(0, MOST_WATCHED), resourcesListChanged };
  }
  throw invalidParams(
    '"notifications" must be an object, with "resourceSubscriptions", a list of addresses, and "resourcesListChanged", true or false.',
  );
}

/**
 * Calls `told` from now on when the resource that `request` names has changed, until `signal` aborts.
 *
 * @throws ProtocolError when it cannot be watched.
 */
async function watch(
  request: MethodRequest,
  options: McpServerOptions,
  { signal, told }: { signal: AbortSignal; told: () => void },
): Promise<void> {
  const { uri, ...located } = await locateFor(request);
  try {
    await withDeadline(BEGIN_MS, { clock: options.clock, outer: signal }, async (watching) => {
      const { watchResource } = await import("../resources/reading.ts");
      // A client subscribes by itself, and a watch goes on for hours.
      const { kaneo } = await options.createContext(watching, { isUnattended: true });
      const changed = tellTogether(told, watching, options);
      await watchResource(located, kaneo, { changed, signal: watching });
    });
  } catch (error) {
    const text = options.hideSecrets(renderFailure(error));
    throw resourceFailure(request, { uri, text, error });
  }
}

/** Tells once of all that changes within a short time, after the last of it. */
function tellTogether(told: () => void, signal: AbortSignal, { clock }: McpServerOptions) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    void clock.sleep(TOGETHER_MS, signal).then(
      () => {
        isDue = false;
        told();
      },
      () => {},
    );
  };
}
