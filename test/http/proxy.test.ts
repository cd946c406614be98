import { createServer, request as forward, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { answerJson, client, DEAF_PORT, listen, startRawServer, startServer } from "./servers.ts";

interface Refusal {
  status: number;
}

/** A proxy that takes every target to the port `towards`, so that tests need no name that leaves this machine. */
async function startProxy(towards: number, refusal?: Refusal) {
  const asked: string[] = [];
  const authorizations: unknown[] = [];
  const remember = (request: IncomingMessage) => {
    asked.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers["proxy-authorization"]);
  };
  const server = createServer((request, response) => {
    remember(request);
    if (refusal) return void response.writeHead(refusal.status).end();
    const { pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const onward = forward(
      { port: towards, path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(onward.on("error", () => response.destroy()));
  });
  server.on("connect", (request, socket: Socket) => {
    remember(request);
    socket.on("error", () => undefined);
    if (refusal) return void socket.end(`HTTP/1.1 ${refusal.status} No\r\n\r\n`);
    const onward = connect(towards, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
  });
  return Object.assign(await listen(server, []), { asked, authorizations });
}

const get = { method: "GET", path: "/api/project" } as const;
const insecure = "http://kaneo.example";

test("goes through HTTP_PROXY as a plain forward, with the proxy's own credentials", async () => {
  await using server = await startServer((response, { body }) => answerJson(response, { body }));
  await using proxy = await startProxy(server.port);
  const address = `http://me:p%40ss@127.0.0.1:${proxy.port}`;
  await using http = client(insecure, { proxyEnv: { HTTP_PROXY: address } });

  const answer = await http({ method: "POST", path: "/api/task/p1", body: { title: "x" } });

  expect(answer.body).toEqual({ body: '{"title":"x"}' });
  expect(proxy.asked).toEqual(["POST http://kaneo.example/api/task/p1"]);
  expect(proxy.authorizations).toEqual([`Basic ${btoa("me:p@ss")}`]);
  expect(server.seen[0]?.headers.host).toBe("kaneo.example");
});

test.each([
  ["ALL_PROXY where no other is set", true, (address: string) => ({ ALL_PROXY: address })],
  ["all_proxy", true, (address: string) => ({ all_proxy: address })],
  [
    "HTTP_PROXY rather than ALL_PROXY",
    true,
    (address: string) => ({ HTTP_PROXY: address, ALL_PROXY: "http://127.0.0.1:9" }),
  ],
  [
    "no proxy where http_proxy is empty",
    false,
    (address: string) => ({ http_proxy: "", ALL_PROXY: address }),
  ],
])("uses %s", async (_, isUsed, envFor) => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using proxy = await startProxy(server.port);
  const proxyEnv = envFor(`http://127.0.0.1:${proxy.port}`);
  await using http = client("http://kaneo.invalid", { proxyEnv });

  const status = await http(get).then(
    (answer) => answer.status,
    () => undefined,
  );

  expect(status).toBe(isUsed ? 200 : undefined);
  expect(proxy.asked.length > 0).toBe(isUsed);
});

test.each(["socks5", "socks5h"])(
  "goes through a proxy of %s, which looks up the name",
  async (scheme) => {
    await using server = await startServer((response) => answerJson(response, {}));
    const heard: string[] = [];
    // RFC 1928: a greeting, the target, then whatever comes.
    await using socks = await startRawServer({
      onData: (socket, text) => {
        heard.push(text);
        if (heard.length === 1) return void socket.write(Buffer.from([5, 0]));
        socket.removeAllListeners("data");
        const onward = connect(server.port, "127.0.0.1", () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          socket.pipe(onward).pipe(socket);
        });
      },
    });
    const proxyEnv = { ALL_PROXY: `${scheme}://127.0.0.1:${socks.port}` };
    await using http = client("http://kaneo.example", { proxyEnv });

    const answer = await http(get);

    expect(answer.status).toBe(200);
    expect(heard[1]).toContain("kaneo.example");
  },
);

test("opens a tunnel for https", async () => {
  await using target = await startRawServer({ onData: (socket) => socket.end("not TLS at all") });
  await using proxy = await startProxy(target.port);
  const proxyEnv = { https_proxy: `http://127.0.0.1:${proxy.port}` };
  await using http = client("https://kaneo.example", { proxyEnv });

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/^Kaneo at kaneo\.example could not be reached: .*TLS/),
  });
  expect(proxy.asked[0]).toBe("CONNECT kaneo.example:443");
});

test.each(["localhost", "127.0.0.1"])("never sends %s through a proxy", async (host) => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using proxy = await startProxy(server.port);
  const address = `http://127.0.0.1:${proxy.port}`;
  const proxyEnv = { HTTP_PROXY: address, HTTPS_PROXY: address };
  await using http = client(`http://${host}:${server.port}`, { proxyEnv });

  const answer = await http(get);

  expect(answer.status).toBe(200);
  expect(proxy.sockets).toHaveLength(0);
});

test.each(["kaneo.invalid", ".invalid", "other.example, kaneo.invalid:80", "*"])(
  "NO_PROXY=%s keeps kaneo.invalid off the proxy",
  async (noProxy) => {
    await using proxy = await startProxy(1);
    const proxyEnv = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: noProxy };
    await using http = client("http://kaneo.invalid", { proxyEnv });

    const answer = http(get);

    await expect(answer).rejects.toMatchObject({ message: expect.stringContaining("DNS") });
    expect(proxy.sockets).toHaveLength(0);
  },
);

test.each(["http", "https"])("says that the proxy refused (%s)", async (scheme) => {
  await using proxy = await startProxy(1, { status: 407 });
  const address = `http://me:hunter22@127.0.0.1:${proxy.port}`;
  const proxyEnv = { HTTP_PROXY: address, HTTPS_PROXY: address };
  await using http = client(`${scheme}://kaneo.example`, { proxyEnv });

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: "Kaneo at kaneo.example was not reached: the proxy refused with status 407.",
    hint: expect.stringContaining("HTTPS_PROXY"),
  });
});

test("a proxy that is not there is reported with the variables to check", async () => {
  const address = `http://127.0.0.1:${DEAF_PORT}`;
  await using http = client("https://kaneo.example", { proxyEnv: { HTTPS_PROXY: address } });

  const answer = http({ method: "POST", path: "/api/task/p1", body: {} });

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("refused the connection"),
    hint: expect.stringContaining("NO_PROXY"),
  });
});

test("a proxy that hangs up on every tunnel is asked three times, not for ever", async () => {
  await using proxy = await startRawServer({ onData: (socket) => socket.end() });
  const proxyEnv = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  await using http = client("https://kaneo.example", { proxyEnv });

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({ kind: "unavailable" });
  expect(proxy.sockets).toHaveLength(3);
});

test("a proxy that speaks no HTTP is reported with the variables to check", async () => {
  await using proxy = await startRawServer({ onData: (socket) => void socket.end("hello\n\n") });
  const proxyEnv = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  await using http = client("https://kaneo.invalid", { proxyEnv });

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: "Kaneo at kaneo.invalid answered with something that is not HTTP.",
    hint: expect.stringContaining("HTTPS_PROXY"),
  });
});

test.each(["proxy.example:3128", "http://", "::"])(
  "an unusable proxy address (%s) is an error of the configuration",
  async (address) => {
    await using http = client("https://kaneo.example", { proxyEnv: { HTTPS_PROXY: address } });

    const answer = http(get);

    await expect(answer).rejects.toMatchObject({
      kind: "config",
      message: expect.stringContaining("HTTPS_PROXY"),
    });
  },
);
