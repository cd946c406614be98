/** A websocket over the same connections, proxy and certificates as the requests. Loaded when one is wanted. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { Dispatcher } from "undici";
import upgrade from "undici/lib/api/api-upgrade.js";
import { Receiver, Sender } from "ws";
import { KaneoMcpError } from "../errors.ts";
import type { OpenedSocket, SocketRequest } from "./http.ts";

/** What Kaneo says has less than a kilobyte. */
const MOST_MESSAGE_BYTES = 64 * 1024;
/** Without a message at the end of it: one can be made of pieces, also of empty ones, however many. */
const MOST_UNREAD_BYTES = 4 * MOST_MESSAGE_BYTES;

/** Opens a websocket, as `OpenSocket` in http.ts says. */
export async function openSocket(
  dispatcher: Dispatcher,
  origin: string,
  { onText, signal, ...request }: SocketRequest,
): Promise<OpenedSocket> {
  const connection = await connect(dispatcher, { origin, signal, ...request }).catch((cause) => {
    throw new KaneoMcpError("unavailable", "Kaneo does not let this server listen.", { cause });
  });
  const sender = new Sender(connection);
  const receiver = new Receiver({ maxPayload: MOST_MESSAGE_BYTES });
  const end = () => {
    if (!connection.writable) return;
    sender.close(1000, "", true);
    // What was written still leaves. The other side may never say its end.
    connection.end(() => connection.destroy());
  };
  let unread = 0;
  connection.on("data", ({ length }: Buffer) => {
    unread += length;
    if (unread > MOST_UNREAD_BYTES) end();
  });
  receiver.on("message", (data: Buffer, isBinary: boolean) => {
    unread = 0;
    // Anything that is no text is nothing that Kaneo says.
    onText(isBinary ? "" : data.toString());
  });
  receiver.on("ping", (data: Buffer) => sender.pong(data, true));
  receiver.on("conclude", end).on("error", end);
  connection.on("error", () => {}).pipe(receiver);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  return {
    send: (text) => sender.send(text, { fin: true, mask: true }),
    closed: new Promise((resolve) => {
      connection.on("close", () => resolve(signal.removeEventListener("abort", end)));
    }),
  };
}

type Asked = Omit<SocketRequest, "onText"> & { origin: string };

/** The connection that was asked for by its key is a websocket from then on (RFC 6455 §4.1). */
async function connect(dispatcher: Dispatcher, { headers, ...asked }: Asked): Promise<Duplex> {
  asked.signal.throwIfAborted();
  const key = randomBytes(16).toString("base64");
  const handshake = { "sec-websocket-key": key, "sec-websocket-version": "13" };
  const options = { ...asked, protocol: "websocket", headers: { ...headers, ...handshake } };
  // Of a proxy that never opens its tunnel undici would not give up waiting.
  const ended = once(asked.signal, "abort").then(() => Promise.reject(asked.signal.reason));
  const upgraded = upgrade.call(dispatcher, options);
  const { socket, headers: answered } = await Promise.race([upgraded, ended]);
  const expected = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  if (answered["sec-websocket-accept"] === expected.digest("base64")) return socket;
  socket.destroy();
  throw new Error("What answered does not speak websocket.");
}
