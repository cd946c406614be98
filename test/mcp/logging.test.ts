import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  type LoggingLevel,
  LoggingLevelSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { modernMeta } from "../support/modern-meta.ts";
import { connect, exchange } from "../support/serve-tools.ts";
import { spawnServer } from "../support/spawn-server.ts";

/** What a client is told of from now on. */
function messagesTo(client: Client): unknown[] {
  const told: unknown[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    told.push(params);
  });
  return told;
}

/** Has one line of each of our own levels written. */
function logEach({ log }: Awaited<ReturnType<typeof connect>>): void {
  log.debug("a debug line");
  log.info("an info line");
  log.warn("a warning");
  log.error("an error");
}

const lines = {
  debug: { level: "debug", logger: "kaneo-mcp", data: "a debug line" },
  info: { level: "info", logger: "kaneo-mcp", data: "an info line" },
  warning: { level: "warning", logger: "kaneo-mcp", data: "a warning" },
  error: { level: "error", logger: "kaneo-mcp", data: "an error" },
};

test.each<[LoggingLevel, object[]]>([
  ["debug", [lines.debug, lines.info, lines.warning, lines.error]],
  ["info", [lines.info, lines.warning, lines.error]],
  ["notice", [lines.warning, lines.error]],
  ["warning", [lines.warning, lines.error]],
  ["error", [lines.error]],
  ["critical", []],
  ["alert", []],
  ["emergency", []],
])("tells a client that asks for %s of that and what is above it", async (level, expected) => {
  await using session = await connect([]);
  const told = messagesTo(session.client);

  await session.client.setLoggingLevel(level);
  logEach(session);
  await session.client.ping();

  expect(told).toEqual(expected);
});

test("tells nothing before a client asks, and only as much as it asked for last", async () => {
  await using session = await connect([]);
  const told = messagesTo(session.client);

  logEach(session);
  await session.client.setLoggingLevel("debug");
  await session.client.setLoggingLevel("error");
  logEach(session);
  await session.client.ping();

  expect(session.client.getServerCapabilities()?.logging).toEqual({});
  expect(told).toEqual([lines.error]);
});

test.each([undefined, null, 7, "", "warn", "DEBUG", "toString", ["debug"]])(
  "names the levels to a client that asks for %j",
  async (level) => {
    const answer = await exchange([], { method: "logging/setLevel", params: { level } });

    const message = `"level" must be one of ${LoggingLevelSchema.options.toReversed().join(", ")}.`;
    expect(answer).toMatchObject({ error: { code: -32602, message } });
  },
);

test("declares no logging in 2026-07-28, which deprecates it, and calls work that ask for it", async () => {
  const { _meta } = modernMeta();
  const params = { _meta: { ..._meta, "io.modelcontextprotocol/logLevel": "debug" } };

  const answer = await exchange([], { method: "server/discover", params });

  expect(answer).toHaveProperty(
    "result.capabilities",
    expect.not.objectContaining({ logging: {} }),
  );
});

test("the program tells what it does, with no name, title or secret in it, until 2026-07-28 is spoken", async () => {
  await using sandbox = await startSandbox();
  const { apiKey } = sandbox.people.alice;
  await using server = await spawnServer({
    env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey },
  });
  await server.initialize();
  server.send({ id: "level", method: "logging/setLevel", params: { level: "debug" } });
  await server.answerTo("level");

  await server.call("search", { query: `login ${apiKey}` });
  await server.call("get_task", { task: "WEB-99" });
  server.send({ id: "modern", method: "tools/list", params: modernMeta() });
  await server.answerTo("modern");
  await server.call("whoami");

  const messages = server.lines.map((line) => JSON.parse(line));
  const told = messages.flatMap(({ method, params }) =>
    method === "notifications/message" ? [`${params.level} ${params.data}`] : [],
  );
  expect(told).toContainEqual(expect.stringMatching(/^debug GET \/api\/search: 200, \d+ ms$/));
  expect(told).toContainEqual(expect.stringMatching(/^info search: answered, \d+ ms$/));
  expect(told.at(-1)).toMatch(/^info get_task: not_found, \d+ ms$/);
  expect(told.join("\n")).not.toMatch(/login/i);
  expect(told.join("\n")).not.toContain(apiKey);
  expect(server.stderr()).toBe("");
});
