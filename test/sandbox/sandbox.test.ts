import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { expect, test } from "vitest";
import type { Fault } from "./faults.ts";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";

async function requestCode(kaneo: Sandbox): Promise<{ device_code: string; user_code: string }> {
  const response = await post(kaneo, "/api/auth/device/code", { client_id: "kaneo-mcp" });
  // What better-auth answers with 200.
  return (await response.json()) as { device_code: string; user_code: string };
}

function poll(kaneo: Sandbox, deviceCode: string): Promise<Response> {
  return post(kaneo, "/api/auth/device/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: deviceCode,
    client_id: "kaneo-mcp",
  });
}

function post(kaneo: Sandbox, path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: keyOf(kaneo) };
  return fetch(kaneo.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

function get(kaneo: Sandbox, path: string, headers: Record<string, string> = {}) {
  return fetch(kaneo.url + path, { headers: { authorization: keyOf(kaneo), ...headers } });
}

function keyOf(kaneo: Sandbox): string {
  return `Bearer ${kaneo.people.alice.apiKey}`;
}

/** Reads /api/health after `fault` was ordered; failures of the connection become their code. */
async function healthUnder(fault: Fault, patienceMs = 20_000): Promise<string> {
  await using kaneo = await startSandbox({ seed: "empty" });
  kaneo.fail({ path: "/api/health" }, fault);
  try {
    const response = await fetch(`${kaneo.url}/api/health`, {
      redirect: "manual",
      signal: AbortSignal.timeout(patienceMs),
    });
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && "code" in cause ? String(cause.code) : String(error);
  }
}

test("starts with two workspaces, three projects and forty tasks", async () => {
  await using kaneo = await startSandbox();

  const { workspaces, projects, tasks } = kaneo.data;

  expect([workspaces.length, projects.size, tasks.size]).toEqual([2, 3, 40]);
});

test("an approved device code becomes a token, once", async () => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  const { device_code, user_code } = await requestCode(kaneo);
  await kaneo.approve(user_code);

  const first = await (await poll(kaneo, device_code)).json();
  const second = await (await poll(kaneo, device_code)).json();

  expect(first).toMatchObject({ token_type: "Bearer", access_token: expect.any(String) });
  expect(second).toMatchObject({ error: "invalid_grant" });
});

test("a denied device code says so", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });
  const { device_code, user_code } = await requestCode(kaneo);
  await kaneo.deny(user_code);

  const answer = await (await poll(kaneo, device_code)).json();

  expect(answer).toMatchObject({ error: "access_denied" });
});

test("serves an approval page without foreign assets and names the app that asks", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });
  const { user_code } = await requestCode(kaneo);

  const page = await get(kaneo, `/device?user_code=${user_code}`);
  const client = await get(kaneo, `/device/client?user_code=${user_code}`);

  expect(page.headers.get("content-type")).toContain("text/html");
  expect(await page.text()).not.toMatch(/(src|href)="(?!data:)|url\(/);
  expect(await client.json()).toEqual({ name: "kaneo-mcp" });
});

test("remembers every request with its answer's status", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });

  await post(kaneo, "/api/project?x=1", { name: "no workspace" });

  expect(kaneo.requests).toMatchObject([
    { method: "POST", path: "/api/project?x=1", body: '{"name":"no workspace"}', status: 400 },
  ]);
});

test("walking the pages of a sort with ties loses tasks, by number it does not", async () => {
  await using kaneo = await startSandbox({ seed: { bigProjectTasks: 1_000 } });
  const [big] = [...kaneo.data.projects.keys()];
  const walk = async (sortBy: string) => {
    const seen = new Set<string>();
    for (let page = 1; page <= 10; page += 1) {
      const path = `/api/task/tasks/${big}?sortBy=${sortBy}&limit=100&page=${page}`;
      const text = await (await get(kaneo, path)).text();
      for (const [, id] of text.matchAll(/"id":"([a-z0-9]{24})","projectId"/g)) seen.add(id ?? "");
    }
    return seen.size;
  };

  const byNumber = await walk("number");
  const withTies = [await walk("position"), await walk("priority"), await walk("dueDate")];

  expect(byNumber).toBe(1_000);
  expect(Math.max(...withTies)).toBeLessThan(1_000);
});

test("the search for a wildcard gives the newest events and comments, that for a brace no comments", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const headers = { authorization: `Bearer ${sandbox.people.alice.apiKey}` };
  const workspaceId = sandbox.data.workspaces[0]?.id ?? "";
  const find = async (q: string) => {
    const query = new URLSearchParams({ q, type: "activities", workspaceId, limit: "50" });
    const response = await fetch(`${sandbox.url}/api/search?${query}`, { headers });
    // The contract test holds answers to their shape.
    const answer = (await response.json()) as {
      results: { type: string; createdAt: string; relevanceScore: number }[];
    };
    return answer.results;
  };

  const [all, events] = [await find("%"), await find("{")];

  const times = all.map(({ createdAt }) => createdAt);
  expect(times).toEqual([...times].sort().reverse());
  expect(new Set(all.map(({ type }) => type))).toEqual(new Set(["activity", "comment"]));
  expect(new Set(all.map(({ relevanceScore }) => relevanceScore))).toEqual(new Set([2]));
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["activity"]));
});

