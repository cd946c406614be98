import type { ToolContext } from "../tools/tool.ts";

export const LIST_CHANGED_METHOD = "notifications/resources/list_changed";

/** Tells clients that asked for the projects before anybody had signed in that there are some by now. */
export interface ListNews {
  /** Calls `tell` when there is a list to ask for again, until `signal` aborts; at most one for a key. */
  listen(key: unknown, tell: () => void, signal: AbortSignal): void;
  /** A client was given an empty list, since nobody has signed in. */
  missed(): void;
  /** To be called when something worked: perhaps somebody has signed in. */
  look(session: ToolContext["session"] | undefined): Promise<void>;
}

export function createListNews(): ListNews {
  const listeners = new Map<unknown, () => void>();
  let isMissing = false;
  return {
    listen(key, tell, signal) {
      listeners.set(key, tell);
      signal.addEventListener("abort", () => listeners.delete(key), { once: true });
    },
    missed() {
      isMissing = true;
    },
    async look(session) {
      if (!isMissing || session === undefined) return;
      // How that stands cannot be told just now, and will be after the next call.
      const state = await session.state().catch(() => undefined);
      if (!isMissing || state?.kind !== "signed_in") return;
      isMissing = false;
      for (const tell of listeners.values()) tell();
    },
  };
}
