import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { KaneoMcpError } from "../../../src/errors.ts";
import { endpoint } from "../../../src/kaneo/api/kaneo.ts";
import { columnsOf, list, memberSchema, workspaces } from "../../../src/kaneo/api/schemas.ts";
import { boardOf } from "../../../src/kaneo/tasks/project-tasks.ts";
import { connectTo } from "../../support/answering-kaneo.ts";

test("a call reads 36 MiB of answers at most; another call starts anew", async () => {
  const { kaneo, connection } = connectTo(() => ({
    status: 200,
    headers: {},
    body: [],
    size: 17 * 2 ** 20,
  }));
  const board = endpoint`/api/task/tasks/${"p1"}`;
  await kaneo.get(board, z.unknown());
  await kaneo.get(board, z.unknown());

  const third = kaneo.get(board, z.unknown());

  await expect(third).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining("more than 36 MiB together"),
  });
  await expect(connection.forCall().get(board, z.unknown())).resolves.toEqual([]);
});

test("only what embeds tasks or labels may be long, also the answer to a deletion", async () => {
  const { kaneo, requests } = connectTo(() => []);
  const project = endpoint`/api/project/${"p1"}`;
  const longOnes = [
    endpoint`/api/task/tasks/${"p1"}`,
    endpoint`/api/task/export/${"p1"}`,
    endpoint`/api/label/workspace/${"w1"}`,
    project,
  ];
  const others = [endpoint`/api/task/${"tasks"}`, endpoint`/api/project`];

  for (const path of [...longOnes, ...others]) await kaneo.get(path, z.unknown());
  await kaneo.delete(project, z.unknown());
  await kaneo.delete(endpoint`/api/task/${"t1"}`, z.unknown());

  const [long, short] = [32 * 2 ** 20, undefined];
  expect(requests.map(({ maxBytes }) => maxBytes)).toEqual([
    ...[long, long, long, long, short, short],
    ...[long, short],
  ]);
});

test("a deletion has no body, which some proxies refuse; every other write has one", async () => {
  const { kaneo, requests } = connectTo(() => []);
  const task = endpoint`/api/task/${"t1"}`;

  await kaneo.delete(task, z.unknown());
  await kaneo.put(task, z.unknown());

  expect(requests.map(({ body }) => body)).toEqual([undefined, {}]);
});

test("a call has 16 requests under way at most, however many it makes", async () => {
  let running = 0;
  let most = 0;
  const { kaneo, requests } = connectTo(async () => {
    running += 1;
    most = Math.max(most, running);
    await nextTurn();
    running -= 1;
    return [];
  });
  const ids = Array.from({ length: 100 }, (_, at) => `w${at}`);

  await Promise.all(
    ids.map((id) => kaneo.get(endpoint`/api/workspace/${id}/members`, z.unknown())),
  );

  expect(requests.map(({ path }) => path.split("/")[3])).toEqual(ids);
  expect(most).toBe(16);
});

test("what names more than a thousand workspaces is not Kaneo, and none of them is asked for", async () => {
  const workspace = (at: number) => ({ id: `w${at}`, name: "W", slug: "w" });
  const { kaneo } = connectTo(() => Array.from({ length: 1_001 }, (_, at) => workspace(at)));

  const listed = kaneo.kept(workspaces);

  await expect(listed).rejects.toMatchObject({ kind: "unexpected" });
});

test.each([
  ["columns", columnsOf("p1")],
  ["a board of columns", boardOf("p1")],
])(
  "more than a thousand of %s are not Kaneo's, since each task looks for its own",
  async (_, kept) => {
    const column = (at: number) => ({
      id: `c${at}`,
      name: "C",
      slug: `c${at}`,
      isFinal: false,
      tasks: [],
    });
    const columns = Array.from({ length: 1_001 }, (_, at) => column(at));
    const board = {
      data: { columns, plannedTasks: [], archivedTasks: [] },
      pagination: { total: 0 },
    };
    const { kaneo } = connectTo(({ path }) => (path.includes("column") ? columns : board));

    await expect(kaneo.kept<unknown>(kept)).rejects.toMatchObject({ kind: "unexpected" });
  },
);

