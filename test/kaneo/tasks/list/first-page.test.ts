import { expect, test } from "vitest";
import { findProject } from "../../../../src/kaneo/projects/find.ts";
import { TASK_STATES, type TaskFilter } from "../../../../src/kaneo/tasks/list/filter.ts";
import { listTasks } from "../../../../src/kaneo/tasks/list/list.ts";
import { TASK_SORTS } from "../../../../src/kaneo/tasks/list/order.ts";
import type { Task } from "../../../sandbox/data.ts";
import { askingOnce } from "../../../support/asking-once.ts";
import { startToolHarness } from "../../../support/tool-harness.ts";
import { until } from "../../../support/until.ts";

const ARRANGEMENTS: Record<string, (task: Task) => Partial<Task>> = {
  "spread over the columns": ({ number }) => ({ position: (number * 7) % 601 }),
  "all in one column": ({ number }) => ({ position: number, status: "to-do" }),
  "tied in groups of forty": ({ number }) => ({
    position: Math.floor(number / 40),
    createdAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(number / 40))).toISOString(),
    dueDate: number % 90 < 80 ? "2026-05-01T00:00:00.000Z" : null,
  }),
  "a tenth with null for its priority, as issues became tasks before Kaneo 2.19": ({
    number,
    priority,
  }) => ({
    priority: number % 10 === 3 ? null : priority,
  }),
  "all tied": () => ({
    position: 0,
    createdAt: "2026-01-01T00:00:00.000Z",
    dueDate: null,
    priority: "low",
  }),
};

const FILTERS: TaskFilter[] = [
  ...TASK_STATES.map((state) => ({ state })),
  { statuses: ["to-do", "done"] },
];

/** Two of them in turn, since the whole list is sorted for each. */
function filtersFor(turn: number): TaskFilter[] {
  return FILTERS.filter((_, place) => place % 3 === turn % 3);
}

test.for(Object.entries(ARRANGEMENTS).map(([name, arrange], turn) => ({ name, arrange, turn })))(
  "the first page of a big project, $name, is the beginning of the whole list",
  async ({ arrange, turn }) => {
    await using harness = await startToolHarness({ seed: { bigProjectTasks: 600 } });
    const { tasks } = harness.sandbox.data;
    const all = [...tasks.values()];
    tasks.clear();
    // Where Kaneo's sort ties, the order of its answer is not that of the numbers.
    for (const task of all.toReversed()) tasks.set(task.id, Object.assign(task, arrange(task)));
    const kaneo = askingOnce(harness.kaneo);
    const projects = [await findProject(kaneo, { project: "BIG" })];

    const orders = TASK_SORTS.flatMap((sort) =>
      (["asc", "desc"] as const).map((direction) => ({ sort, direction })),
    );
    for (const [index, order] of orders.entries()) {
      for (const filter of filtersFor(turn + index)) {
        const listing = { projects, filter, order };
        const whole = await listTasks(kaneo, { ...listing, limit: 1_000 });
        const first = await listTasks(kaneo, { ...listing, limit: 30 });

        const keysOf = ({ tasks: listed }: typeof first) => listed.map(({ key }) => key);
        expect(keysOf(first)).toEqual(keysOf(whole).slice(0, 30));
        expect(first.total).toBe(whole.total);
        const last = first.tasks.at(-1)?.status;
        const counts = ({ boards }: typeof first) => {
          const statuses = boards[0]?.statuses.map(({ slug, total }) => [slug, total]) ?? [];
          const end = statuses.findIndex(([slug]) => slug === last);
          return order.direction === "asc" ? statuses.slice(0, end + 1) : statuses.slice(end);
        };
        if (order.sort === "board") expect(counts(first)).toEqual(counts(whole));
      }
    }
  },
);

test("what comes first whatever the columns are is asked for at once", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 600 } });
  const projects = [await findProject(harness.kaneo, { project: "BIG" })];
  const before = harness.requests().length;
  harness.sandbox.fail({ path: /limit=1$/ }, { kind: "silence" });
  const order = { sort: "board", direction: "asc" } as const;

  // The end of the harness ends it.
  listTasks(harness.kaneo, { projects, filter: {}, order, limit: 25 }).catch(() => {});
  await until(() => harness.requests().length === before + 3);

  const asked = harness
    .requests()
    .slice(before)
    .map((request) => request.split("&limit=")[1]);
  // Each over a socket of its own: they arrive as they please.
  expect(asked.sort()).toEqual(["1", "1&status=archived", "35&status=planned"]);
});

test("a status that a big project does not have is refused with those that it has", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 600 } });
  const projects = [await findProject(harness.kaneo, { project: "BIG" })];
  const listing = { projects, order: { sort: "number", direction: "asc" } as const, limit: 25 };

  const call = listTasks(harness.kaneo, { ...listing, filter: { statuses: ["nowhere"] } });

  await expect(call).rejects.toMatchObject({ kind: "not_found" });
});
