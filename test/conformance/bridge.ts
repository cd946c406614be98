/**
 * Puts a stdio server behind MCP's Streamable HTTP, for a suite that speaks nothing else: a process for each session, and
 * one for all requests that belong to none, as those of 2026-07-28 do.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";

interface Message {
  id?: string | number;
  method?: string;
  params?: { _meta?: Record<string, unknown>; progressToken?: unknown };
  error?: { code: number };
}

interface Start {
  file: string;
  env: Record<string, string>;
}

const SESSION = "mcp-session-id";

/** The server that `start` describes, on a port of this machine. */
export async function startBridge(start: Start) {
  const sessions = new Map<string, Session>([["", openSession(start, STATUS)]]);
  const http = createServer(async (request, response) => {
    const end = (status: number) => void response.writeHead(status).end();
    if (!isLocal(request)) return end(403);
    if (request.method !== "POST") return end(405);
    // The suite sends messages; whatever else comes is for the server to refuse.
    const message = (await json(request)) as Message;
    let id = String(request.headers[SESSION] ?? "");
    if (message.method === "initialize" && message.params?._meta === undefined) {
      id = randomUUID();
      response.setHeader(SESSION, id);
      sessions.set(id, openSession(start, {}));
    }
    const session = sessions.get(id);
    return session ? session.pass(message, response) : end(404);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  // A server that listens on a port has such an address.
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      for (const session of sessions.values()) session.close();
      http.closeAllConnections();
      http.close();
    },
  };
}

/** MCP, "Transports", "Security Warning": pages of other origins must not reach a server on this machine. */
function isLocal({ headers: { host = "", origin } }: IncomingMessage): boolean {
  const hosts = origin === undefined ? [host] : [host, new URL(origin).host];
  return hosts.every((one) => /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(one));
}

interface Session {
  /** Gives a message to the process, and what belongs to it back. */
  pass(message: Message, response: ServerResponse): void;
  close(): void;
}

/** Clients of one process may use the same ids, hence ids of our own. */
function openSession({ file, env }: Start, status: Record<number, number>): Session {
  const child = spawn(process.execPath, [file], { env, stdio: ["pipe", "pipe", "inherit"] });
  const open = new Map<string, { message: Message; response: ServerResponse }>();
  const write = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  createInterface({ input: child.stdout }).on("line", (line) => {
    // What the protocol says a line is.
    const message = JSON.parse(line) as Message;
    const isAnswer = message.method === undefined;
    const [key, asked] =
      [...open].find(([id, { message: request }]) =>
        isAnswer ? id === message.id : belongs(message, id, request),
      ) ??
      [...open].at(-1) ??
      [];
    if (key === undefined || asked === undefined) return;
    const text = JSON.stringify(message).replaceAll(`"${key}"`, JSON.stringify(asked.message.id));
    if (isAnswer) end(asked.response, text, status[message.error?.code ?? 0]);
    else sendEvent(asked.response, text);
    if (isAnswer) open.delete(key);
  });
  return {
    pass(message, response) {
      const { id, method } = message;
      if (id === undefined || method === undefined) {
        write(message);
        return void response.writeHead(202).end();
      }
      const key = randomUUID();
      open.set(key, { message, response });
      write({ ...message, id: key });
      response.on("close", () => {
        if (!open.delete(key)) return;
        write({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: key } });
      });
    },
    close: () => void child.stdin.end(),
  };
}

/** Whether the server says something by itself about a request. */
function belongs({ params }: Message, key: string, request: Message): boolean {
  if (params?._meta?.["io.modelcontextprotocol/subscriptionId"] === key) return true;
  const token = params?.progressToken;
  return token !== undefined && token === request.params?._meta?.["progressToken"];
}

/** What 2026-07-28 says of the status of an answer that is an error. Before, it was always 200. */
const STATUS: Record<number, number> = { [-32601]: 404, [-32602]: 400, [-32022]: 400 };

/** One JSON document where the answer is all there is. */
function end(response: ServerResponse, text: string, status = 200): void {
  if (!response.headersSent) {
    return void response.writeHead(status, { "content-type": "application/json" }).end(text);
  }
  sendEvent(response, text);
  response.end();
}

/** A stream of events where something comes before the answer. */
function sendEvent(response: ServerResponse, text: string): void {
  if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(`data: ${text}\n\n`);
}
