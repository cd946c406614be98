import { diskReasonOf } from "../disk.ts";
import type { Http } from "../http/http.ts";
import type { SignOutResult } from "../session.ts";
import { revokeToken } from "./credentials.ts";
import type { SignInFolder } from "./sign-in-folder.ts";

interface Revocation {
  failure: string | undefined;
  /** Why the token's file could not be removed. */
  leftover: string | undefined;
}

/** Ends sessions in Kaneo and here, each token once. */
export function createSignOut(http: Http, folder: SignInFolder) {
  const revocations = new Map<string, Promise<Revocation>>();
  const revoke = (n: number, token: string, signal?: AbortSignal): Promise<Revocation> => {
    const running = revocations.get(token) ?? end(n, token, signal);
    revocations.set(token, running);
    return running;
  };
  const end = async (n: number, token: string, signal: AbortSignal | undefined) => {
    const failure = await revokeToken(http, token, signal);
    const leftover = await folder.removeToken(n).then(() => undefined, diskReasonOf);
    return { failure, leftover };
  };

  return {
    revoke,
    /** Signs out every process here that uses this instance and client id; `settle` waits for tokens that are on their way. */
    everywhere: async (
      settle: () => Promise<void>,
      signal: AbortSignal | undefined,
    ): Promise<SignOutResult> => {
      revocations.clear();
      const before = await folder.look();
      const isPending = !before.isOver && (await folder.token(before)) === undefined;
      // First the mark: whoever gets a token after it revokes it.
      const unmarked = await markHighest(folder);
      await settle();
      const { all } = await folder.look();
      const kept = await Promise.all(
        all.map(async ({ n }) => ({ n, token: await folder.readToken(n) })),
      );
      // All are begun before one is waited for: a failure that nobody waits for ends the process.
      for (const { n, token } of kept) if (token) void revoke(n, token, signal);
      const results = await Promise.all(revocations.values());
      await folder.removeOldFiles();
      return resultOf(results, { isPending, unmarked });
    },
  };
}

/** Marks the highest sign-in, and looks again until that is the highest; gives why others cannot see it. */
async function markHighest(folder: SignInFolder): Promise<string | undefined> {
  let unmarked: string | undefined;
  for (;;) {
    const { all } = await folder.look();
    // One in memory may be the highest here; the others look at the highest on disk.
    const onDisk = all.find(({ n }) => Number.isInteger(n));
    const highest = all.filter((one, index) => index === 0 || one === onDisk);
    const open = highest.filter(({ names }) => !names.has("signed-out"));
    if (open.length === 0) return unmarked;
    for (const { n } of open) {
      await folder.mark(n, "signed-out").catch((error: unknown) => {
        unmarked = diskReasonOf(error);
      });
    }
  }
}

function resultOf(
  results: Revocation[],
  { isPending, unmarked }: { isPending: boolean; unmarked: string | undefined },
): SignOutResult {
  const failures = results.flatMap(({ failure }) => failure ?? []);
  const leftovers = results.flatMap(({ leftover }) => leftover ?? []);
  const isCancelled = results.length === 0 && isPending;
  const untold = "other servers here could not be told and keep the token until Kaneo refuses it";
  const problems = new Set([
    ...failures,
    ...(isCancelled ? ["the sign-in that waited for approval was cancelled"] : []),
    ...leftovers.map((why) => `the token's file could not be removed: ${why}`),
    ...(unmarked === undefined ? [] : [`${untold}: ${unmarked}`]),
  ]);
  const detail = [...problems].join("; ") || undefined;
  if (results.length === 0) return { outcome: "nothing", detail };
  if (failures.length === 0) return { outcome: "revoked", detail };
  return { outcome: leftovers.length > 0 ? "neither" : "forgotten_only", detail };
}
