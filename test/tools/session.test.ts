import { expect, test } from "vitest";
import {
  type Session,
  type SessionState,
  type SignOutResult,
  signInQuestion,
} from "../../src/session.ts";
import { renderFailure } from "../../src/text/failure.ts";
import { sessionTools } from "../../src/tools/session.ts";
import { startToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

const whoami = toolNamed(sessionTools, "whoami");
const signIn = toolNamed(sessionTools, "sign_in");
const signOut = toolNamed(sessionTools, "sign_out");

const NOW = Date.parse("2026-03-01T12:00:00Z");
const PENDING: SessionState = {
  kind: "pending",
  question: signInQuestion(
    {
      link: "https://kaneo.example/device?user_code=ABCD1234",
      userCode: "ABCD1234",
    },
    { now: NOW, leftMs: 28 * 60_000, timeZone: "Europe/Berlin" },
  ),
};
const SIGNED_IN: SessionState = {
  kind: "signed_in",
  kept: "/data/token.json",
};

test("a link is not said to be valid for longer than Kaneo lets one be, whatever the clocks say", () => {
  const page = { link: "https://kaneo.example/device", userCode: "ABCD1234" };

  const question = signInQuestion(page, { now: NOW, leftMs: 86_400_000, timeZone: "UTC" });

  expect(question.message).toMatch(/ is valid until 12:30 \(30 minutes\)\.$/);
});

/** A session that stands as it is told, and notes for how long it was asked to wait. */
function sessionOf(
  state: SessionState,
  result: SignOutResult = { outcome: "nothing" },
): Session & { waits: number[] } {
  const waits: number[] = [];
  return {
    instance: "https://kaneo.example",
    waits,
    state: async () => state,
    signIn: async (seconds) => {
      waits.push(seconds);
      return state;
    },
    signOut: async () => result,
  };
}

test("whoami names the account, how it is signed in and its role in each workspace", async () => {
  await using harness = await startToolHarness({ nowMs: NOW });

  const answer = await harness.call(whoami);

  expect(answer).toBe(
    [
      "Alice Doe <alice@example.com>",
      `Instance: ${harness.sandbox.url}`,
      "Signed in with the configured API key",
      "Workspaces:",
      "- Acme (acme): owner",
      "- Private (private): owner",
      "Today is Sunday, 2026-03-01, 13:00; days are meant in Europe/Berlin.",
    ].join("\n"),
  );
  expect(answer).not.toContain(harness.sandbox.people.alice.apiKey);
});

test("whoami says who it is now, not who it was a moment ago", async () => {
  await using harness = await startToolHarness();
  await harness.call(whoami);
  const { data, people } = harness.sandbox;
  const alice = data.users.find(({ id }) => id === people.alice.id);
  Object.assign(alice ?? {}, { name: "Alice Married" });

  const answer = await harness.call(whoami);

  expect(answer).toMatch(/^Alice Married <alice@example\.com>\n/);
});

test("whoami says until when a sign-in lasts and where the token is kept", async () => {
  await using harness = await startToolHarness({ session: sessionOf(SIGNED_IN) });

  const answer = await harness.call(whoami);

  expect(answer).toMatch(
    /\nSigned in until \d{4}-\d\d-\d\d \d\d:\d\d \+0[12]:00; use extends that\. The token is kept in \/data\/token\.json\.\n/,
  );
});

test("whoami says what day and time it is where the person is, not where the server is", async () => {
  const nowMs = Date.parse("2026-12-31T23:30:00Z");
  await using berlin = await startToolHarness({ nowMs });
  await using newYork = await startToolHarness({ nowMs, timeZone: "America/New_York" });

  const answers = [await berlin.call(whoami), await newYork.call(whoami)];

  expect(answers[0]).toContain(
    "Today is Friday, 2027-01-01, 00:30; days are meant in Europe/Berlin.",
  );
  expect(answers[1]).toContain(
    "Today is Thursday, 2026-12-31, 18:30; days are meant in America/New_York.",
  );
});

test("whoami says that the zone was not configured, at every call", async () => {
  await using harness = await startToolHarness({
    nowMs: NOW,
    timeZone: "UTC",
    isZoneAssumed: true,
  });

  const answers = [await harness.call(whoami), await harness.call(whoami)];

  for (const answer of answers) {
    expect(answer.split("\n").at(-1)).toBe(
      "Today is Sunday, 2026-03-01, 12:00; days are meant in UTC, this machine's zone, since KANEO_TIMEZONE is not set.",
    );
  }
});

test("whoami tells what is odd in the configuration, also when signed out", async () => {
  await using harness = await startToolHarness({
    session: sessionOf({ kind: "signed_out" }),
    configWarnings: ["KANEO_HOST is not read; KANEO_API_URL is meant."],
  });

  const answer = await harness.call(whoami);

  expect(answer).toMatch(/\nConfiguration: KANEO_HOST is not read; KANEO_API_URL is meant\.$/);
});

test("whoami tells workspaces and roles as they are now", async () => {
  await using harness = await startToolHarness({ person: "bob" });
  await harness.call(whoami);
  const { data, people } = harness.sandbox;
  for (const member of data.members) if (member.userId === people.bob.id) member.role = "viewer";
  for (const workspace of data.workspaces) workspace.name = `${workspace.name} Ltd`;

  const answer = await harness.call(whoami);

  expect(answer).toContain("- Acme Ltd (acme): viewer");
});

test("whoami says what is wrong with the place of the token", async () => {
  const problems = ["/data, above the folder of the sign-in, is a symbolic link."];
  await using harness = await startToolHarness({ session: sessionOf({ ...SIGNED_IN, problems }) });

  expect(await harness.call(whoami)).toContain(`\n${problems[0]}\n`);
});

test("whoami of an account without a workspace says so", async () => {
  await using harness = await startToolHarness({ person: "dan" });

  expect(await harness.call(whoami)).toMatch(/\nWorkspaces: none\n/);
});

test.for<[string, SessionState, RegExp]>([
  [
    "signed out",
    { kind: "signed_out" },
    /^Not signed in\. Call sign_in, or any other tool, to get the link\.\nInstance: https:\/\/kaneo\.example\nToday is Sunday, 2026-03-01, 13:00; days are meant in Europe\/Berlin\.$/,
  ],
  ["pending", PENDING, /^Sign in to Kaneo: https:\/\/kaneo\.example\/device\?user_code=ABCD1234\n/],
])("whoami works while %s and asks Kaneo nothing", async ([, state, expected]) => {
  await using harness = await startToolHarness({ session: sessionOf(state), nowMs: NOW });

  const answer = await harness.call(whoami);

  expect(answer).toMatch(expected);
  expect(harness.requests()).toEqual([]);
});

test("sign_in gives link, code, host and validity, and what to do next", async () => {
  const session = sessionOf(PENDING);
  await using harness = await startToolHarness({ session, nowMs: NOW });

  const asked = await harness.call(signIn, { wait_seconds: "20" }).catch((error) => error);

  expect(session.waits).toEqual([20]);
  // The same question as that of every other tool, so that a client can open the link.
  expect(asked).toMatchObject({ kind: "sign_in_required", signIn: { userCode: "ABCD1234" } });
  expect(renderFailure(asked)).toBe(
    [
      "Sign in to Kaneo: https://kaneo.example/device?user_code=ABCD1234",
      "Compare the code ABCD1234 with the page. The link leads to kaneo.example and is valid until 13:28 Europe/Berlin (28 minutes).",
      "Nothing was done yet: show the person the link and the code, and once they have approved, repeat this call or call sign_in with wait_seconds 20.",
    ].join("\n"),
  );
});

test.for<[string, string]>([
  ["/data/token.json", "Signed in. The token is kept in /data/token.json."],
  [
    "in memory only: the folder is read-only",
    "Signed in. The token is kept in memory only: the folder is read-only.",
  ],
])(
  "sign_in when signed in says who it is and where the token is kept: %s",
  async ([kept, expected]) => {
    await using harness = await startToolHarness({
      session: sessionOf({ kind: "signed_in", kept }),
    });

    expect(await harness.call(signIn)).toBe(`${expected}\nThis is Alice Doe <alice@example.com>.`);
  },
);

test("sign_in waits for nothing unless it is told to, and takes more than 20 seconds as 20", async () => {
  const session = sessionOf(SIGNED_IN);
  await using harness = await startToolHarness({ session });

  await harness.call(signIn);
  await harness.call(signIn, { wait_seconds: 60 });

  expect(session.waits).toEqual([0, 20]);
});

test.for<[SignOutResult, string | RegExp]>([
  [{ outcome: "revoked" }, "Signed out: the access is revoked at Kaneo and the token is removed."],
  [
    { outcome: "revoked", detail: "its file could not be removed" },
    "Signed out: the access is revoked at Kaneo (its file could not be removed).",
  ],
  [
    { outcome: "forgotten_only", detail: "no answer" },
    /^The token is removed from this machine, but Kaneo could not be told \(no answer\): the session may live/,
  ],
  [
    { outcome: "neither", detail: "no answer; no permission" },
    /^Kaneo could not be told, nor could the token be removed \(no answer; no permission\)\. .* remove the file/,
  ],
  [{ outcome: "nothing" }, "Nobody was signed in."],
  [
    { outcome: "nothing", detail: "a pending sign-in was cancelled" },
    "Nobody was signed in (a pending sign-in was cancelled).",
  ],
  [{ outcome: "api_key" }, /^There is nothing to sign out: an API key is configured\./],
])("sign_out says what came of it: %j", async ([result, expected]) => {
  await using harness = await startToolHarness({ session: sessionOf(SIGNED_IN, result) });

  const answer = await harness.call(signOut);

  expect(answer).toMatch(expected);
});

test("after sign_out nothing of the account is remembered", async () => {
  await using harness = await startToolHarness({ session: sessionOf(SIGNED_IN) });
  await harness.call(whoami);
  await harness.call(signOut);
  harness.sandbox.clearRequests();

  await harness.call(whoami);

  expect(harness.requests()).toContain("GET /api/auth/organization/list");
});
