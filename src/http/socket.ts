/** A websocket over the same connections, proxy and certificates as the requests. Loaded when one is wanted. */
import { Duplex } from "node:stream";
import type { Dispatcher } from "undici";
import { WebSocket } from "undici/lib/web/websocket/websocket.js";
import { KaneoMcpError } from "../errors.ts";
import type { OpenedSocket, SocketRequest } from "./http.ts";

/** What Kaneo says has less than a kilobyte. */
const MOST_MESSAGE_BYTES = 64 * 1024;
/** Without a message at the end of it: undici keeps the fragments of one, also the empty ones, however many come. */
const MOST_UNREAD_BYTES = 4 * MOST_MESSAGE_BYTES;

/**
 * Opens a socket; resolves when it is open.
 *
 * @throws KaneoMcpError "unavailable" when it was refused, or was over before it was open.
 */
export function openSocket(
  dispatcher: Dispatcher,
  origin: string,
  { path, headers = {}, signal, onText }: SocketRequest,
): Promise<OpenedSocket> {
  const upgraded = catchSocket(dispatcher);
  return new Promise((resolve, reject) => {
    const url = `${origin.replace(/^http/, "ws")}${path}`;
    const socket = new WebSocket(url, { headers, dispatcher: upgraded.dispatcher });
    const end = () => {
      socket.close();
      upgraded.end();
    };
    const closed = new Promise<void>((over) => {
      socket.addEventListener("close", () => {
        signal.removeEventListener("abort", end);
        upgraded.end();
        over();
        reject(new KaneoMcpError("unavailable", "Kaneo does not let this server listen."));
      });
    });
    socket.addEventListener("error", () => {});
    socket.addEventListener("open", () => {
      upgraded.watch();
      resolve({ send: (text) => socket.send(text), closed });
    });
    // Anything that is no text is nothing that Kaneo says.
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      upgraded.heard();
      onText(typeof data === "string" ? data : "");
    });
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}

/**
 * Gives undici's WebSocket a dispatcher that limits the length of messages, also behind a proxy, and keeps hold of the
 * connection: `close` alone waits for the other side, which may never answer. From `watch` on it ends when too much comes
 * between two calls of `heard`.
 */
function catchSocket(dispatcher: Dispatcher) {
  let connection: Duplex | undefined;
  let unread = 0;
  const end = () => {
    // What was written still leaves.
    connection?.end(() => connection?.destroy());
  };
  const catching = {
    webSocketOptions: { maxPayloadSize: MOST_MESSAGE_BYTES },
    dispatch: (options: Dispatcher.DispatchOptions, handler: Record<string, unknown>) => {
      // Which of the two is called is undici's own business; the connection comes last in both.
      for (const name of ["onUpgrade", "onRequestUpgrade"]) {
        const upgrade = handler[name];
        if (typeof upgrade !== "function") continue;
        handler[name] = (...given: unknown[]) => {
          const last = given.at(-1);
          if (last instanceof Duplex) connection = last;
          return Reflect.apply(upgrade, handler, given);
        };
      }
      return dispatcher.dispatch(options, handler);
    },
  };
  const watch = () =>
    connection?.on("data", (bytes: Buffer) => {
      unread += bytes.length;
      if (unread > MOST_UNREAD_BYTES) end();
    });
  const heard = () => {
    unread = 0;
  };
  // The WebSocket uses nothing else of it.
  return { dispatcher: catching as unknown as Dispatcher, end, watch, heard };
}
