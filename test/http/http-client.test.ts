import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { until } from "../support/until.ts";
import { answerJson, client, startRawServer, startServer } from "./servers.ts";

test("sends JSON under the base URL's sub-path and gives status, headers and parsed body", async () => {
  await using server = await startServer((response) => {
    response.setHeader("x-thing", ["one", "two"]);
    answerJson(response, { id: "t1" }, 201);
  });
  await using http = client(`${server.url}/kaneo`);

  const answer = await http({ method: "POST", path: "/api/task/p1?x=1", body: { title: "Ü" } });

  expect(answer).toMatchObject({ status: 201, body: { id: "t1" } });
  expect(answer.headers["x-thing"]).toBe("one, two");
  expect(server.seen).toMatchObject([
    {
      method: "POST",
      url: "/kaneo/api/task/p1?x=1",
      body: '{"title":"Ü"}',
      headers: { "content-type": "application/json", "user-agent": "kaneo-mcp/test" },
    },
  ]);
});

test("sends the caller's headers, no cookie, and no body or content type unless there is one", async () => {
  await using server = await startServer((response) => {
    response.setHeader("set-cookie", "session=abc; Path=/");
    answerJson(response, {});
  });
  await using http = client(server.url);

  await http({ method: "GET", path: "/api/a", headers: { authorization: "Bearer t-1" } });
  await http({ method: "DELETE", path: "/api/a" });

  expect(server.seen[0]?.headers).toMatchObject({
    authorization: "Bearer t-1",
    "accept-encoding": "gzip",
  });
  expect(server.seen[1]?.headers).not.toHaveProperty("cookie");
  expect(server.seen[1]?.headers).not.toHaveProperty("content-type");
  expect(server.seen[1]?.body).toBe("");
});

test.each([
  ["JSON by its content type", { type: "application/json; charset=utf-8", text: "null", is: null }],
  ["a JSON object sent as text", { type: "text/plain", text: '{"a":1}', is: { a: 1 } }],
  ["a JSON array sent as text", { type: "text/plain", text: "[1]", is: [1] }],
  ["text that only looks like JSON", { type: "text/plain", text: "[sic] no", is: "[sic] no" }],
  ["a number sent as text", { type: "text/plain", text: "404", is: "404" }],
  ["broken JSON", { type: "application/json", text: '{"a":', is: '{"a":' }],
  ["a web page", { type: "text/html", text: "<!doctype html>", is: "<!doctype html>" }],
  ["nothing", { type: "application/json", text: "", is: "" }],
])("reads %s", async (_, { type, text, is }) => {
  await using server = await startServer((response) => {
    response.writeHead(400, { "content-type": type }).end(text);
  });
  await using http = client(server.url);

  const answer = await http({ method: "GET", path: "/api/a" });

  expect(answer).toMatchObject({ status: 400, body: is });
});

test.each([1_000, 2_000_000])("decodes a gzip answer of %i characters", async (length) => {
  const text = Array.from({ length: length / 8 }, (_, i) => String(i).padStart(8)).join("");
  await using server = await startServer((response) => {
    response.writeHead(200, { "content-encoding": "gzip", "content-type": "application/json" });
    response.end(gzipSync(JSON.stringify({ text })));
  });
  await using http = client(server.url);

  const answer = await http({ method: "GET", path: "/api/a" });

  expect(answer.body).toEqual({ text });
});

test("ignores an interim answer such as 103 Early Hints", async () => {
  await using server = await startServer((response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
    answerJson(response, { done: true });
  });
  await using http = client(server.url);

  const answer = await http({ method: "GET", path: "/api/a" });

  expect(answer).toMatchObject({ status: 200, body: { done: true } });
});

test("uses one connection for requests that follow each other", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);

  for (let i = 0; i < 10; i += 1) await http({ method: "POST", path: "/api/a", body: {} });

  expect(server.seen).toHaveLength(10);
  expect(server.sockets).toHaveLength(1);
});

test("a write after the server closed the idle connection goes over a new one, once", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);
  await http({ method: "GET", path: "/api/a" });
  server.sockets[0]?.end();
  await until(() => server.sockets[0]?.destroyed === true);

  const answer = await http({ method: "POST", path: "/api/a", body: {} });

  expect(answer.status).toBe(200);
  expect(server.seen.map(({ method }) => method)).toEqual(["GET", "POST"]);
  expect(server.sockets).toHaveLength(2);
});

test("a write right behind the close of the idle connection is not lost either", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);
  await http({ method: "GET", path: "/api/a" });
  await systemClock.sleep(20);
  server.sockets[0]?.resetAndDestroy();

  const answer = await http({ method: "POST", path: "/api/a", body: {} });

  expect(answer.status).toBe(200);
  expect(server.seen).toHaveLength(2);
});

test.concurrent.each([5, 75])(
  "lets an idle connection go by itself when it may stay %i s",
  async (seconds) => {
    await using server = await startRawServer({
      onData: (socket) => {
        socket.write(
          `HTTP/1.1 200 OK\r\nkeep-alive: timeout=${seconds}\r\ncontent-length: 2\r\n\r\n{}`,
        );
      },
    });
    await using http = client(server.url);
    await http({ method: "GET", path: "/api/a" });
    const start = performance.now();

    await until(() => server.sockets[0]?.destroyed === true);

    // Four seconds by undici's clock, which falls behind on a busy machine.
    expect(performance.now() - start).toBeLessThan(20_000);
  },
);

test("after closing, no connection stays and no request is sent", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);
  await http({ method: "GET", path: "/api/a" });

  await http.close();
  const late = http({ method: "POST", path: "/api/a", body: {} });

  await expect(late).rejects.toMatchObject({ kind: "unavailable" });
  await until(() => server.sockets.every((socket) => socket.destroyed));
  expect(server.seen).toHaveLength(1);
});

test("sends bytes as they are and gives them back as they came, unless a secret is in them", async () => {
  const bytes = Buffer.from([0, 255, 254, 10, 13, 0x80, 0xc3, 0x28]);
  await using server = await startServer((response, _, count) => {
    response.setHeader("content-type", "application/json");
    response.end(count === 1 ? bytes : Buffer.concat([bytes, Buffer.from("t0p-secret")]));
  });
  await using http = client(server.url, { hide: (text) => text.replaceAll("t0p-secret", "…") });

  const request = { method: "GET", path: "/api/asset/a", isRaw: true } as const;
  const answer = await http(request);
  const failure = http(request);

  expect(answer.body).toEqual(bytes);
  await expect(failure).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining("holds the credential in use, which is not shown"),
  });
});
