import { expect, test } from "vitest";
import { z } from "zod";
import { KaneoMcpError } from "../../../src/errors.ts";
import { endpoint, type KeptList } from "../../../src/kaneo/api/kaneo.ts";
import { noteWrites } from "../../../src/kaneo/api/memory.ts";
import { membersOf, projectsOf, workspaces } from "../../../src/kaneo/api/schemas.ts";
import { connectTo } from "../../support/answering-kaneo.ts";
import { createDeferred } from "../../support/deferred.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function listCalled(id: string): KeptList<unknown> {
  return { endpoint: endpoint`/api/column/${id}`, schema: z.unknown() };
}

const columns = listCalled("p1");

test("a list is kept for a minute, then asked for again", async () => {
  const { kaneo, clock } = connectTo((_, count) => count);

  const values = [await kaneo.kept(columns)];
  await clock.sleep(60_000);
  values.push(await kaneo.kept(columns));
  await clock.sleep(1);
  values.push(await kaneo.kept(columns));

  expect(values).toEqual([1, 1, 2]);
});

test("a list that was asked for before a moment is not good enough after it", async () => {
  const { kaneo, clock } = connectTo((_, count) => count);
  await kaneo.kept(columns);
  await clock.sleep(10);

  const fresh = await kaneo.asOf("now").kept(columns);
  const kept = await kaneo.asOf("now").kept(columns);

  expect([fresh, kept]).toEqual([2, 2]);
});

test("calls at the same time share one request; what is forgotten is asked for again", async () => {
  const { kaneo, connection } = connectTo((_, count) => count);

  const shared = await Promise.all([kaneo.kept(columns), connection.forCall().kept(columns)]);
  kaneo.forget(columns);
  const again = await kaneo.kept(columns);

  expect([...shared, again]).toEqual([1, 1, 2]);
});

test("a failure is not kept", async () => {
  const { kaneo } = connectTo((_, count) => {
    if (count === 1) throw new KaneoMcpError("unavailable", "Down.");
    return count;
  });
  await expect(kaneo.kept(columns)).rejects.toThrow("Down.");

  expect(await kaneo.kept(columns)).toBe(2);
});

test.each(["cancelled", "out_of_time", "sign_in_required"] as const)(
  "a call that is %s does not fail another that waited for the same list",
  async (kind) => {
    const over = createDeferred<void>();
    const { kaneo, connection } = connectTo(async (_, count) => {
      if (count > 1) return count;
      await over.promise;
      throw new KaneoMcpError(kind, "Over.");
    });
    const first = kaneo.kept(columns);
    const second = connection.forCall().kept(columns);

    over.resolve();

    await expect(first).rejects.toThrow("Over.");
    expect(await second).toBe(2);
  },
);

test("a call that was given a link to sign in by is told so, and asks for no other", async () => {
  const signIn = { link: "https://kaneo.test/device", userCode: "B7MTEA53", host: "kaneo.test" };
  const { kaneo, connection, requests } = connectTo(() => {
    throw new KaneoMcpError("sign_in_required", "Sign in.", { signIn });
  });

  const both = [kaneo.kept(columns), connection.forCall().kept(columns)];

  for (const one of both) await expect(one).rejects.toMatchObject({ signIn });
  expect(requests).toHaveLength(1);
});

test("what was made of answers is kept for a minute, until something is written, refused or not", async () => {
  const { kaneo, clock } = connectTo(({ method }) => {
    if (method === "DELETE") throw new KaneoMcpError("forbidden", "No.");
    return {};
  });
  let count = 0;
  const make = async () => ({ data: ++count, size: 1 });
  const look = () => kaneo.snapshot("walk", make);

  const values = [await look(), await look()];
  await kaneo.post(endpoint`/api/label`, z.unknown());
  values.push(await look());
  await kaneo.delete(endpoint`/api/label/${"l1"}`, z.unknown()).catch(() => {});
  values.push(await look());
  await clock.sleep(60_001);
  values.push(await look(), await kaneo.asOf(kaneo.elapsed() + 1).snapshot("walk", make));

  expect(values).toEqual([1, 1, 2, 3, 4, 5]);
});

test.each([
  [400, "again"],
  [404, "again"],
  [409, "again"],
  [403, "kept"],
])(
  "after a write that was refused with %i a list is asked for anew or kept: %s",
  async (status, what) => {
    const { kaneo } = connectTo(({ method }, count) =>
      method === "GET" ? count : { status, headers: {}, body: "No." },
    );
    await kaneo.kept(columns);

    await kaneo.put(endpoint`/api/label/${"l1"}`, z.unknown(), {}).catch(() => {});

    expect(await kaneo.kept(columns)).toBe(what === "kept" ? 1 : 3);
  },
);

