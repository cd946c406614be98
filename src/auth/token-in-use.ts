import { diskReasonOf } from "../disk.ts";
import { isDeadInKaneo } from "./credentials.ts";
import type { KeptToken, SignInFolder } from "./sign-in-folder.ts";
import type { SignInOptions } from "./sign-in-options.ts";
import { within } from "./waiting.ts";

const VERDICT_MS = 30_000;

interface Verdict {
  /** False also where no answer tells. */
  isDead: boolean;
  /** What is to be used instead of a dead one, if there is something. */
  next?: KeptToken | undefined;
}

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
  const judge = async (token: string): Promise<Verdict> => {
    if (!(await isDeadInKaneo(http, token))) return { isDead: false };
    const found = await current();
    if (found?.token !== token) return { isDead: true, next: found };
    try {
      // The mark first: it holds also where the file stays.
      await folder.mark(found.n, "revoked");
      await folder.removeToken(found.n);
    } catch (error) {
      options.warn(`The file of a token that is no longer valid stays: ${diskReasonOf(error)}.`);
    }
    return { isDead: true, next: await current() };
  };
  const underWay = new Map<string, Promise<Verdict>>();

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
    /** Asks Kaneo whether `token` is dead, once for all calls that want to know, and gives it up when it is. */
    verdictOn: async (token: string, signal: AbortSignal | undefined): Promise<Verdict> => {
      const asked = underWay.get(token) ?? judge(token).finally(() => underWay.delete(token));
      underWay.set(token, asked);
      return (await within(asked, { clock, ms: VERDICT_MS, signal })) ?? { isDead: false };
    },
  };
}
