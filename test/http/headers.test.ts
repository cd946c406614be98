import { expect, test } from "vitest";
import { readHeaders } from "../../src/http/headers.ts";
import { secretsInHeader } from "../../src/secrets.ts";
import { answerJson, client, startServer } from "./servers.ts";

test("reads a header a line, whatever blanks stand around it", () => {
  const headers = readHeaders(" CF-Access-Client-Id: abc.access\r\n\nX-Key:a:b c \n");

  expect(headers).toEqual({ "cf-access-client-id": "abc.access", "x-key": "a:b c" });
});

test.each([
  ["a line without a colon", "X-One: 1\nhunter2hunter2", /line 2 is not "Name: value"/],
  ["a value that is missing", "X-One:", /line 1/],
  ["a value that no header can hold", "X-One: hunter2\u0007hunter2", /line 1/],
  [
    "Kaneo's own credential",
    "Authorization: Basic hunter2hunter2",
    /sets authorization, which Kaneo/,
  ],
  ["the key's header", "X-API-Key: hunter2hunter2", /sets x-api-key, which Kaneo/],
  ["a cookie", "Cookie: session=hunter2hunter2", /sets cookie, which Kaneo/],
  ["a header that stands twice", "X-One: 1\nx-one: hunter2hunter2", /sets x-one twice/],
  ["a header of the connection", "Host: hunter2hunter2", /sets host, which Kaneo/],
])("refuses %s with the reason and never shows the value", (_, text, reason) => {
  const read = () => readHeaders(text);

  expect(read).toThrow(expect.objectContaining({ kind: "config", hint: expect.any(String) }));
  expect(read).toThrow(reason);
  expect(read).not.toThrow(/hunter2/);
});

test("sends the extra headers with every request and lets them replace none of its own", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  const extraHeaders = { "cf-access-client-id": "abc.access", "user-agent": "someone else" };
  await using http = client(server.url, { extraHeaders });

  await http({ method: "GET", path: "/api/a", headers: { authorization: "Bearer t-1" } });

  expect(server.seen[0]?.headers).toMatchObject({
    "cf-access-client-id": "abc.access",
    "user-agent": "kaneo-mcp/test",
    authorization: "Bearer t-1",
  });
});

test("sends the extra headers to no other host", async () => {
  await using other = await startServer((response) => answerJson(response, {}));
  await using server = await startServer((response) => {
    response.writeHead(302, { location: `${other.url}/api/a` }).end();
  });
  await using http = client(server.url, { extraHeaders: { "x-front": "abc.access" } });

  await expect(http({ method: "GET", path: "/api/a" })).rejects.toMatchObject({
    kind: "unexpected",
  });

  expect(other.seen).toEqual([]);
});

test("a secret inside a header's value is one by itself, and so is a password that the value encodes", () => {
  const session = secretsInHeader("CF_Authorization=eyJhbGciOiJSUzI1NiJ9.e30; Path=/");
  const basic = secretsInHeader("Basic bWU6aHVudGVyMg==");
  const address = secretsInHeader("https://kaneo.example.org");

  expect(session).toContain("eyJhbGciOiJSUzI1NiJ9.e30");
  expect(basic).toEqual(expect.arrayContaining(["bWU6aHVudGVyMg==", "hunter2"]));
  expect(address).toEqual([]);
});
