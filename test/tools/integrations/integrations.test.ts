// The routes are those of Kaneo's sources; the webhook's and Discord's were also seen in a running 2.22.0.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRedactor } from "../../../src/http/redactor.ts";
import { INTEGRATION_EVENTS } from "../../../src/kaneo/integrations.ts";
import { secretsOf } from "../../../src/secrets.ts";
import { allTools } from "../../../src/tools/index.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import type { ToolHarnessOptions } from "../../support/tool-harness.ts";
import { toolNamed } from "../../support/tool-named.ts";

const DISCORD = "https://discord.com/api/webhooks/12345/abcdefghijklmnopqrstuvw";
const BOT = `123456789:${"A".repeat(35)}`;

async function startBoard(options: ToolHarnessOptions = {}) {
  const board = await startSmallBoard(options);
  const call = (name: string, args = {}) =>
    board.call(toolNamed(allTools, name), { project: "WEB", ...args });
  const kept = () => [...board.sandbox.data.integrations.values()];
  return { sandbox: board.sandbox, call, kept, [Symbol.asyncDispose]: board[Symbol.asyncDispose] };
}

test("connects a chat with the secret of a variable, which no answer shows", async () => {
  await using board = await startBoard({ env: { KANEO_SECRET_CHAT: DISCORD } });

  const answer = await board.call("connect_integration", {
    kind: "discord",
    secret: "chat",
    channel: "#web",
    events: ["created", "comment_created"],
  });
  const listed = await board.call("list_integrations");

  expect(answer).toBe(
    "Connected WEB: discord  active  channel #web  events created, comment_created",
  );
  expect(listed).toContain("WEB: 1 integration\ndiscord  active");
  expect(listed).toContain("Not connected: github, gitea, slack, telegram, webhook");
  expect(board.kept()).toMatchObject([{ type: "discord", config: { webhookUrl: DISCORD } }]);
  for (const text of [answer, listed]) expect(text).not.toMatch(/abcd|tuvw|webhooks/);
});

test("a file holds the secret as well, where a variable names it", async () => {
  await using folder = await makeTemporaryFolder();
  const file = join(folder.path, "bot");
  await writeFile(file, `${BOT}\n`);
  await using board = await startBoard({ env: { KANEO_SECRET_BOT_FILE: file } });

  const answer = await board.call("connect_integration", {
    kind: "telegram",
    secret: "KANEO_SECRET_BOT",
    chat: "-100",
  });

  expect(answer).toContain("telegram  active  chat -100");
  expect(board.kept()).toMatchObject([{ config: { botToken: BOT, chatId: "-100" } }]);
});

test.each([
  [DISCORD, "That is not the name of a secret"],
  ["/etc/passwd", "That is not the name of a secret"],
  ["../../secret", "That is not the name of a secret"],
  ["KANEO_API_KEY", "KANEO_SECRET_KANEO_API_KEY is not set"],
  ["HOME", "KANEO_SECRET_HOME is not set. These are set: KANEO_SECRET_OTHER."],
])("the secret %s is refused without being repeated or sent", async (secret, reason) => {
  await using board = await startBoard({
    env: { HOME: "/home/alice", KANEO_API_KEY: "key-of-alice", KANEO_SECRET_OTHER: "x" },
  });

  const failure = await board
    .call("connect_integration", { kind: "discord", secret })
    .catch((error: Error) => error);

  expect(failure).toMatchObject({ message: expect.stringContaining(reason) });
  expect(JSON.stringify(failure)).not.toContain("abcdefghij");
  expect(board.kept()).toEqual([]);
});

test("without a secret, the person is led to Kaneo's own page", async () => {
  await using board = await startBoard();
  const [project] = board.sandbox.data.projects.values();

  const call = board.call("connect_integration", { kind: "slack" });

  await expect(call).rejects.toMatchObject({
    message: "slack has a secret, which must not be written into the chat. Nothing was connected.",
    hint: expect.stringContaining(`/dashboard/settings/projects/${project?.id}/integrations`),
  });
});

