import { diskReasonOf } from "../disk.ts";
import { askWhetherDead } from "./credentials.ts";
import type { KeptToken, SignInFolder } from "./sign-in-folder.ts";
import type { SignInOptions } from "./sign-in-options.ts";
import { within } from "./waiting.ts";

const VERDICT_MS = 30_000;

export type TokenInUse = ReturnType<typeof followToken>;

/** Knows which token requests go with, and gives one up that Kaneo says is dead. */
export function followToken(folder: SignInFolder, options: SignInOptions) {
  const { http, clock } = options;
  /** Tokens that this process got and Kaneo has not accepted yet. */
  const unaccepted = new Set<string>();
  let latest: string | undefined;

  const use = (token: string): string => {
    const before = latest;
    if (token === before) return token;
    options.addSecret(token);
    latest = token;
    if (before !== undefined) options.onTokenReplaced();
    return token;
  };
  const current = async (): Promise<KeptToken | undefined> => {
    const found = await folder.token(await folder.look());
    if (found) use(found.token);
    return found;
  };
  const ask = sharedByToken((token) => askWhetherDead(http, token, undefined));
  const isDead = async (token: string, signal: AbortSignal | undefined) =>
    (await within(ask(token), { clock, ms: VERDICT_MS, signal })) === "dead";
  const replace = sharedByToken(async (token) => {
    const found = await current();
    if (found?.token !== token) return found;
    try {
      // The mark first: it holds also where the file stays.
      await folder.mark(found.n, "revoked");
      await folder.removeToken(found.n);
    } catch (error) {
      options.warn(`The file of a token that is no longer valid stays: ${diskReasonOf(error)}.`);
    }
    return current();
  });

  return {
    use,
    /** The token as things stand now: another process may have signed in or out. */
    current,
    obtained: (token: string): void => {
      options.addSecret(token);
      unaccepted.add(token);
    },
    accepted: (token: string): void => void unaccepted.delete(token),
    isAccepted: (token: string): boolean => !unaccepted.has(token),
    isDead,
    /** Gives a dead token up; gives the one that is to be used instead, if there is one. */
    replace,
  };
}

/** Does the work once for all calls that ask for the same token at the same time. */
function sharedByToken<T>(work: (token: string) => Promise<T>): (token: string) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (token) => {
    const running = underWay.get(token) ?? work(token).finally(() => underWay.delete(token));
    underWay.set(token, running);
    return running;
  };
}
