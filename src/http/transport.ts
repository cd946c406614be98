import type { Dispatcher } from "undici";
import Pool from "undici/lib/dispatcher/pool.js";
import { codeOf } from "../errors.ts";
import { decompress, INLINE_BYTES, parseBody, rawBody } from "./body.ts";
import { stopped, type Undelivered } from "./failures.ts";
import type { HttpRequest, HttpResponse, SocketRequest } from "./http.ts";

/** One request as it goes over the wire. */
export interface Message {
  method: HttpRequest["method"];
  path: string;
  headers: Record<string, string>;
  body: string | Buffer | null;
  isRaw: boolean;
  /** Limits the answer's body, as it comes and decoded. */
  maxBytes: number;
  hide(text: string): string;
  beforeSend: HttpRequest["beforeSend"];
}

/** Addresses of proxies, "" for none; and the hosts that need none. */
export interface ProxySettings {
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
}

// Kaneo closes idle sockets after 5 s. One that is about to be closed must not carry a write any more: whether that
// write arrived could not be told.
const IDLE_MS = 4_000;

const connectionOptions = {
  connections: 16,
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
  // The caller's signal limits everything; a timeout between two bytes never ends a trickle.
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

export type Transport = Awaited<ReturnType<typeof openTransport>>;

/**
 * Opens the way to `origin`, over kept-alive connections; nothing is connected before the first message. Importing this module
 * loads undici.
 *
 * @throws KaneoMcpError "config" when a proxy variable cannot be used.
 */
export async function openTransport(origin: string, proxies: ProxySettings | undefined) {
  const dispatcher: Dispatcher = proxies
    ? (await import("./proxy.ts")).openProxyDispatcher(proxies, connectionOptions)
    : new Pool(origin, connectionOptions);
  const inTurn = createTurns();
  let underWay = 0;

  return {
    /** Sends a message once. The signal's reason becomes the code of the failure. */
    send: async (message: Message, signal: AbortSignal): Promise<HttpResponse | Undelivered> => {
      if (signal.aborted) return stopped(signal);
      let came = 0;
      const hasRoom = (bytes: number) => {
        came += bytes;
        underWay += bytes;
        return came < INLINE_BYTES || underWay <= MOST_UNDER_WAY;
      };
      const done = () => {
        underWay -= came;
      };
      const received = await exchange(dispatcher, { origin, ...message }, { signal, hasRoom });
      if ("code" in received) {
        done();
        return received;
      }
      const read = () => readAnswer(received, message);
      const reading = received.bytes.length < INLINE_BYTES ? read() : inTurn(read);
      return untilStopped(reading.finally(done), signal);
    },
    openSocket: async (request: SocketRequest) => {
      const { openSocket } = await import("./socket.ts");
      return openSocket(dispatcher, origin, request);
    },
    /** Closes every connection at once; requests under way fail. */
    destroy: () => dispatcher.destroy(),
  };
}

async function readAnswer(
  { status, headers, bytes }: Received,
  { maxBytes, isRaw, hide }: Message,
): Promise<HttpResponse | Undelivered> {
  const decoded = await decompress(bytes, headers["content-encoding"], maxBytes);
  if ("code" in decoded) return { ...decoded, progress: "answered" };
  const isWantedRaw = isRaw && status < 300;
  const parsed = isWantedRaw
    ? rawBody(decoded, hide)
    : parseBody(decoded, headers["content-type"], hide);
  if ("code" in parsed) return { ...parsed, progress: "answered" };
  return { status, headers, body: parsed.value, size: decoded.length };
}

/** Big answers are in memory three times while they are read, so that only one may be at a time. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(read: () => Promise<T>): Promise<T> => {
    const reading = last.then(read);
    last = reading.catch(() => {});
    return reading;
  };
}

function untilStopped<T>(reading: Promise<T>, signal: AbortSignal): Promise<T | Undelivered> {
  const stop = new Promise<Undelivered>((resolve) => {
    signal.addEventListener("abort", () => resolve({ ...stopped(signal), progress: "answered" }));
  });
  return Promise.race([reading, stop]);
}

/** An answer as it came; a redirect without its body. */
interface Received {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

/**
 * Of all answers that are on their way or wait to be read; a short one, as to a write, has room beside them. What is more fails,
 * and is not made to wait: undici ends the process where a connection ends whose answer was paused.
 */
const MOST_UNDER_WAY = 36 * 2 ** 20;

/** More answers of status 1xx than anything sends before its answer; without an end they would keep a processor busy. */
const MOST_INTERIMS = 100;

/** A piece of one byte takes a hundred in memory, so that more of them are put together on the way. */
const MOST_PIECES = 4_096;

/**
 * Sends one request, once.
 *
 * It speaks undici's handler interface instead of calling `request`, which does not tell whether a request was handed
 * to a socket, does not settle while it is still connecting, and makes a stream for every answer.
 */
function exchange(
  dispatcher: Dispatcher,
  { maxBytes, beforeSend, isRaw: _, hide: __, ...options }: Message & { origin: string },
  { signal, hasRoom }: { signal: AbortSignal; hasRoom(bytes: number): boolean },
): Promise<Received | Undelivered> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: Omit<Received, "bytes"> | undefined;
    let size = 0;
    const chunks: Buffer[] = [];
    let joined = 0;
    let interims = 0;

    // Only the first result counts; what undici reports about a connection we have cut comes after it.
    const settle = (result: Received | Undelivered, isComplete: boolean) => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
      if (!isComplete) controller?.abort(new Error("No longer needed."));
    };
    const fail = (reason: { code: string; cause?: unknown }) => {
      const progress = head ? "answered" : controller ? "sent" : "unsent";
      settle({ ...reason, progress }, false);
    };
    const onAbort = () => fail(stopped(signal));

    signal.addEventListener("abort", onAbort);
    dispatcher.dispatch(options, {
      // Undici calls this right before it writes the first byte.
      onRequestStart(started) {
        beforeSend?.();
        if (signal.aborted) started.abort(new Error("No longer needed."));
        else controller = started;
      },
      onResponseStart(_, status, headers) {
        if (status < 200) {
          interims += 1;
          // To undici they are heads without an end.
          if (interims > MOST_INTERIMS) fail({ code: "UND_ERR_HEADERS_OVERFLOW" });
          return;
        }
        head = { status, headers: joinRepeated(headers) };
        const isRedirect = status >= 300 && status < 400;
        if (isRedirect) settle({ ...head, bytes: Buffer.alloc(0) }, false);
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        if (size > maxBytes) return fail({ code: "too_large" });
        if (!hasRoom(chunk.length)) return fail({ code: "too_much_at_once" });
        chunks.push(chunk);
        if (chunks.length - joined > MOST_PIECES) {
          chunks.push(Buffer.concat(chunks.splice(joined)));
          joined += 1;
        }
      },
      onResponseEnd() {
        // Undici frees the connection one turn later. A caller that goes on before would make the pool open another.
        const whole = head && { ...head, bytes: Buffer.concat(chunks.splice(0), size) };
        if (whole) queueMicrotask(() => setImmediate(() => settle(whole, true)));
      },
      // Some of undici's errors have no code; the text of none is for people.
      onResponseError: (_, error) => fail({ code: codeOf(error) || error.name, cause: error }),
    });
  });
}

function joinRepeated(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== "string") headers[name] = value?.join(", ") ?? "";
  }
  // The loop left only strings; the object is ours alone, and copying it would double the cost of this layer.
  return headers as Record<string, string>;
}
