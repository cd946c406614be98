import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Following } from "../../src/kaneo/events/live.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createFeed } from "../support/feed.ts";
import { modernMeta } from "../support/modern-meta.ts";
import { serveKaneo } from "../support/serve-kaneo.ts";
import { until } from "../support/until.ts";

const web = "kaneo://project/WEB/board";
const first = "kaneo://task/WEB-1";
const subscription = { "io.modelcontextprotocol/subscriptionId": "listen:0" };

async function start() {
  const { follow, ...feed } = createFeed();
  const clock = new FakeClock({ byHand: true });
  const server = await serveKaneo({ follow, clock });
  return {
    ...server,
    ...feed,
    clock,
    /** What was told since the beginning. */
    told: () => server.received.filter((one) => "method" in one),
    /** Opens a stream of changes. */
    async listen(notifications: unknown) {
      const params = { ...modernMeta(), notifications };
      await server.tell({ id: "listen:0", method: "subscriptions/listen", params });
      await until(() => server.received.length > 0);
    },
  };
}

const updated = (uri: string) => ({ method: "notifications/resources/updated", params: { uri } });
const updatedOnStream = (uri: string) => ({
  method: "notifications/resources/updated",
  params: { uri, _meta: subscription },
});
const acknowledged = (notifications: object) => ({
  method: "notifications/subscriptions/acknowledged",
  params: { _meta: subscription, notifications },
});

test("says that resources can be subscribed to", async () => {
  await using server = await start();

  const discovered = await server.ask("2026-07-28", "server/discover");
  const introduced = await server.ask("2025-11-25", "initialize");

  const capabilities = { resources: { subscribe: true } };
  expect(discovered.result).toMatchObject({ capabilities });
  expect(introduced.result).toMatchObject({ capabilities });
});

test("tells a subscriber of changes, of many at once just once, until it ends that (2025-11-25)", async () => {
  await using server = await start();
  await server.ask("2025-11-25", "resources/subscribe", { uri: web });
  await server.ask("2025-11-25", "resources/subscribe", { uri: web });

  for (let count = 0; count < 100; count += 1) server.change(server.projectId, server.taskId(1));
  server.change("another");
  await server.clock.advance(200);
  const once = server.told();
  server.change(server.projectId);
  await server.clock.advance(200);
  const twice = server.told();
  await server.ask("2025-11-25", "resources/unsubscribe", { uri: web });
  server.change(server.projectId);
  await server.clock.advance(200);

  expect(once).toMatchObject([updated(web)]);
  expect(twice).toMatchObject([updated(web), updated(web)]);
  expect(server.told()).toEqual(twice);
  expect(server.watched()).toEqual([]);
});

test("answers two requests for what nobody can be told of alike", async () => {
  await using server = await start();
  const uri = "kaneo://project/NOPE/board";

  const answers = await Promise.all(
    [1, 2].map(() => server.ask("2025-11-25", "resources/subscribe", { uri })),
  );

  const error = { code: -32002, message: expect.stringContaining('No project "NOPE"') };
  expect(answers).toMatchObject([{ error }, { error }]);
});

test("tells of a task when it, or nobody knows what, has changed", async () => {
  await using server = await start();
  await server.ask("2025-11-25", "resources/subscribe", { uri: first });

  server.change(server.projectId, server.taskId(2));
  await server.clock.advance(200);
  const ofOthers = server.told();
  server.change(server.projectId, server.taskId(1));
  await server.clock.advance(200);
  server.change(server.projectId);
  await server.clock.advance(200);

  expect(ofOthers).toEqual([]);
  expect(server.told()).toMatchObject([updated(first), updated(first)]);
});

test("ends a stream that was still beginning when the client's input ended", async () => {
  await using server = await start();
  const params = { ...modernMeta(), notifications: { resourceSubscriptions: [web] } };

  const sent = server.tell({ id: "listen:0", method: "subscriptions/listen", params });
  server.endInput();
  await sent;
  await until(() => server.received.length >= 2);

  expect(server.received).toMatchObject([
    acknowledged({}),
    { id: "listen:0", result: { _meta: subscription } },
  ]);
});

test("tells on a stream what it is asked and can be told, and ends with it (2026-07-28)", async () => {
  await using server = await start();
  const resourceSubscriptions = [web, first, web, "kaneo://task/WEB-99", "kaneo://nothing", "x"];

  await server.listen({ toolsListChanged: true, resourceSubscriptions });
  server.change(server.projectId, server.taskId(1));
  await server.clock.advance(200);
  const told = server.told();
  await server.tell({ method: "notifications/cancelled", params: { requestId: "listen:0" } });
  server.change(server.projectId);
  await server.clock.advance(200);

  expect(told).toMatchObject([
    acknowledged({ resourceSubscriptions: [web, first] }),
    updatedOnStream(web),
    updatedOnStream(first),
  ]);
  expect(server.told()).toEqual(told);
  expect(server.watched()).toEqual([]);
});

