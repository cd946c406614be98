import { expect, test } from "vitest";
import type { Project } from "../../../src/kaneo/api/schemas.ts";
import { eventsOf } from "../../../src/kaneo/events/events.ts";
import { connectTo } from "../../support/answering-kaneo.ts";

const none = { archivedAt: undefined, description: undefined, icon: undefined };
const project: Project = {
  ...{ ...none, isPublic: undefined, lastTaskNumber: undefined },
  ...{ createdAt: undefined, position: undefined },
  ...{ id: "p1", workspaceId: "w1", slug: "WEB", name: "Website" },
  statistics: { totalTasks: 1, completionPercentage: 0 },
};

/** Of the history of a task with 60,000 events, in a workspace of so many members, none of whom did any. */
async function processorTime(people: number): Promise<number> {
  const event = { id: "e1", type: "create", createdAt: "2026-01-05T10:00:00.000Z" };
  const member = { id: "u1", name: "Bob", email: "bob@example.com", role: "member" };
  const { kaneo } = connectTo(({ path }) =>
    path.endsWith("/members")
      ? Array.from({ length: people }, () => ({ ...member }))
      : Array.from({ length: 60_000 }, () => ({ ...event })),
  );
  const before = process.cpuUsage();

  const events = await eventsOf(kaneo, { id: "t1", key: "WEB-1", title: "A", project });

  expect(events).toHaveLength(60_000);
  return process.cpuUsage(before).user;
}

test("a long history in a big workspace takes little longer than in a small one", async () => {
  const alone = await processorTime(1);

  expect(await processorTime(60_000)).toBeLessThan(4 * alone);
}, 120_000);
