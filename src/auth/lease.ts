import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { PrivateFolder } from "./private-folder.ts";
import type { ProcessIdentity } from "./process-identity.ts";

const BEAT_MS = 2_000;
const SILENCE_MS = 8_000;

const leaseSchema = z.object({
  pid: z.number(),
  host: z.string(),
  namespace: z.string().optional(),
  beat: z.number(),
  released: z.boolean().optional(),
});

/**
 * Decides which of several processes acts. It spares the server early polls; nothing is lost if two act for a moment.
 *
 * By generations: `<key>.lease-<n>` is created once and never taken over, the highest number leads, so there is no
 * file to steal and no race to steal it in.
 */
export interface Lease {
  /** Whether this process leads, taking the lead when nobody does. Looks at the disk every time. */
  lead(): Promise<boolean>;
  /** Lets the next one lead at once. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  folder: PrivateFolder;
  key: string;
  identity: ProcessIdentity;
  clock: Clock;
}

interface Held {
  generation: number;
  stop(): Promise<number>;
}

export function createLease({ folder, key, identity, clock }: LeaseOptions): Lease {
  const prefix = `${key}.lease-`;
  const isSilent = watchSilence(clock);
  let held: Held | undefined;

  const generations = async () => {
    const names = await folder.list(prefix);
    const numbers = names.map((name) => Number(name.slice(prefix.length)));
    return numbers.filter((number) => Number.isSafeInteger(number) && number > 0);
  };
  const highest = async () => Math.max(0, ...(await generations()));
  const textOf = (beat: number, released?: true) => {
    const { pid, host, namespace } = identity;
    return JSON.stringify({ pid, host, namespace, beat, released });
  };

  const isFree = async (generation: number) => {
    const content = await folder.read(`${prefix}${generation}`);
    const holder = content.kind === "text" ? parse(content.text) : undefined;
    if (holder?.released) return true;
    const isHere = holder?.host === identity.host && holder.namespace === identity.namespace;
    if (holder && isHere && !identity.isAlive(holder.pid)) return true;
    return isSilent(`${generation}/${holder?.beat}`);
  };
  const take = async (generation: number) => {
    const name = `${prefix}${generation}`;
    if (!(await folder.create(name, textOf(0)))) return false;
    const present = await generations();
    if (Math.max(...present) !== generation) return false;
    held = {
      generation,
      stop: keepBeating(clock, (beat) => folder.write(name, textOf(beat), { durable: false })),
    };
    // Numbers below the highest decide nothing, even if a process with an old view creates one again.
    for (const old of present.filter((number) => number < generation)) {
      await folder.remove(`${prefix}${old}`).catch(() => undefined);
    }
    return true;
  };

  return {
    lead: async () => {
      const top = await highest();
      if (held && top <= held.generation) return true;
      await held?.stop();
      held = undefined;
      if (top > 0 && !(await isFree(top))) return false;
      return take(top + 1);
    },
    release: async () => {
      if (!held) return;
      const { generation, stop } = held;
      held = undefined;
      const beat = await stop();
      // If it cannot be marked, the others find the process gone or silent.
      await folder
        .write(`${prefix}${generation}`, textOf(beat, true), { durable: false })
        .catch(() => undefined);
    },
  };
}

/** Tells whether a text has stayed the same for too long, on our own clock: others' clocks and file times may lie. */
function watchSilence(clock: Clock): (text: string) => boolean {
  let last = { text: "", since: 0 };
  return (text) => {
    if (text !== last.text) last = { text, since: clock.elapsed() };
    return clock.elapsed() - last.since >= SILENCE_MS;
  };
}

/** Calls `write` with a growing number until stopped; stopping gives the last one. */
function keepBeating(clock: Clock, write: (beat: number) => Promise<void>): Held["stop"] {
  const end = new AbortController();
  let beat = 0;
  const beating = (async () => {
    while (!end.signal.aborted) {
      await clock.sleep(BEAT_MS, end.signal).catch(() => undefined);
      if (end.signal.aborted) return;
      beat += 1;
      // A beat that cannot be written costs the lead, not the sign-in.
      await write(beat).catch(() => undefined);
    }
  })();
  return async () => {
    end.abort();
    await beating;
    return beat;
  };
}

function parse(text: string): z.infer<typeof leaseSchema> | undefined {
  try {
    return leaseSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Being written, or the disk was full: only its silence tells.
    return undefined;
  }
}