test("an API key may ask better-auth 100 times a minute, Kaneo's own routes without limit", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });
  const path = "/api/auth/organization/list";
  for (let count = 0; count < 100; count += 1) await (await get(kaneo, path)).text();

  const refused = await get(kaneo, path);
  const own = await get(kaneo, "/api/notification");

  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBeNull();
  expect(await refused.json()).toMatchObject({ details: { tryAgainIn: expect.any(Number) } });
  expect(own.status).toBe(200);
});

test("Cloud refuses the 101st request of ten seconds with X-Retry-After", async () => {
  await using kaneo = await startSandbox({ seed: "empty", cloud: true });
  const path = `${kaneo.url}/api/auth/get-session`;
  for (let count = 0; count < 100; count += 1) await (await fetch(path)).text();

  const refused = await fetch(path);

  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("x-retry-after"))).toBeGreaterThan(0);
});

test("compresses when asked, and only then has no Content-Length", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });

  const packed = await get(kaneo, "/api/health", { "accept-encoding": "gzip" });
  const plain = await get(kaneo, "/api/health", { "accept-encoding": "identity" });

  expect(packed.headers.get("content-encoding")).toBe("gzip");
  expect(await packed.json()).toEqual({ status: "ok" });
  expect(plain.headers.get("content-length")).toBe("15");
});

test("can refuse, redirect, send a page or garbage instead of the answer", async () => {
  const refused = await healthUnder({ kind: "answer", status: 503, body: { message: "later" } });
  const redirected = await healthUnder({ kind: "redirect", to: "http://127.0.0.1:9/" });
  const page = await healthUnder({ kind: "html" });
  const garbage = await healthUnder({ kind: "garbage" });
  const limited = await healthUnder({ kind: "rate-limit", form: "tryAgainIn", seconds: 2 });

  expect(refused).toBe('503 {"message":"later"}');
  expect(redirected).toBe("302 ");
  expect(page).toContain("200 <!doctype html>");
  expect(() => JSON.parse(garbage.slice(4))).toThrow();
  expect(limited).toContain('429 {"message":"Rate limit exceeded."');
});

test("can break the connection before and during the answer, or never answer", async () => {
  const before = await healthUnder({ kind: "reset", when: "before" });
  const during = await healthUnder({ kind: "reset", when: "during" });
  const cut = await healthUnder({ kind: "cut" });
  const silence = await healthUnder({ kind: "silence" }, 500);

  expect([before, during, cut]).not.toContain('200 {"status":"ok"}');
  expect(before).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  expect(during).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  expect(cut).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
  expect(silence).toContain("TimeoutError");
});

test("carries a request out before it loses the answer", async () => {
  await using kaneo = await startSandbox();
  const [project] = [...kaneo.data.projects.keys()];
  const path = `/api/task/${project}`;
  kaneo.fail({ method: "POST", path }, { kind: "reset", when: "after" });
  const title = randomBytes(8).toString("hex");
  const task = { title, description: "", priority: "low", status: "to-do" };

  const outcome = await post(kaneo, path, task).catch(() => "lost");

  expect(outcome).toBe("lost");
  expect([...kaneo.data.tasks.values()].filter((row) => row.title === title)).toHaveLength(1);
});

test("sends a byte at a time", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });
  kaneo.fail({}, { kind: "trickle", everyMs: 50 });

  const answer = await get(kaneo, "/api/health", { "accept-encoding": "identity" });
  const pieces: string[] = [];
  for await (const piece of answer.body ?? []) pieces.push(Buffer.from(piece).toString());

  expect(pieces.join("")).toBe('{"status":"ok"}');
  // Some may arrive together, where somebody else has the processor.
  expect(pieces.length).toBeGreaterThan(1);
});

test("sends a small body that decodes to 200 MB", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });
  kaneo.fail({}, { kind: "gzip-bomb" });

  const bomb = await get(kaneo, "/api/health");
  let decoded = 0;
  for await (const chunk of bomb.body ?? []) decoded += chunk.length;

  expect(decoded).toBe(200 * 1024 * 1024);
});

test("strikes only the requests that were meant, as often as ordered", async () => {
  await using kaneo = await startSandbox({ seed: "empty" });
  const failing: Fault = { kind: "answer", status: 500 };
  kaneo.fail({ path: /^\/api\/health/, after: 1, times: 2 }, failing);
  const statuses: number[] = [];

  for (const path of ["/api/config", ...Array(4).fill("/api/health")]) {
    statuses.push((await get(kaneo, path)).status);
  }

  expect(statuses).toEqual([200, 200, 500, 500, 200]);
});

test("closes at once, also with connections that are idle or waiting", async () => {
  const kaneo = await startSandbox({ seed: "empty" });
  kaneo.fail({}, { kind: "silence" });
  const idle = connect(Number(new URL(kaneo.url).port), "127.0.0.1");
  const waiting = fetch(`${kaneo.url}/api/health`).catch(() => "ended");

  await new Promise((resolve) => idle.once("connect", resolve));
  await kaneo.close();

  expect(await waiting).toBe("ended");
  idle.destroy();
});