test.each([
  ["a column", endpoint`/api/column/${"c1"}`, ["columns"]],
  ["a project", endpoint`/api/project/${"p1"}`, ["columns", "projects"]],
  ["a role", endpoint`/api/auth/organization/update-member-role`, ["members", "workspaces"]],
  ["a workspace", endpoint`/api/auth/organization/create`, ["members", "workspaces"]],
  ["a task", endpoint`/api/task/${"t1"}`, []],
])(
  "after %s was written, only the lists that it is in are asked for anew",
  async (_, path, stale) => {
    const { kaneo, requests } = connectTo(() => []);
    const lists = { columns, members: membersOf("w1"), projects: projectsOf("w1"), workspaces };
    for (const list of Object.values(lists)) await kaneo.kept<unknown>(list);
    await kaneo.put(path, z.unknown(), {});
    requests.length = 0;

    for (const list of Object.values(lists)) await kaneo.kept<unknown>(list);

    const named = Object.entries(lists).filter(([, list]) =>
      requests.some((request) => request.path === list.endpoint),
    );
    expect(named.map(([name]) => name)).toEqual(stale);
  },
);

test("what is announced has the labels and boards that are kept asked for anew, and no columns", async () => {
  const { kaneo, announce } = connectTo((_, count) => count, new FakeClock({ byHand: true }));
  const labels = { endpoint: endpoint`/api/label/workspace/${"w1"}`, schema: z.unknown() };
  const read = async () => [await kaneo.kept(labels), await kaneo.kept(columns)];
  const before = await read();
  const following = await kaneo.follow(endpoint`/api/ws/${"p1"}`);

  announce('{"type":"TASK_UPDATED","taskId":"t1"}');

  expect([before, await read()]).toEqual([
    [1, 2],
    [3, 2],
  ]);
  following.end();
  kaneo.forget();
});

test("what is made while something is written is not kept", async () => {
  const { kaneo } = connectTo(() => ({}));
  const slow = createDeferred<{ data: string; size: number }>();
  const before = kaneo.snapshot("walk", () => slow.promise);
  await kaneo.post(endpoint`/api/label`, z.unknown());
  slow.resolve({ data: "before", size: 1 });
  await before;

  const after = await kaneo.snapshot("walk", async () => ({ data: "after", size: 1 }));

  expect(after).toBe("after");
});

test("a list too long to be kept does not drive out the others", async () => {
  const { requests, connection } = connectTo(({ path }) => {
    const size = path.endsWith("p9") ? 17 * 2 ** 20 : 1;
    return { status: 200, headers: {}, body: [], size };
  });
  const kept = (id: string) => connection.forCall().kept(listCalled(id));

  for (const id of ["p1", "p9", "p1", "p9"]) await kept(id);

  expect(requests.map(({ path }) => path.at(-1))).toEqual(["1", "9", "9"]);
});

test("kept lists are dropped, the oldest first, when together they are more than 16 MiB", async () => {
  const size = 5 * 2 ** 20;
  const { requests, connection } = connectTo(() => ({ status: 200, headers: {}, body: [], size }));
  const kept = (id: string) => connection.forCall().kept(listCalled(id));
  for (const id of ["p1", "p2", "p3", "p4"]) await kept(id);

  for (const id of ["p2", "p3", "p4", "p1"]) await kept(id);

  expect(requests.map(({ path }) => path.at(-1))).toEqual(["1", "2", "3", "4", "1"]);
});

test("a call that has ended waits for no turn, and lets nobody else have one before its time", async () => {
  const { connection } = connectTo(() => undefined);
  const order: string[] = [];
  const [held, ended] = [createDeferred<void>(), new AbortController()];
  const doIt = (name: string, signal?: AbortSignal) =>
    connection.forCall(signal).inTurn("a task", async () => void order.push(name));

  const first = connection.forCall().inTurn("a task", () => held.promise);
  const second = doIt("ended", ended.signal);
  const third = doIt("third");
  ended.abort();
  await second;
  order.push("its answer");
  held.resolve();
  await Promise.all([first, third]);

  expect(order).toEqual(["ended", "its answer", "third"]);
});

test("the last thousand ids that were written about are known, whatever was written before", async () => {
  const clock = new FakeClock();
  const writes = noteWrites(clock);
  const idOf = (index: number) => `${index}`.padStart(24, "0");

  for (let index = 0; index <= 1_000; index += 1) writes.note(`/api/task/${idOf(index)}`);
  writes.note(`/api/task/${idOf(1)}`);
  writes.note(`/api/task/${idOf(1_001)}`);

  const known = [0, 1, 2, 3, 1_001].filter((index) => writes.wroteSince(idOf(index), 0));
  expect(known).toEqual([1, 3, 1_001]);
});