test("watches nothing any more when the client will say nothing more", async () => {
  await using server = await start();
  await server.listen({ resourceSubscriptions: [web] });
  await server.ask("2025-11-25", "resources/subscribe", { uri: first });
  const before = server.watched().length;

  server.endInput();
  await until(() => server.received.some((one) => "id" in one && one.id === "listen:0"));

  expect(before).toBe(2);
  expect(server.watched()).toEqual([]);
  expect(server.received.at(-1)).toMatchObject({ id: "listen:0", result: { _meta: subscription } });
});

test.each([
  ["kaneo://task/WEB-99", -32002],
  ["kaneo://nothing", -32002],
  ["", -32602],
  [undefined, -32602],
])("refuses a subscription to %j", async (uri, code) => {
  await using server = await start();

  const { error } = await server.ask("2025-11-25", "resources/subscribe", { uri });

  expect(error).toMatchObject({ code });
  expect(server.watched()).toEqual([]);
});

test.each([[null], [7], [[]], [{ resourceSubscriptions: web }], [{ resourceSubscriptions: [1] }]])(
  "refuses a stream of %j",
  async (notifications) => {
    await using server = await start();

    await server.listen(notifications);

    expect(server.received).toMatchObject([{ id: "listen:0", error: { code: -32602 } }]);
  },
);

test("watches at most 100 resources for a client, and ends what it does not know in silence", async () => {
  await using server = await start();
  const uris = Array.from(
    { length: 150 },
    (_, index) => `kaneo://project/WEB${"%20".repeat(index)}`,
  );

  await server.listen({ resourceSubscriptions: uris });
  const onStream = server.watched().length;
  const answers = [];
  for (const uri of uris.slice(0, 101)) {
    answers.push(await server.ask("2025-11-25", "resources/subscribe", { uri }));
  }
  const unknown = await server.ask("2025-11-25", "resources/unsubscribe", { uri: first });

  expect(onStream).toBe(100);
  expect(answers.filter(({ error }) => error !== undefined)).toMatchObject([
    { error: { code: -32602, message: expect.stringContaining("100 subscriptions") } },
  ]);
  expect(unknown.result).toEqual({});
});

test("gives up on a resource that cannot be watched in time", async () => {
  const clock = new FakeClock({ byHand: true });
  const follow = (_channel: string, signal: AbortSignal) =>
    new Promise<Following>((_, reject) => {
      signal.throwIfAborted();
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  await using server = await serveKaneo({ follow, clock });

  const answered = server.ask("2025-11-25", "resources/subscribe", { uri: web });
  await until(() => clock.sleeping > 0);
  await clock.advance(10_000);

  expect(await answered).toMatchObject({ error: { code: -32603 } });
});

test("who subscribes while a cancelled one is still beginning is subscribed", async () => {
  await using server = await start();
  const beginning = server.hold();

  await server.tell({ id: "sub", method: "resources/subscribe", params: { uri: web } });
  await beginning.reached;
  await server.tell({ method: "notifications/cancelled", params: { requestId: "sub" } });
  const asked = server.ask("2025-11-25", "resources/subscribe", { uri: web });
  await delay(50);
  beginning.release();

  expect(await asked).toMatchObject({ result: {} });
  server.change(server.projectId);
  await server.clock.advance(200);
  expect(server.told()).toMatchObject([updated(web)]);
});

test("who subscribes again in vain is told as before, until it ends that", async () => {
  await using server = await start();
  await server.ask("2025-11-25", "resources/subscribe", { uri: web });

  const again = server.hold();
  await server.tell({ id: "again", method: "resources/subscribe", params: { uri: web } });
  await again.reached;
  await server.tell({ method: "notifications/cancelled", params: { requestId: "again" } });
  again.release();
  await delay(50);
  server.change(server.projectId);
  await server.clock.advance(200);
  const told = server.told();
  const last = server.hold();
  await server.tell({ id: "last", method: "resources/subscribe", params: { uri: web } });
  await last.reached;
  await server.ask("2025-11-25", "resources/unsubscribe", { uri: web });
  last.release();
  await delay(50);

  expect(told).toMatchObject([updated(web)]);
  expect(server.watched()).toEqual([]);
});

test("a subscription that is cancelled before it has begun is none", async () => {
  await using server = await start();

  await server.tell({ id: "sub", method: "resources/subscribe", params: { uri: web } });
  await server.tell({ method: "notifications/cancelled", params: { requestId: "sub" } });
  await delay(100);
  server.change(server.projectId);
  await server.clock.advance(200);
  await server.ask("2025-11-25", "resources/subscribe", { uri: web });
  server.change(server.projectId);
  await server.clock.advance(200);

  expect(server.told()).toMatchObject([updated(web)]);
});
