import type { Dispatcher } from "undici";
import { codeOf } from "./decompress.ts";
import type { Undelivered } from "./transport.ts";

/** An answer as it came; a redirect without its body. */
export interface Received {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

export interface ExchangeLimits {
  /** Of the body as it comes. */
  maxBytes: number;
  /** Its reason becomes the code of the failure. */
  signal: AbortSignal;
}

/**
 * Sends one request, once.
 *
 * It speaks undici's handler interface instead of calling `request`, which does not tell whether a request was handed
 * to a socket, does not settle while it is still connecting, and makes a stream for every answer.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { maxBytes, signal }: ExchangeLimits,
): Promise<Received | Undelivered> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: Omit<Received, "bytes"> | undefined;
    let size = 0;
    const chunks: Buffer[] = [];

    // Only the first result counts; what undici reports about a connection we have cut comes after it.
    const settle = (result: Received | Undelivered, isComplete: boolean) => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
      if (!isComplete) controller?.abort(new Error("No longer needed."));
    };
    const fail = (code: string, cause?: unknown) =>
      settle(
        { code, cause, wasSent: controller !== undefined, wasAnswered: head !== undefined },
        false,
      );
    const onAbort = () => fail(String(signal.reason));

    signal.addEventListener("abort", onAbort);
    dispatcher.dispatch(options, {
      // Undici calls this right before it writes the first byte.
      onRequestStart(started) {
        if (signal.aborted) started.abort(new Error("No longer needed."));
        else controller = started;
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return;
        head = { status, headers: joinRepeated(headers) };
        const isRedirect = status >= 300 && status < 400;
        if (isRedirect) settle({ ...head, bytes: Buffer.alloc(0) }, false);
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        if (size > maxBytes) fail("too_large");
        else chunks.push(chunk);
      },
      onResponseEnd() {
        // Undici frees the connection one turn later. A caller that goes on before would make the pool open another.
        const whole = head && { ...head, bytes: Buffer.concat(chunks, size) };
        if (whole) queueMicrotask(() => setImmediate(() => settle(whole, true)));
      },
      onResponseError: (_, error) => fail(codeOf(error), error),
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
