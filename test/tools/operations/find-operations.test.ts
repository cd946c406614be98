import { expect, test } from "vitest";
import { startApi } from "../../support/api-calls.ts";
import { realKaneo } from "../../support/real-kaneo.ts";

/** Has the sandbox describe itself so. */
function giveDocument({ sandbox }: Awaited<ReturnType<typeof startApi>>, document: unknown): void {
  const answer = { kind: "answer", status: 200, body: JSON.stringify(document) } as const;
  sandbox.fail({ path: "/api/openapi", times: Number.POSITIVE_INFINITY }, answer);
}

/** The ids in an answer of find_operations, in order. */
function idsIn(answer: string): string[] {
  return [...answer.matchAll(/^(\w+) {2}(?:GET|POST|PUT|PATCH|DELETE) /gm)].map(
    ([, id = ""]) => id,
  );
}

const QUESTIONS: [question: string, id: string][] = [
  ["upload an avatar of mine", "uploadUserAvatar"],
  ["reorder the projects of the sidebar", "reorderProjects"],
  ["leave a workspace", "leaveOrganization"],
  ["make a role of our own", "createOrganizationRole"],
  ["delete a whole workspace", "deleteOrganization"],
  ["make a team inside the workspace", "createOrganizationTeam"],
  ["which GitHub repositories can Kaneo see?", "listGitHubRepositories"],
  ["unarchive a project", "unarchiveProject"],
  ["check whether the slug of a workspace is free", "checkOrganizationSlug"],
  ["external links of a task", "getExternalLinksByTask"],
  ["bulk delete of tasks", "bulkUpdateTasks"],
  ["delete several tasks at once", "bulkUpdateTasks"],
  ["change the priority of many tasks", "bulkUpdateTasks"],
  ["sort order of tasks", "listTasks"],
];

test.each(QUESTIONS)('"%s" finds %s among the first three', async (query, id) => {
  await using api = await startApi();

  const answer = await api.call("find_operations", { query });

  expect(idsIn(answer).slice(0, 3)).toContain(id);
});

test.each([
  "recurring task every monday",
  "attach a pdf file",
  "snooze a notification until tomorrow",
  "story points of a task",
  "delete attachment",
  "what is it",
])('nothing fits "%s", which Kaneo cannot do', async (query) => {
  await using api = await startApi();

  const answer = await api.call("find_operations", { query });

  expect(answer).toMatch(/^None of the \d+ operations of this Kaneo has most of these words\./);
  expect(answer).toContain(", updateTaskTitle, ");
  expect(answer).not.toMatch(/getSession|Billing|SlackIntegration/);
  expect(answer.length).toBeLessThan(2_400);
});

test("what deletes is found by a word for that, not by one word of several, and stands last where nobody asked for it", async () => {
  await using api = await startApi();

  const entry = idsIn(await api.call("find_operations", { query: "delete time entry" }));
  const picture = idsIn(await api.call("find_operations", { query: "the avatar of a user" }));

  expect(entry).toContain("getTimeEntry");
  expect(entry.filter((id) => id.startsWith("delete"))).toEqual([]);
  expect(picture.at(-1)).toBe("deleteUserAvatar");
});

test.skipIf(realKaneo() === undefined)(
  "these questions find the same in the document of a running Kaneo",
  async () => {
    await using api = await startApi();
    const document = await realKaneo()?.<object>("GET", "/openapi");
    giveDocument(api, document);

    const missed: string[] = [];
    for (const [query, id] of QUESTIONS) {
      const found = idsIn(await api.call("find_operations", { query })).slice(0, 3);
      if (!found.includes(id)) missed.push(`${query}: ${found.join(", ")}`);
    }

    expect(missed).toEqual([]);
  },
);

test("marks what an operation needs, in its query as in its body", async () => {
  await using api = await startApi();
  const schema = { type: "string" };
  const parameters = [
    { in: "query", name: "since", required: true, schema },
    { in: "query", name: "until", schema },
  ];
  const get = { operationId: "listMeetings", description: "List the meetings", parameters };
  giveDocument(api, { openapi: "3.0.3", paths: { "/meetings": { get } } });

  const answer = await api.call("find_operations", { query: "list the meetings" });

  expect(answer).toContain("\n  query: since* string, until string");
});

test("says what an operation takes, and of one that is not to be called why", async () => {
  await using api = await startApi();

  const renames = await api.call("find_operations", {
    query: "update the title of a task",
    limit: 1,
  });
  const session = await api.call("find_operations", { query: "current session", limit: 1 });

  expect(idsIn(renames)).toEqual(["updateTaskTitle"]);
  expect(renames).toContain("updateTaskTitle  PUT /task/title/{id}  ");
  expect(renames).toContain("\n  path: id*\n  body: title* string");
  expect(session).toContain("\n  not to be called: signing in, sessions and keys");
});
