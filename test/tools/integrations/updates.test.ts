/** Changes to what projects are connected to that Kaneo does not show or does not have. */
import { expect, test } from "vitest";
import { integrationTools } from "../../../src/tools/integrations/integrations.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const HOOK = "https://discord.com/api/webhooks/12345/abcdefghijklmnopqrstuvw";
const connect = toolNamed(integrationTools, "connect_integration");
const updateIntegration = toolNamed(integrationTools, "update_integration");

/** WEB, connected to Discord's channel #web. */
async function startConnected() {
  const board = await startSmallBoard({ env: { KANEO_SECRET_CHAT: HOOK } });
  const discord = { project: "WEB", kind: "discord" };
  await board.call(connect, { ...discord, secret: "chat", channel: "#web" });
  const update = (args: object) => board.call(updateIntegration, { ...discord, ...args });
  return { ...board, update, [Symbol.asyncDispose]: board[Symbol.asyncDispose] };
}

test("an update that Kaneo's answer does not show is uncertain, also after a second look", async () => {
  await using board = await startConnected();
  const [row] = board.sandbox.data.integrations.values();
  const { id, projectId } = row ?? {};
  const unchanged = { id, projectId, isActive: true, channelName: "#web", events: {} };
  const answer = { kind: "answer", status: 200, body: unchanged } as const;
  board.sandbox.fail({ method: "PATCH" }, answer);

  const call = board.update({ channel: "#other" });

  await expect(call).rejects.toMatchObject({ kind: "outcome_unknown" });
});

test("an update of what a kind does not have names what it has, and sends nothing", async () => {
  await using board = await startConnected();
  board.sandbox.clearRequests();

  const call = board.update({ remind_minutes: 30 });

  await expect(call).rejects.toMatchObject({
    message: "discord takes no remind_minutes here. Nothing was changed.",
    hint: expect.stringContaining("discord takes: active, events, channel, secret."),
  });
  expect(board.sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("an address that Kaneo refuses is corrected where it stands, which is no argument", async () => {
  await using board = await startSmallBoard({
    env: { KANEO_SECRET_CHAT: HOOK, KANEO_SECRET_INSIDE: "http://localhost:9999/hook" },
  });
  const hook = { project: "WEB", kind: "webhook", secret: "inside" };
  await board.call(connect, { project: "WEB", kind: "discord", secret: "chat" });

  const connecting = board.call(connect, hook);
  const changing = board.call(updateIntegration, { ...hook, kind: "discord" });

  for (const call of [connecting, changing]) {
    await expect(call).rejects.toMatchObject({
      message: expect.stringMatching(/^Kaneo refused to /),
      hint: expect.stringContaining("the person then corrects it where this server is configured"),
    });
  }
});
