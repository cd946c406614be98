import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createHttp, type HttpOptions } from "../../src/http/http-client.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** What a server saw of one request. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface TestServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Every connection made, open or not. */
  sockets: Socket[];
  /** Every request whose body came whole. */
  seen: Seen[];
}

export type Answer = (response: ServerResponse, seen: Seen, count: number) => void;

/** An HTTP server on loopback that answers with `answer`; `count` is 1 for the first request. */
export async function startServer(answer: Answer): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer(recording(seen, answer));
  return listen(server, seen);
}

/** A request listener that records whole requests in `seen` before they are answered. */
export function recording(seen: Seen[], answer: Answer): RequestListener {
  return (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body };
      seen.push(one);
      answer(response, one, seen.length);
    });
  };
}

/** A server without HTTP: `onData` gets what the client wrote, `onConnect` runs before. */
export async function startRawServer(handlers: {
  onConnect?: (socket: Socket) => void;
  onData?: (socket: Socket, text: string) => void;
}): Promise<TestServer> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => handlers.onData?.(socket, chunk.toString("latin1")));
    handlers.onConnect?.(socket);
  });
  return listen(server, []);
}

/** Starts `server` on a free port of loopback; disposing cuts every connection. */
export async function listen(server: Server, seen: Seen[]): Promise<TestServer> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    sockets,
    seen,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port of loopback on which nothing listens: one of those that nobody is given who asks for any. */
export const DEAF_PORT = 1;

/** A client that is closed at the end of the test; retry waits take no real time unless a clock is given. */
export function client(baseUrl: string, options: Partial<HttpOptions> = {}) {
  const clock = options.clock ?? new FakeClock();
  const random = () => 0.5;
  const http = createHttp({ baseUrl, userAgent: "kaneo-mcp/test", random, ...options, clock });
  return Object.assign(http, { clock, [Symbol.asyncDispose]: () => http.close() });
}

export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
