/** The socket side: reads requests, remembers them, applies faults, compresses and sends answers. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { deflateSync, gzipSync } from "node:zlib";
import { type Answer, type Behaviour, behaviourOf, createFaults, type Faults } from "./faults.ts";

export interface RecordedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Milliseconds since the epoch, on arrival. */
  readonly at: number;
  /** Of the answer; undefined until it is known, and for ever when there is none. */
  status: number | undefined;
}

export interface HttpServer {
  readonly port: number;
  readonly requests: RecordedRequest[];
  readonly faults: Faults;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  answer(request: RecordedRequest): Promise<Answer>;
  /** Takes a connection that wants to speak another protocol. */
  upgrade(incoming: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>;
}

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const requests: RecordedRequest[] = [];
  const faults = createFaults();
  const closing = new AbortController();
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming);
    requests.push(request);
    const fault = faults.take(request.method, request.path);
    const struck: Behaviour = fault === undefined ? {} : behaviourOf(fault);
    await struck.wait?.(closing.signal);
    const answer = struck.instead ?? (await options.answer(request));
    if (struck.send) struck.send(response, answer);
    else send(response, answer, request);
    if (!struck.isLost) request.status = answer.status;
  };
  const server = createServer((incoming, response) => {
    // A client that goes away, or the server closing, ends a request; nobody is left to tell.
    serve(incoming, response).catch(() => response.destroy());
  });
  server.on("upgrade", (incoming, stream, head) => {
    options.upgrade(incoming, stream, head).catch(() => stream.destroy());
  });
  server.keepAliveTimeout = options.keepAliveMs;
  await listen(server, options);
  const close = async () => {
    closing.abort();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  // A server on a port of the network has an address of this form.
  const { port } = server.address() as AddressInfo;
  return { port, requests, faults, close };
}

function listen(server: Server, { port, host }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

async function readRequest(incoming: IncomingMessage): Promise<RecordedRequest> {
  const at = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
    at,
    status: undefined,
  };
}

/** Kaneo compresses whatever may be compressed; only identity answers have a Content-Length. */
function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  request: RecordedRequest,
): void {
  const accepted = String(request.headers["accept-encoding"] ?? "");
  const encoding = accepted.includes("gzip") ? "gzip" : /deflate/.exec(accepted)?.[0];
  const common = { vary: "Origin", "access-control-allow-credentials": "true", ...headers };
  // Pictures are small already.
  const isPacked = typeof body === "string" && body !== "" && encoding !== undefined;
  if (request.method === "HEAD" || !isPacked) {
    response.writeHead(status, { ...common, "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
    return;
  }
  const pack = encoding === "gzip" ? gzipSync : deflateSync;
  response.writeHead(status, { ...common, "content-encoding": encoding });
  // At once, lightly and with little memory: for short texts a thread, a good search and a wide window cost more than the work.
  response.write(pack(body, { level: 1, memLevel: 5, windowBits: 12 }));
  response.end();
}
