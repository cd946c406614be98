import { expect, test } from "vitest";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { connectHere } from "./support/connect-here.ts";
import { modernMeta } from "./support/modern-meta.ts";
import type { ServerProcess } from "./support/spawn-server.ts";
import { startTwo } from "./support/two-servers.ts";
import { until } from "./support/until.ts";

const updated = (server: ServerProcess) =>
  server.lines.filter((line) => line.includes("notifications/resources/updated"));

test.concurrent.each([["on"], ["absent"]] as const)(
  "what one person's client changes ends the other's wait, with sockets %s",
  async (mode) => {
    await using sandbox = await startSandbox({ seed: "demo" });
    sandbox.sockets.mode = mode;
    const { alice, bob } = sandbox.people;
    const connect = ({ apiKey }: typeof alice) =>
      connectHere({ env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey } });
    await using mine = await connect(alice);
    await using theirs = await connect(bob);

    const waiting = mine.call("wait_for_changes", { task: "WEB-4", seconds: 15 });
    await until(() => sandbox.requests.some(({ path }) => path.startsWith("/api/search")));
    await theirs.call("add_comment", { task: "WEB-4", content: "Done on Monday" });
    const { text } = await waiting;

    expect(text).toContain(`@${bob.name}  WEB-4`);
    expect(text).toContain("commented: Done on Monday");
  },
);

test.concurrent("who subscribes in either era is told of others' changes and of one's own", async () => {
  await using two = await startTwo();
  const { mine, theirs, sandbox } = two;
  const uri = "kaneo://project/WEB/board";
  mine.send({ id: "old", method: "resources/subscribe", params: { uri } });
  await mine.answerTo("old");
  const notifications = { resourceSubscriptions: [uri] };
  theirs.send({
    id: "new",
    method: "subscriptions/listen",
    params: { ...modernMeta(), notifications },
  });
  await until(() => sandbox.sockets.open === 2);
  await until(() => updated(mine).length > 0 && updated(theirs).length > 0);
  const before = [updated(mine).length, updated(theirs).length];

  await theirs.call("add_comment", { task: "WEB-4", content: "Hello" });
  await until(
    () => updated(mine).length > (before[0] ?? 0) && updated(theirs).length > (before[1] ?? 0),
  );

  expect(JSON.parse(updated(mine).at(-1) ?? "")).toMatchObject({ params: { uri } });
});