test("a write without an answer is this process's own until it is given up", async () => {
  const task = "abcdefghij0123456789abcd";
  const { kaneo, clock } = connectTo(async () => {
    await clock.advance(20_000);
    throw new KaneoMcpError("outcome_unknown", "Lost.");
  });

  const sent = kaneo.put(endpoint`/api/task/title/${task}`, z.unknown(), {});

  await expect(sent).rejects.toMatchObject({ kind: "outcome_unknown" });
  expect(kaneo.wroteSince(task, 10_000)).toBe(true);
});

test.each<[string, boolean, () => unknown]>([
  ["was saved", true, () => ({ id: "t1" })],
  ["was answered in another shape", true, () => "odd"],
  ["crashed on the server", true, () => ({ status: 500, headers: {}, body: "" })],
  [
    "has an unknown outcome",
    true,
    () => {
      throw new KaneoMcpError("outcome_unknown", "Lost.");
    },
  ],
  [
    "broke something here",
    true,
    () => {
      throw new RangeError("Maximum call stack size exceeded");
    },
  ],
  ["was refused", false, () => ({ status: 403, headers: {}, body: "Insufficient permissions" })],
  ["did not fit", false, () => ({ status: 400, headers: {}, body: "No." })],
  [
    "was never sent",
    false,
    () => {
      throw new KaneoMcpError("out_of_time", "Over.");
    },
  ],
])("a call whose write %s knows whether it changed something: %s", async (_, changed, answer) => {
  const { kaneo, connection } = connectTo(answer);
  const schema = z.object({ id: z.string() });

  await kaneo.put(endpoint`/api/task/${"t1"}`, schema, {}).catch(() => undefined);

  expect(kaneo.writesSent()).toBe(changed);
  expect(connection.forCall().writesSent()).toBe(false);
});

test("reading sends no write", async () => {
  const { kaneo } = connectTo(() => []);

  await kaneo.get(endpoint`/api/project`, z.unknown());

  expect(kaneo.writesSent()).toBe(false);
});

test("a write that is under way counts as sent", async () => {
  const { kaneo } = connectTo(() => new Promise(() => {}));

  void kaneo.post(endpoint`/api/project`, z.unknown(), {});

  expect(kaneo.writesSent()).toBe(true);
});

test("a call that asks thirty times at once warns of nothing", async () => {
  const warnings: unknown[] = [];
  const remember = (warning: unknown) => warnings.push(warning);
  process.on("warning", remember);
  const { connection } = connectTo(({ signal }) => {
    signal?.addEventListener("abort", () => {});
    return [];
  });
  const kaneo = connection.forCall(new AbortController().signal);

  await Promise.all(
    Array.from({ length: 30 }, () => kaneo.get(endpoint`/api/project`, z.unknown())),
  );
  await new Promise((resolve) => setImmediate(resolve));

  process.off("warning", remember);
  expect(warnings).toEqual([]);
});

test("a list is checked up to its first wrong element, which is named", () => {
  let checked = 0;
  const element = z.object({ id: z.string() }).transform((item) => {
    checked += 1;
    return item.id;
  });

  const result = list(element).safeParse([{ id: "a" }, ...Array(100_000).fill({}), { id: "b" }]);

  expect(result.error?.issues).toMatchObject([{ path: [1, "id"] }]);
  expect(checked).toBe(1);
});

test("a word has an end, so that a refusal that names an e-mail is one that is read", () => {
  const email = "x".repeat(100_000);

  const member = memberSchema.parse({ id: "bob", name: "Bob", email, role: "member" });

  expect(member.email).toHaveLength(1_000);
});

test("what no person waits for says so in each request, however often it is read anew", async () => {
  const { kaneo, connection, requests } = connectTo(() => []);
  const watch = connection.forCall(undefined, { isUnattended: true });

  for (const one of [kaneo, watch, watch.newCall().newCall()]) {
    await one.get(endpoint`/api/project`, z.unknown());
  }

  expect(requests.map(({ isUnattended }) => isUnattended)).toEqual([undefined, true, true]);
});
