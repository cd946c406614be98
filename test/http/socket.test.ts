import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { isFailure } from "../../src/errors.ts";
import { until } from "../support/until.ts";
import { client, listen, recording, startRawServer, startServer } from "./servers.ts";

/** A server that speaks websocket to everybody who asks. */
async function startSocketServer() {
  const http = createServer(recording([], (response) => response.writeHead(404).end()));
  const server = new WebSocketServer({ server: http });
  const heard: string[] = [];
  const asked: Record<string, unknown>[] = [];
  server.on("connection", (socket, { url, headers }) => {
    asked.push({ url, authorization: headers.authorization, front: headers["x-front"] });
    socket.on("error", () => {}).on("message", (text) => heard.push(String(text)));
  });
  const say = (text: string | Buffer) => {
    for (const socket of server.clients) socket.send(text);
  };
  return Object.assign(await listen(http, []), { server, heard, asked, say });
}

function request(path = "/api/ws/p1") {
  const said: string[] = [];
  const over = new AbortController();
  const { signal } = over;
  return { said, over, request: { path, signal, onText: (text: string) => said.push(text) } };
}

test("a socket carries the headers of the request and of the front, and speaks both ways", async () => {
  await using server = await startSocketServer();
  await using http = client(`${server.url}/sub`, { extraHeaders: { "x-front": "pass" } });
  const { said, over, request: asked } = request();

  const socket = await http.openSocket({ ...asked, headers: { authorization: "Bearer t" } });
  socket.send("hello");
  server.say("news");
  await until(() => said.length > 0 && server.heard.length > 0);
  over.abort();
  await socket.closed;

  expect(server.asked).toEqual([
    { url: "/sub/api/ws/p1", authorization: "Bearer t", front: "pass" },
  ]);
  expect(server.heard).toEqual(["hello"]);
  expect(said).toEqual(["news"]);
});

test("a server that refuses, redirects or hangs up opens none", async () => {
  await using refusing = await startServer((response) => response.writeHead(403).end());
  await using other = await startSocketServer();
  const location = `${other.url}/api/ws/p1`;
  await using redirecting = await startServer((response) =>
    response.writeHead(302, { location }).end(),
  );
  await using silent = await startRawServer({ onData: (socket) => socket.destroy() });

  for (const { url } of [refusing, redirecting, silent]) {
    await using http = client(url);
    const failure = await http.openSocket(request().request).catch((error: unknown) => error);
    expect(isFailure(failure, "unavailable")).toBe(true);
  }
  expect(other.asked).toEqual([]);
});

test("ended while it is not open yet, or when the other side says nothing to its end, the connection is gone", async () => {
  let key = "";
  const accept = (socket: Socket, text: string) => {
    [, key = key] = /sec-websocket-key: (.*)\r/i.exec(text) ?? [];
    if (text.includes("swallowed") || socket.bytesWritten > 0) return;
    socket.write(handshake(key));
  };
  await using server = await startRawServer({ onData: accept });
  await using http = client(server.url);
  const swallowed = request("/api/ws/swallowed");
  const open = request();

  const failure = http.openSocket(swallowed.request).catch((error: unknown) => error);
  await until(() => server.sockets.length === 1);
  swallowed.over.abort();
  const refused = await failure;
  const socket = await http.openSocket(open.request);
  open.over.abort();
  await socket.closed;

  expect(isFailure(refused, "unavailable")).toBe(true);
  await until(() => server.sockets.every(({ destroyed }) => destroyed));
});

test("ended before it begins, or while a proxy does not open its tunnel, no socket is waited for", async () => {
  await using proxy = await startRawServer({});
  const proxyEnv = { HTTPS_PROXY: proxy.url };
  await using http = client("https://kaneo.example", { proxyEnv });
  const { over, request: asked } = request();

  const failure = http.openSocket(asked).catch((error: unknown) => error);
  await until(() => proxy.sockets.length === 1);
  over.abort();
  const later = http.openSocket(asked).catch((error: unknown) => error);

  expect(isFailure(await failure, "unavailable")).toBe(true);
  expect(isFailure(await later, "unavailable")).toBe(true);
  expect(proxy.sockets).toHaveLength(1);
});

test("a message of more than 64 kB ends the socket, however it is packed", async () => {
  await using server = await startSocketServer();
  await using http = client(server.url);
  const { said, request: asked } = request();
  const socket = await http.openSocket(asked);

  server.say(Buffer.alloc(10 * 2 ** 20));
  await socket.closed;

  expect(said).toEqual([]);
});

test("a message that never ends ends the socket, also when it is made of nothing", async () => {
  const empty = Buffer.from([0x00, 0x00]);
  await using server = await startRawServer({
    onData: (socket, text) => {
      const key = /sec-websocket-key: (\S+)/i.exec(text)?.[1];
      if (key === undefined) return;
      socket.write(handshake(key));
      socket.write(Buffer.concat([Buffer.from([0x01, 0x00]), ...Array(200_000).fill(empty)]));
    },
  });
  await using http = client(server.url);
  const { said, request: asked } = request();

  const socket = await http.openSocket(asked);
  await socket.closed;

  expect(said).toEqual([]);
});

test("many messages, each of a few bytes, do not end the socket", async () => {
  await using server = await startSocketServer();
  await using http = client(server.url);
  const { said, over, request: asked } = request();
  const socket = await http.openSocket(asked);

  for (let count = 0; count < 30_000; count += 1) server.say("0123456789");
  await until(() => said.length === 30_000);
  over.abort();
  await socket.closed;

  expect(said.at(-1)).toBe("0123456789");
});

test("what is no text comes as none", async () => {
  await using server = await startSocketServer();
  await using http = client(server.url);
  const { said, over, request: asked } = request();
  const socket = await http.openSocket(asked);

  server.say(Buffer.from([1, 2, 3]));
  await until(() => said.length > 0);
  over.abort();
  await socket.closed;

  expect(said).toEqual([""]);
});

function handshake(key: string): string {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return [
    "HTTP/1.1 101 Switching Protocols",
    "upgrade: websocket",
    "connection: Upgrade",
    `sec-websocket-accept: ${accept.digest("base64")}`,
    "\r\n",
  ].join("\r\n");
}