test("Gitea's token goes only to the host that stands with it, and Kaneo's secret for Gitea is not shown", async () => {
  await using board = await startBoard({
    env: {
      KANEO_SECRET_GITEA: "https://t0ken-of-gitea@gitea.example.org/git/",
      KANEO_SECRET_BARE: "t0ken-of-gitea",
    },
  });
  const repository = "acme/shop";

  const bare = board.call("connect_integration", { kind: "gitea", repository, secret: "bare" });
  await expect(bare).rejects.toThrow("must have the form https://<token>@<host of Gitea>");
  const answer = await board.call("connect_integration", {
    kind: "gitea",
    repository: "https://gitea.example.org/git/acme/shop.git",
    secret: "gitea",
  });

  expect(answer).toContain("gitea  active  acme/shop  at https://gitea.example.org/git");
  expect(answer).not.toContain("s3cr3t-of-kaneo-for-gitea");
  expect(answer).toMatch(/webhook needs is on \/dashboard\/settings\/projects\/\w+\/integrations /);
  expect(board.kept()).toMatchObject([
    {
      config: {
        baseUrl: "https://gitea.example.org/git",
        accessToken: "t0ken-of-gitea",
        repositoryName: "shop",
      },
    },
  ]);
});

test("Gitea's token is hidden where Kaneo tells it alone, and in both of its spellings", async () => {
  const redactor = createRedactor();
  const secret = "https://t0ken%2Bof%2Bgitea@gitea.example.org/?key=k3y-of-gitea";
  await secretsOf({ KANEO_SECRET_GITEA: secret }, redactor)("gitea");

  const hidden = redactor.hide("Refused: t0ken+of+gitea, t0ken%2Bof%2Bgitea, k3y-of-gitea.");

  expect(hidden).toBe("Refused: [redacted], [redacted], [redacted].");
});

test("a token that no address can hold is refused as one, and not shown", async () => {
  await using board = await startBoard({
    env: { KANEO_SECRET_GITEA: "https://%E0%A4%A@gitea.example.org" },
  });
  const wanted = { kind: "gitea", repository: "acme/shop", secret: "gitea" };

  const call = board.call("connect_integration", wanted);

  await expect(call).rejects.toThrow("must have the form https://<token>@<host of Gitea>");
});

test("a password that somebody put into Gitea's address is not shown", async () => {
  await using board = await startBoard();
  const projectId = [...board.sandbox.data.projects.keys()][0] ?? "";
  const baseUrl = "https://ada:hunter22@gitea.example.org/git?token=hunter33";
  const row = { id: "i1", projectId, baseUrl, repositoryOwner: "acme", repositoryName: "shop" };
  const answer = { kind: "answer", status: 200, body: row } as const;
  board.sandbox.fail({ method: "GET", path: /gitea-integration/ }, answer);

  const list = await board.call("list_integrations");

  expect(list).toContain("gitea  active  acme/shop  at https://gitea.example.org/git");
  expect(list).not.toContain("hunter");
});

test("what Gitea says of a wrong token is said to be Gitea's", async () => {
  await using board = await startBoard({
    env: { KANEO_SECRET_GITEA: "https://wrong-token@gitea.example.org" },
  });

  const call = board.call("connect_integration", {
    kind: "gitea",
    repository: "acme/shop",
    secret: "gitea",
  });

  await expect(call).rejects.toMatchObject({
    message: "Kaneo asked Gitea, which refused: Gitea API error 401.",
    hint: "Gitea has to accept the token, and to show the repository to it.",
  });
});

test("a Kaneo without a GitHub app says so, and one with it whether it is installed", async () => {
  await using board = await startBoard();
  const { github } = board.sandbox.data;
  const connect = (repository: string) =>
    board.call("connect_integration", { kind: "github", repository });

  await expect(connect("acme/shop")).rejects.toThrow("This Kaneo has no GitHub app");
  github.appName = "kaneo-app";
  github.repositories.push("acme/shop");
  await expect(connect("acme/other")).rejects.toMatchObject({
    message: expect.stringContaining("GitHub App is not installed"),
    hint: expect.stringContaining("https://github.com/apps/kaneo-app/installations/new"),
  });
  const answer = await connect("acme/shop");

  expect(answer).toContain("github  active  acme/shop  comments on issues on");
  expect(board.kept()).toHaveLength(1);
});

test("what is connected already is not replaced silently", async () => {
  await using board = await startBoard({ env: { KANEO_SECRET_CHAT: DISCORD } });
  await board.call("connect_integration", { kind: "discord", secret: "chat" });

  const call = board.call("connect_integration", { kind: "discord", secret: "chat" });

  await expect(call).rejects.toThrow("WEB is connected to discord already.");
});

