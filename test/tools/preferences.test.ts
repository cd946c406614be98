import { expect, test } from "vitest";
import { z } from "zod";
import { endpoint } from "../../src/kaneo/api/kaneo.ts";
import { allTools } from "../../src/tools/index.ts";
import type { Preference } from "../sandbox/data.ts";
import { startToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

/** The demo, with alice's preferences after a first change that changed nothing: before it there is no row. */
async function startDemo() {
  const harness = await startToolHarness({ seed: "demo" });
  const call = (name: string, args = {}) => harness.call(toolNamed(allTools, name), args);
  await call("set_preferences", { comments: true });
  const kept = () => {
    const row = harness.sandbox.data.preferences.get(harness.sandbox.people.alice.id);
    if (row === undefined) throw new Error("Nobody has changed the preferences.");
    return row;
  };
  const leave = (slug: string) => {
    const { members, workspaces } = harness.sandbox.data;
    const workspace = workspaces.find((row) => row.slug === slug);
    const isOwn = (row: (typeof members)[number]) =>
      row.organizationId === workspace?.id && row.userId === harness.sandbox.people.alice.id;
    members.splice(members.findIndex(isOwn), 1);
    harness.kaneo.forget();
  };
  const dispose = () => harness[Symbol.asyncDispose]();
  return {
    sandbox: harness.sandbox,
    kaneo: harness.kaneo,
    call,
    kept,
    leave,
    [Symbol.asyncDispose]: dispose,
  };
}

const NTFY: Partial<Preference> = {
  ntfyEnabled: true,
  ntfyServerUrl: "https://ntfy.example.org",
  ntfyTopic: "s3cret-topic",
  ntfyToken: "s3cret-token",
};

test("shows channels, kinds and rules, but neither addresses nor tokens", async () => {
  await using demo = await startDemo();
  Object.assign(demo.kept(), NTFY, { webhookUrl: "https://hooks.example.org/s3cret" });
  await demo.call("set_preferences", { workspace: "acme", ntfy: true, projects: ["WEB"] });

  const answer = await demo.call("get_preferences");

  expect(answer).toBe(
    [
      "e-mail: off",
      "ntfy: on",
      "gotify: off (not set up)",
      "webhook: off",
      "assignments: on",
      "comments: on",
      "status changes: on",
      "due reminders: on, 1440 minutes before",
      "Acme: active, by ntfy, only WEB",
    ].join("\n"),
  );
});

test("changes what is named, and says what was and what is", async () => {
  await using demo = await startDemo();

  const answer = await demo.call("set_preferences", { comments: false, remind_minutes: 60 });
  const again = await demo.call("set_preferences", { comments: false });

  expect(answer).toBe(
    [
      "was: comments: on",
      "was: due reminders: on, 1440 minutes before",
      "now: comments: off",
      "now: due reminders: on, 60 minutes before",
    ].join("\n"),
  );
  expect(again).toBe("It was so already.");
  expect(demo.kept()).toMatchObject({ taskCommentEnabled: false, taskAssignmentEnabled: true });
});

test("a rule of a workspace keeps what is not named, and is removed", async () => {
  await using demo = await startDemo();
  Object.assign(demo.kept(), NTFY);
  await demo.call("set_preferences", { workspace: "cabin", active: false });
  const [other] = demo.kept().rules;
  await demo.call("set_preferences", { workspace: "acme", ntfy: true, projects: ["WEB", "OPS"] });

  const named = await demo.call("set_preferences", {
    workspace: "acme",
    projects: "web; OPS, web",
  });
  const paused = await demo.call("set_preferences", { workspace: "acme", active: false });
  const widened = await demo.call("set_preferences", { workspace: "acme", projects: "all" });
  const removed = await demo.call("set_preferences", { workspace: "acme", remove_rule: true });
  const again = await demo.call("set_preferences", { workspace: "acme", remove_rule: true });

  expect([named, again]).toEqual(["It was so already.", "It was so already."]);
  expect(paused).toBe(
    [
      "was: Acme: active, by ntfy, only WEB, OPS",
      "now: No workspace has an active rule, so Kaneo sends nothing by these channels.",
      "now: Acme: paused, by ntfy, only WEB, OPS",
    ].join("\n"),
  );
  expect(widened).toContain("now: Acme: paused, by ntfy, all projects");
  expect(removed).toBe("was: Acme: paused, by ntfy, all projects");
  expect(demo.kept().rules).toEqual([other]);
});

test("a rule whose projects were deleted is not silently made one for all of them", async () => {
  await using demo = await startDemo();
  Object.assign(demo.kept(), NTFY);
  await demo.call("set_preferences", { workspace: "acme", ntfy: true, projects: ["OPS"] });
  await demo.call("delete_project", { project: "OPS", confirm_slug: "OPS" });

  const failure = await demo
    .call("set_preferences", { workspace: "acme", active: false })
    .catch(String);
  const named = await demo.call("set_preferences", { workspace: "acme", projects: ["WEB"] });

  expect(failure).toContain("The projects that the rule of Acme was for are gone.");
  expect(named).toBe(
    "was: Acme: active, by ntfy, only projects that are gone\nnow: Acme: active, by ntfy, only WEB",
  );
});

test("the rule of a workspace that the account has left is shown, and hides nothing else", async () => {
  await using demo = await startDemo();
  Object.assign(demo.kept(), NTFY);
  await demo.call("set_preferences", { workspace: "acme", ntfy: true, projects: ["WEB"] });
  demo.leave("acme");

  const shown = await demo.call("get_preferences");
  const changed = await demo.call("set_preferences", { comments: false });

  expect(shown).toMatch(/^e-mail: off\n[\s\S]*\nAcme: active, by ntfy, only \w+$/);
  expect(changed).toBe("was: comments: on\nnow: comments: off");
});

test("a rule is not said to be changed by an answer that shows it as it was", async () => {
  await using demo = await startDemo();
  Object.assign(demo.kept(), NTFY);
  await demo.call("set_preferences", { workspace: "acme", ntfy: true });
  const path = endpoint`/api/notification-preferences`;
  const body = await demo.kaneo.get(path, z.looseObject({}));
  const pause = async (changes: object) => {
    demo.sandbox.fail({ method: "PUT" }, { kind: "answer", status: 200, body });
    return demo.call("set_preferences", { workspace: "acme", ...changes });
  };

  await expect(pause({ active: false })).rejects.toMatchObject({ kind: "outcome_unknown" });
  await expect(pause({ projects: ["WEB"] })).rejects.toMatchObject({ kind: "outcome_unknown" });
});

test("a channel switched off everywhere is said to be off in the rules too", async () => {
  await using demo = await startDemo();
  Object.assign(demo.kept(), NTFY);
  await demo.call("set_preferences", { workspace: "acme", ntfy: true });

  const answer = await demo.call("set_preferences", { ntfy: false });

  expect(answer).toContain("now: ntfy: off");
  expect(answer).toContain("now: Acme: active, by no channel, all projects");
});

test.each([
  ["a channel that is not set up", { ntfy: true }, "ntfy requires a server URL and topic"],
  ["one that is off for the account", { workspace: "acme", email: true }, "globally"],
  ["e-mail with an API key", { comments: false }, "account email address"],
])("%s is refused with where and how it is turned on", async (_, args, reason) => {
  await using demo = await startDemo();
  demo.kept().emailEnabled = "comments" in args;

  const call = demo.call("set_preferences", args);

  await expect(call).rejects.toMatchObject({
    message: expect.stringContaining(reason),
    hint: expect.stringMatching(/^The person sets the channel up on \S+\/account\/notifications/),
  });
});

test.each([
  [{}, "Nothing to change"],
  [{ workspace: "acme", comments: false }, "the same in every workspace"],
  [{ projects: ["WEB"] }, "With workspace, that workspace's rule is changed"],
  [{ workspace: "acme" }, "Nothing to change"],
  [{ workspace: "acme", remove_rule: false }, "Nothing to change"],
  [{ workspace: "acme", remove_rule: true, active: false }, "or remove_rule alone"],
  [{ workspace: "acme", projects: ["CABIN"], email: false }, 'No project "CABIN"'],
])("%j is refused, and changes nothing", async (args, reason) => {
  await using demo = await startDemo();
  const before = JSON.stringify(demo.kept());

  await expect(demo.call("set_preferences", args)).rejects.toThrow(reason);

  expect(JSON.stringify(demo.kept())).toBe(before);
});

test("all notifications are deleted only when that is confirmed", async () => {
  await using demo = await startDemo();
  const mine = () =>
    [...demo.sandbox.data.notifications.values()].filter(
      ({ userId }) => userId === demo.sandbox.people.alice.id,
    ).length;
  const before = mine();

  await expect(demo.call("clear_notifications", { confirm: false })).rejects.toThrow(
    "Nothing was deleted",
  );
  expect(mine()).toBe(before);
  const answer = await demo.call("clear_notifications", { confirm: "yes" });

  expect(before).toBeGreaterThan(0);
  expect(answer).toBe(`Deleted all notifications (${before}) of this account.`);
  expect(mine()).toBe(0);
});
