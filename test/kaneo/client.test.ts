import { expect, test } from "vitest";
import { z } from "zod";
import { KaneoMcpError } from "../../src/errors.ts";
import type { Http, HttpRequest, HttpResponse } from "../../src/http/http.ts";
import { connectKaneo, type KeptList } from "../../src/kaneo/client.ts";
import { endpoint } from "../../src/kaneo/endpoint.ts";
import { list } from "../../src/kaneo/schemas.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** A Kaneo that answers with `answer`, and the requests that it got. */
function connect(answer: (request: HttpRequest, count: number) => unknown) {
  const clock = new FakeClock();
  const requests: HttpRequest[] = [];
  const http: Http = async (request) => {
    requests.push(request);
    const given = await answer(request, requests.length);
    return isResponse(given) ? given : { status: 200, headers: {}, body: given };
  };
  const connection = connectKaneo({
    http,
    upload: async () => "",
    openSocket: () => Promise.reject(new Error("There is no socket.")),
    findWebPage: async () => undefined,
    clock,
    instance: "https://kaneo.example",
    defaults: {},
  });
  return { clock, requests, connection, kaneo: connection.forCall() };
}

function isResponse(given: unknown): given is HttpResponse {
  return typeof given === "object" && given !== null && "status" in given && "headers" in given;
}

function listCalled(id: string): KeptList<unknown> {
  return { endpoint: endpoint`/api/column/${id}`, schema: z.unknown() };
}

const columns = listCalled("p1");

test("a list is kept for a minute, then asked for again", async () => {
  const { kaneo, clock } = connect((_, count) => count);

  const values = [await kaneo.kept(columns)];
  await clock.sleep(60_000);
  values.push(await kaneo.kept(columns));
  await clock.sleep(1);
  values.push(await kaneo.kept(columns));

  expect(values).toEqual([1, 1, 2]);
});

test("a list that was asked for before a moment is not good enough after it", async () => {
  const { kaneo, clock } = connect((_, count) => count);
  await kaneo.kept(columns);
  await clock.sleep(10);

  const fresh = await kaneo.kept(columns, kaneo.elapsed());
  const kept = await kaneo.kept(columns, kaneo.elapsed());

  expect([fresh, kept]).toEqual([2, 2]);
});

test("calls at the same time share one request; what is forgotten is asked for again", async () => {
  const { kaneo, connection } = connect((_, count) => count);

  const shared = await Promise.all([kaneo.kept(columns), connection.forCall().kept(columns)]);
  kaneo.forget(columns);
  const again = await kaneo.kept(columns);

  expect([...shared, again]).toEqual([1, 1, 2]);
});

test("a failure is not kept", async () => {
  const { kaneo } = connect((_, count) => {
    if (count === 1) throw new KaneoMcpError("unavailable", "Down.");
    return count;
  });
  await expect(kaneo.kept(columns)).rejects.toThrow("Down.");

  expect(await kaneo.kept(columns)).toBe(2);
});

test.each(["cancelled", "out_of_time"] as const)(
  "a call that is %s does not fail another that waited for the same list",
  async (kind) => {
    const over = createDeferred<void>();
    const { kaneo, connection } = connect(async (_, count) => {
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

test("what was made of answers is kept for a minute, until something is written, refused or not", async () => {
  const { kaneo, clock } = connect(({ method }) => {
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
  values.push(await look(), await kaneo.snapshot("walk", make, kaneo.elapsed() + 1));

  expect(values).toEqual([1, 1, 2, 3, 4, 5]);
});

test("what is made while something is written is not kept", async () => {
  const { kaneo } = connect(() => ({}));
  const slow = createDeferred<{ data: string; size: number }>();
  const before = kaneo.snapshot("walk", () => slow.promise);
  await kaneo.post(endpoint`/api/label`, z.unknown());
  slow.resolve({ data: "before", size: 1 });
  await before;

  const after = await kaneo.snapshot("walk", async () => ({ data: "after", size: 1 }));

  expect(after).toBe("after");
});

test("a list too long to be kept does not drive out the others", async () => {
  const { requests, connection } = connect(({ path }) => {
    const size = path.endsWith("p9") ? 17 * 2 ** 20 : 1;
    return { status: 200, headers: {}, body: [], size };
  });
  const kept = (id: string) => connection.forCall().kept(listCalled(id));

  for (const id of ["p1", "p9", "p1", "p9"]) await kept(id);

  expect(requests.map(({ path }) => path.at(-1))).toEqual(["1", "9", "9"]);
});

test("kept lists are dropped, the oldest first, when together they are more than 16 MiB", async () => {
  const size = 5 * 2 ** 20;
  const { requests, connection } = connect(() => ({ status: 200, headers: {}, body: [], size }));
  const kept = (id: string) => connection.forCall().kept(listCalled(id));
  for (const id of ["p1", "p2", "p3", "p4"]) await kept(id);

  for (const id of ["p2", "p3", "p4", "p1"]) await kept(id);

  expect(requests.map(({ path }) => path.at(-1))).toEqual(["1", "2", "3", "4", "1"]);
});

test("a call reads 36 MiB of answers at most; another call starts anew", async () => {
  const { kaneo, connection } = connect(() => ({
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
  const { kaneo, requests } = connect(() => []);
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

test("a write without an answer is this process's own until it is given up", async () => {
  const task = "abcdefghij0123456789abcd";
  const { kaneo, clock } = connect(async () => {
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
  const { kaneo, connection } = connect(answer);
  const schema = z.object({ id: z.string() });

  await kaneo.put(endpoint`/api/task/${"t1"}`, schema, {}).catch(() => undefined);

  expect(kaneo.writesSent()).toBe(changed);
  expect(connection.forCall().writesSent()).toBe(false);
});

test("reading sends no write", async () => {
  const { kaneo } = connect(() => []);

  await kaneo.get(endpoint`/api/project`, z.unknown());

  expect(kaneo.writesSent()).toBe(false);
});

test("a write that is under way counts as sent", async () => {
  const { kaneo } = connect(() => new Promise(() => {}));

  void kaneo.post(endpoint`/api/project`, z.unknown(), {});

  expect(kaneo.writesSent()).toBe(true);
});

test("a call that asks thirty times at once warns of nothing", async () => {
  const warnings: unknown[] = [];
  const remember = (warning: unknown) => warnings.push(warning);
  process.on("warning", remember);
  const { connection } = connect(({ signal }) => {
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
