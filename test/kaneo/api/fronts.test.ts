import { expect, test } from "vitest";
import { z } from "zod";
import { failureOfAnswer, failureOfShape } from "../../../src/kaneo/api/failures.ts";
import { endpoint } from "../../../src/kaneo/api/kaneo.ts";
import { renderFailure } from "../../../src/text/failure.ts";
import type { Fault } from "../../sandbox/faults.ts";
import { startSandbox } from "../../sandbox/start-sandbox.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { spawnServer } from "../../support/spawn-server.ts";
import { CODE_PATH, failureFrom, startWorld } from "../../support/temp-home.ts";

const front = (status: number): Fault => ({
  kind: "answer",
  status,
  body: "<html><head><title>Sign in</title></head></html>",
  headers: { "content-type": "text/html", "www-authenticate": 'Basic realm="home"' },
});

test.for([401, 403])(
  "a front's %i is not said to be a bad API key or too small a role",
  async (status) => {
    await using board = await startSmallBoard();
    board.sandbox.fail({ times: Infinity }, front(status));

    const call = board.kaneo.get(endpoint`/api/project`, z.unknown());

    await expect(call).rejects.toMatchObject({
      kind: "forbidden",
      message: expect.stringMatching(
        /^Something in front of Kaneo did not let the request through/,
      ),
      hint: expect.stringContaining("KANEO_HEADERS"),
    });
  },
);

test.for([401, 403, 407])(
  "a sign-in behind a front's %i says so in the same words",
  async (status) => {
    await using world = await startWorld();
    world.kaneo.fail({ path: CODE_PATH, times: Infinity }, front(status));

    const failure = await failureFrom(world.home.startServer().token());

    expect(failure.message).toMatch(/^Something in front of Kaneo did not let the request through/);
    expect(failure.hint).toContain("KANEO_HEADERS");
  },
);

test("a key that Kaneo repeats at the place where its words are cut is not shown in part", async () => {
  await using sandbox = await startSandbox();
  const { apiKey } = sandbox.people.alice;
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey };
  await using server = await spawnServer({ env });
  await server.initialize();
  const texts: string[] = [];

  for (let before = 240; before < 300; before += 7) {
    const body = `${"x".repeat(before)} ${apiKey} and more`;
    sandbox.fail({ path: /^\/api\/auth\/organization/ }, { kind: "answer", status: 400, body });
    texts.push((await server.call("list_projects")).text);
  }

  for (const text of texts) expect(text).toMatch(/^Kaneo refused to list the workspaces: xxx/);
  for (const text of texts) expect(text).not.toContain(apiKey.slice(0, 6));
}, 60_000);

test.each(['{"id":"abc","tit', '[{"id":"abc"},{"i'])(
  "JSON that breaks off, such as %s, is not blamed on KANEO_API_URL",
  (body) => {
    const failure = failureOfShape({ method: "GET", path: "/api/task/x" }, body);

    expect(failure.message).toMatch(/the answer was JSON that breaks off or is damaged\.$/);
    expect(failure.hint).toBe("If it happens again, a proxy in between may be at fault.");
  },
);

test("a write that was answered 408 is uncertain", () => {
  const response = { status: 408, headers: {}, body: "" };

  const failure = failureOfAnswer({ method: "PUT", path: "/api/task/x" }, response);

  expect(failure.kind).toBe("outcome_unknown");
  expect(renderFailure(failure)).toMatch(
    /^The change may or may not .*failed to change the task, with status 408/s,
  );
});

test("an address that is too long is too long, whichever server says so", () => {
  const response = { status: 414, headers: {}, body: "" };

  const failure = failureOfAnswer({ method: "GET", path: "/api/search" }, response);

  expect(failure).toMatchObject({ kind: "invalid_input" });
});
