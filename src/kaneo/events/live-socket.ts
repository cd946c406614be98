/** The one socket of a channel: opened, kept alive, opened again. Says nothing of why it cannot be. */
import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { OpenSocket } from "../../http/http.ts";
import { parsedJson } from "../../json.ts";
import type { Endpoint } from "../api/kaneo.ts";

const taskId = z.string().max(128).optional();
/** A relation names the tasks at both its ends, and perhaps no other; what names none is about a whole project. */
const announcementSchema = z
  .object({
    type: z.string().regex(/^[A-Z_]{1,60}$/),
    taskId,
    sourceTaskId: taskId,
    targetTaskId: taskId,
  })
  .transform(({ type, taskId, sourceTaskId, targetTaskId }) => {
    const named = [taskId, sourceTaskId, targetTaskId].flatMap((id) => id || []);
    return { type, taskIds: new Set(named.length === 0 ? [""] : named) };
  });
export type Announcement = z.infer<typeof announcementSchema>;

export interface Line {
  clock: Clock;
  openSocket: OpenSocket;
  /** From 0 to 1, like `Math.random`. */
  random?: (() => number) | undefined;
  path: Endpoint;
  over: AbortSignal;
  onOpen(): void;
  onAnnounced(announcement: Announcement): void;
  onLost(): void;
}

/** After this it is taken for refused: there are proxies that swallow the question. */
const OPENING_MS = 10_000;
/** Cloudflare closes what is silent for 100 s. */
const PING_MS = 30_000;
/** A socket that lasted so long is no sign that the next one will not. */
const STABLE_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Connects until `over`, again and again. */
export async function stayConnected(line: Line): Promise<void> {
  const { clock, over, random = Math.random } = line;
  for (let failures = 0; !over.aborted; failures += 1) {
    const began = clock.elapsed();
    const wasOpen = await connectOnce(line);
    if (wasOpen && clock.elapsed() - began > STABLE_MS) failures = 0;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS);
    await clock.sleep(pause * (0.5 + random() / 2), over).catch(() => {});
  }
}

async function connectOnce({ clock, path, over, openSocket, ...line }: Line): Promise<boolean> {
  const connection = new AbortController();
  const signal = AbortSignal.any([over, connection.signal]);
  const opened = new AbortController();
  const giveUp = () => connection.abort();
  clock.sleep(OPENING_MS, AbortSignal.any([opened.signal, over])).then(giveUp, () => {});
  const isTooMuch = createLimit(clock);
  const onText = (text: string) => {
    const announcement = signal.aborted
      ? undefined
      : announcementSchema.safeParse(parsedJson(text)).data;
    // What says anything else, or that much, is not Kaneo, and its silence would mean nothing either.
    if (announcement === undefined || isTooMuch()) connection.abort();
    else line.onAnnounced(announcement);
  };
  try {
    const socket = await openSocket({ path, signal, onText });
    opened.abort();
    line.onOpen();
    const ping = async () => {
      for (;;) {
        await clock.sleep(PING_MS, signal);
        socket.send('{"type":"ping"}');
      }
    };
    // Ends with the socket.
    ping().catch(() => {});
    await socket.closed;
    return true;
  } catch {
    // Whatever it was, whoever needs the channel goes on with requests, and is told by those.
    return false;
  } finally {
    opened.abort();
    connection.abort();
    line.onLost();
  }
}

/** An import of 10,000 tasks announces each of them. */
const MOST_PER_MINUTE = 20_000;

function createLimit(clock: Clock): () => boolean {
  let since = clock.elapsed();
  let received = 0;
  return () => {
    if (clock.elapsed() - since > 60_000) {
      since = clock.elapsed();
      received = 0;
    }
    received += 1;
    return received > MOST_PER_MINUTE;
  };
}