test("an update says what was and what is, and replaces a secret without showing either", async () => {
  const other = `${DISCORD}-other`;
  await using board = await startBoard({
    env: { KANEO_SECRET_CHAT: DISCORD, KANEO_SECRET_OTHER: other },
  });
  await board.call("connect_integration", { kind: "discord", secret: "chat", channel: "#web" });

  const answer = await board.call("update_integration", {
    kind: "discord",
    active: false,
    channel: "none",
    secret: "other",
  });

  expect(answer).toBe(
    [
      "WEB was: discord  active  channel #web  events created, status_changed, comment_created",
      "Now: discord  paused  events created, status_changed, comment_created",
      "Its secret is replaced.",
    ].join("\n"),
  );
  expect(board.kept()).toMatchObject([{ isActive: false, config: { webhookUrl: other } }]);
});

test.each([
  ["connect_integration", { kind: "slack", repository: "a/b" }, "slack takes no repository"],
  ["connect_integration", { kind: "telegram", secret: "hook" }, "telegram needs chat"],
  [
    "connect_integration",
    { kind: "slack", secret: "hook", events: ["moved"] },
    "does not tell slack of moved",
  ],
  ["update_integration", { kind: "discord" }, "Nothing to change"],
  ["update_integration", { kind: "discord", active: false }, "not connected to discord"],
  ["disconnect_integration", { kind: "github" }, "WEB is not connected to github"],
  ["import_issues", { kind: "gitea" }, "WEB is not connected to gitea"],
])("%s of %j says what is wrong and writes nothing", async (name, args, reason) => {
  await using board = await startBoard();
  board.sandbox.clearRequests();

  const call = board.call(name, args);

  await expect(call).rejects.toThrow(reason);
  expect(board.sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("disconnects, and says of what", async () => {
  await using board = await startBoard();
  const events = [...INTEGRATION_EVENTS];
  await board.call("connect_integration", { kind: "webhook", secret: "hook", events });
  const denial = { kind: "answer", status: 200, body: { success: false } } as const;
  board.sandbox.fail({ method: "DELETE" }, denial);

  const denied = board.call("disconnect_integration", { kind: "webhook" });
  await expect(denied).rejects.toMatchObject({ kind: "outcome_unknown" });
  const answer = await board.call("disconnect_integration", { kind: "webhook" });

  expect(answer).toContain(
    `Disconnected from WEB: webhook  active  events ${events.join(", ")}  not signed`,
  );
  expect(board.kept()).toEqual([]);
});

test("imports issues once, says how many were left, and that it may be repeated where it failed", async () => {
  await using board = await startBoard({
    env: { KANEO_SECRET_GITEA: "https://t0ken@gitea.example.org" },
  });
  const gitea = { kind: "gitea", repository: "acme/shop", secret: "gitea" };
  await board.call("connect_integration", gitea);

  const first = await board.call("import_issues", { kind: "gitea" });
  const again = await board.call("import_issues", { kind: "gitea" });
  const body = { imported: 1, skipped: 0, errors: ["#7: too long"] };
  board.sandbox.fail({ path: /import-issues/ }, { kind: "answer", status: 200, body });
  const partly = await board.call("import_issues", { kind: "gitea" });
  board.sandbox.fail({ path: /import-issues/ }, { kind: "answer", status: 500 });
  const failed = board.call("import_issues", { kind: "gitea" });

  expect(first).toBe("From gitea into WEB: 2 issues imported, 0 updated, 0 left as they were.");
  expect(again).toBe("From gitea into WEB: 0 issues imported, 0 updated, 2 left as they were.");
  expect(partly).toMatch(/1 issue imported, .*, 1 problem\.\n- #7: too long$/);
  const hint = "Call again: what was imported already does no harm.";
  await expect(failed).rejects.toMatchObject({ hint });
});

test("a member without the right is refused", async () => {
  await using board = await startBoard({ person: "bob" });

  const call = board.call("connect_integration", { kind: "webhook", secret: "hook" });

  await expect(call).rejects.toMatchObject({ kind: "forbidden" });
  expect(board.kept()).toEqual([]);
});
