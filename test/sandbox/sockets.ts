/** Kaneo's websockets: one for a project, one for a user's notifications. They say that something changed, never what. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Announcement } from "./announcements.ts";

/** How the sandbox's sockets behave; `on` is how Kaneo's do. */
export type SocketMode =
  | "on"
  /** 404, as a Kaneo or a proxy that knows no such route. */
  | "absent"
  /** The request is never answered. */
  | "swallowed"
  /** Opens, and never says anything. */
  | "mute";

export interface SandboxSockets {
  /** How many are open. */
  readonly open: number;
  /** How many were ever opened. */
  readonly opened: number;
  mode: SocketMode;
  /** Ends every one without a word. */
  cut(): void;
  /** Says this on every one. */
  say(text: string | Buffer): void;
  /** Everything that was said by those who listen, in order. */
  readonly heard: readonly string[];
}

interface Listener {
  socket: WebSocket;
  /** `/api/ws/<project>` or, for `user:<id>`, the user's own. */
  channel: string;
  /** Is not told what it did itself. */
  initiator: string;
}

/** Who may listen to what; a number is the status of the refusal. */
export type Admit = (
  incoming: IncomingMessage,
) => Promise<{ channel: string; initiator: string } | number>;

/** Kaneo gathers what happens in a project for so long, and says the same only once. */
const GATHERED_MS = 100;

export function createSockets(admit: Admit) {
  const server = new WebSocketServer({ noServer: true });
  const listeners = new Set<Listener>();
  const raw = new Set<Duplex>();
  const heard: string[] = [];

  const sockets: SandboxSockets & { opened: number } = {
    get open() {
      return listeners.size;
    },
    opened: 0,
    mode: "on",
    cut: () => {
      for (const { socket } of listeners) socket.terminate();
    },
    say: (text) => {
      for (const { socket } of listeners) socket.send(text);
    },
    heard,
  };

  const upgrade = async (incoming: IncomingMessage, stream: Duplex, head: Buffer) => {
    raw.add(stream);
    stream.on("close", () => raw.delete(stream)).on("error", () => {});
    if (sockets.mode === "swallowed") return;
    const admitted = sockets.mode === "absent" ? 404 : await admit(incoming);
    if (typeof admitted === "number") {
      stream.end(`HTTP/1.1 ${admitted} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(incoming, stream, head, (socket) => {
      const listener = { socket, ...admitted };
      listeners.add(listener);
      sockets.opened += 1;
      socket.on("message", (bytes) => heard.push(String(bytes)));
      socket.on("error", () => {}).on("close", () => listeners.delete(listener));
    });
  };

  const send: Send = (channel, text, initiator) => {
    if (sockets.mode === "mute") return;
    for (const listener of listeners) {
      if (listener.channel === channel && listener.initiator !== initiator) {
        listener.socket.send(text);
      }
    }
  };
  const announce = gather(send);
  const notify = (userId: string) =>
    send(`user:${userId}`, JSON.stringify({ type: "NOTIFICATION_CREATED" }), "");
  const close = () => {
    for (const stream of raw) stream.destroy();
  };
  return { sockets, upgrade, announce, notify, close };
}

type Send = (channel: string, text: string, initiator: string) => void;

/** Of what is the same within that time, the last one's initiator counts. */
function gather(send: Send) {
  const queues = new Map<string, Map<string, string>>();
  const flush = (projectId: string) => {
    const queue = queues.get(projectId);
    queues.delete(projectId);
    for (const [text, initiator] of queue ?? []) send(projectId, text, initiator);
  };
  return (announcements: readonly Announcement[], initiator: string) => {
    for (const announcement of announcements) {
      const { projectId } = announcement;
      const queue = queues.get(projectId) ?? new Map<string, string>();
      if (!queues.has(projectId)) setTimeout(flush, GATHERED_MS, projectId).unref();
      queues.set(projectId, queue.set(JSON.stringify(announcement), initiator));
    }
  };
}

export type SocketServer = ReturnType<typeof createSockets>;
