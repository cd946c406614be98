import { expect, test } from "vitest";
import { z } from "zod";
import { type Endpoint, endpoint, withQuery } from "../../../src/kaneo/api/kaneo.ts";
import { startSmallBoard } from "../../support/small-board.ts";

const ID = "abcdefghij0123456789abcd";

test.for<[string, Endpoint, "get" | "post" | "put" | "delete", string]>([
  ["a column", endpoint`/api/column/${ID}`, "post", "add the column"],
  ["a relation", endpoint`/api/task-relation`, "post", "add the relation"],
  ["a move", endpoint`/api/task/move/${ID}`, "put", "change the task"],
  ["a search", withQuery(endpoint`/api/search`, { q: "x" }), "get", "search"],
  ["a rule", endpoint`/api/workflow-rule/${ID}`, "delete", "delete the workflow rule"],
  ["a picture", endpoint`/api/task/image-upload/${ID}/finalize`, "post", "store the picture"],
  [
    "a workspace's preferences",
    endpoint`/api/notification-preferences/workspaces/${ID}`,
    "delete",
    "delete the notification preferences",
  ],
  ["issues", endpoint`/api/gitea-integration/import-issues`, "post", "import the issues"],
  ["all notifications", endpoint`/api/notification/clear-all`, "delete", "delete the notification"],
])("a refusal says what was to be done, not its route: %s", async ([, path, method, deed]) => {
  await using board = await startSmallBoard();
  board.sandbox.fail({}, { kind: "answer", status: 400, body: "No." });

  const call = board.kaneo[method](path, z.unknown());

  await expect(call).rejects.toMatchObject({ message: `Kaneo refused to ${deed}: No.` });
});

test("what is too short for an id is not named as one", async () => {
  await using board = await startSmallBoard();
  const body = "Workspace ID could not be determined";
  board.sandbox.fail({}, { kind: "answer", status: 400, body });

  const call = board.kaneo.get(endpoint`/api/label/${"bug"}`, z.unknown());

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: "Kaneo has nothing with that id, or this account cannot see it.",
  });
});

test.for([".", "..", "a/b", "", "a?b", "%2e", "x".repeat(129)])(
  "%j can be no id in a path",
  (id) => {
    expect(() => endpoint`/api/task/${id}`).toThrow("is not an id that Kaneo could have given.");
  },
);
