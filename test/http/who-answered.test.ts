import { expect, test } from "vitest";
import type { HttpRequest } from "../../src/http/http.ts";
import { frontFailure } from "../../src/http/who-answered.ts";
import { client, startServer } from "./servers.ts";

type Sent = [status: number, headers: Record<string, string>, body: string];

const PAGE = "<html><head><title>401 Authorization Required</title></head></html>";
const html = { "content-type": "text/html" };
const text = { "content-type": "text/plain;charset=UTF-8" };
const json = { "content-type": "application/json" };

/** What is made of `sent` when a server answers `method` with it. */
async function failureFor(
  method: HttpRequest["method"],
  [status, headers, body]: Sent,
): Promise<unknown> {
  await using server = await startServer((response) => {
    response.writeHead(status, headers).end(body);
  });
  await using http = client(server.url);
  const request = { method, path: "/api/project" };
  return frontFailure(request, await http(request));
}

test.each<[string, Sent]>([
  ["nginx with basic auth", [401, { ...html, server: "nginx/1.27" }, PAGE]],
  ["Traefik", [401, { ...text, "www-authenticate": "Basic" }, "401 Unauthorized\n"]],
  ["a 401 with a JSON that is not Kaneo's", [401, json, "{}"]],
  ["Authelia", [401, html, '<a href="https://auth.example/">401 Unauthorized</a>']],
  ["AWS", [403, { ...json, "x-amzn-errortype": "Forbidden" }, '{"message":"Forbidden"}']],
  ["Cloudflare", [403, { ...text, "cf-ray": "8a" }, "error code: 1020"]],
  ["Caddy", [403, {}, ""]],
  ["a proxy that wants a password", [407, text, "Unauthorized"]],
  ["a hotel's network", [511, html, PAGE]],
])("a refusal of %s blames neither key nor role and names KANEO_HEADERS", async (_, sent) => {
  const failure = await failureFor("POST", sent);

  expect(failure).toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(/^Something in front of Kaneo did not/),
    hint: expect.stringContaining("KANEO_HEADERS"),
  });
  expect(failure).toMatchObject({ message: expect.stringContaining("nothing was changed") });
  expect(failure).not.toMatchObject({ message: expect.stringMatching(/\bkey\b|role/) });
});

test.each<[string, Sent]>([
  ["a dead token", [401, text, "Unauthorized"]],
  ["an expired key", [401, json, '{"message":"API Key has expired","code":"KEY_EXPIRED"}']],
  ["a dead token, passed on by Cloudflare", [401, { ...text, "cf-ray": "8a" }, "Unauthorized"]],
  ["too small a role", [403, { ...text, "cf-ray": "8a" }, "Insufficient permissions"]],
  ["a bad key", [403, json, '{"message":"Invalid API key.","code":"INVALID_API_KEY"}']],
  ["a limit", [429, text, '{"message":"Too many requests. Please try again later."}']],
  ["a crash", [500, json, '{"message":"Internal Server Error"}']],
  ["no S3", [503, text, "S3 uploads are not configured"]],
  ["a missing thing", [404, text, "Task not found"]],
])("Kaneo's own answer for %s stays Kaneo's", async (_, sent) => {
  expect(await failureFor("POST", sent)).toBeUndefined();
});

test.each<[string, HttpRequest["method"], Sent, string, RegExp]>([
  ["a write of 502", "PUT", [502, text, "Bad Gateway"], "outcome_unknown", /may or may not have/],
  ["a read of 503", "GET", [503, html, PAGE], "unavailable", /in its place, with status 503/],
  ["Cloudflare's 522", "POST", [522, text, "error code: 522"], "outcome_unknown", /may or may/],
  ["a body too large for it", "POST", [413, html, PAGE], "invalid_input", /of this size/],
  [
    "a limit of its own",
    "POST",
    [429, { ...html, "retry-after": "Thu, 01 Jan 1970 00:01:00 GMT" }, PAGE],
    "rate_limited",
    /It asks to wait 60 seconds/,
  ],
])("%s is told as the front's", async (...[, method, sent, kind, words]) => {
  expect(await failureFor(method, sent)).toMatchObject({
    kind,
    message: expect.stringMatching(words),
  });
});
