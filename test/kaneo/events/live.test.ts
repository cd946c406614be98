import { expect, test } from "vitest";
import { KaneoMcpError } from "../../../src/errors.ts";
import type { OpenSocket } from "../../../src/http/http.ts";
import { channelOf, createLive, OWN_CHANNEL } from "../../../src/kaneo/events/live.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { startListening } from "../../support/listening.ts";
import { until } from "../../support/until.ts";
import { leaveNothing } from "../../support/wait-cycles.ts";

test("what others do is announced to who follows, and what this process does is not", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, write, task, announced } = listening;
  const following = live.follow(channel);
  await until(() => following.quietSince !== undefined);
  const seen = following.count;

  await write("Mine", "mine");
  await write("Theirs");
  await following.next(seen, 1_000);

  expect([...following.announcedSince(seen)]).toEqual([[task.id, "TASK_UPDATED"]]);
  expect(announced()).toBe(1);
  expect(sockets.open).toBe(1);
});

test("a socket is shared, stays for a minute after the last need, and is gone then with every timer", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, clock } = listening;
  const [one, other] = [live.follow(channel), live.follow(channel)];
  await until(() => one.quietSince !== undefined);

  one.end();
  other.end();
  await clock.advance(59_000);
  const [still] = [sockets.open];
  live.follow(channel).end();
  await clock.advance(59_000);
  const [again] = [sockets.open];
  await clock.advance(2_000);
  await until(() => sockets.open === 0);

  expect([still, again, sockets.opened]).toEqual([1, 1, 1]);
  expect(clock.sleeping).toBe(0);
});

test("pings every 30 seconds", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, clock } = listening;
  const following = live.follow(channel);
  await until(() => following.quietSince !== undefined);

  await clock.advance(61_000);
  await until(() => sockets.heard.length === 2);

  expect(sockets.heard).toEqual(['{"type":"ping"}', '{"type":"ping"}']);
});

test("a socket that is cut is told at once and opened again after a pause", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, clock } = listening;
  const following = live.follow(channel);
  await until(() => following.quietSince !== undefined);
  const seen = following.count;

  sockets.cut();
  await following.next(seen, 60_000);
  const afterCut = following.quietSince;
  await until(() => clock.sleeping === 1);
  await clock.advance(500);
  await until(() => following.quietSince !== undefined);

  expect(afterCut).toBeUndefined();
  expect(sockets.opened).toBe(2);
});

test("a socket that never lasts is opened the less often", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, clock } = listening;
  const following = live.follow(channel);
  const pauses: unknown[] = [];

  for (const pause of [500, 1_000, 2_000]) {
    await until(() => following.quietSince !== undefined);
    sockets.cut();
    await until(() => following.quietSince === undefined && clock.sleeping === 1);
    pauses.push(clock.waits.at(-1));
    await clock.advance(pause);
  }

  expect(pauses).toEqual([500, 1_000, 2_000]);
});

test("where there is no socket, or it is swallowed, the pauses double up to a minute", async () => {
  const clock = new FakeClock();
  const tries: string[] = [];
  const refuse: OpenSocket = async ({ path }) => {
    tries.push(path);
    throw new KaneoMcpError("unavailable", "No.");
  };
  const live = createLive({
    clock,
    openSocket: refuse,
    windowId: "w",
    onAnnounced: () => {},
    random: () => 1,
  });

  live.follow(OWN_CHANNEL);
  await until(() => tries.length >= 10);
  live.close();

  const pauses = clock.waits.filter((ms) => ms !== 10_000);
  expect(tries[0]).toBe("/api/ws/user?windowId=w");
  expect(pauses.slice(0, 9)).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ]);
});

test("a swallowed socket is given up after ten seconds", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, clock } = listening;
  sockets.mode = "swallowed";
  const following = live.follow(channel);
  await until(() => clock.sleeping === 1);

  await clock.advance(10_000);
  await until(() => clock.waits.length === 2);

  expect(following.quietSince).toBeUndefined();
  expect(clock.waits).toEqual([10_000, 500]);
});

test("rubbish ends the socket, as its silence would mean nothing either", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, clock } = listening;
  const following = live.follow(channel);

  for (const rubbish of ["<html>", "{}", '{"type":7}', "null", Buffer.from([1])]) {
    await until(() => following.quietSince !== undefined);
    sockets.say(rubbish);
    await until(() => following.quietSince === undefined && clock.sleeping === 1);
    await clock.advance(60_000);
  }

  expect(following.announcedSince(0).size).toBe(0);
});

test.each([
  ["tasks", (said: number) => ({ type: "TASK_UPDATED", taskId: `task${said}` })],
  [
    "relations",
    (said: number) => {
      const ends = { sourceTaskId: `task${said}`, targetTaskId: `other${said}` };
      return { type: "TASK_RELATION_UPDATED", ...ends };
    },
  ],
])(
  "more %s than any Kaneo has to tell of end the socket, and are bounded before that",
  async (_, make) => {
    await using listening = await startListening();
    const { live, channel, sockets, announced } = listening;
    const following = live.follow(channel);
    await until(() => following.quietSince !== undefined);

    for (let said = 0; said < 25_000; said += 1) {
      sockets.say(JSON.stringify(make(said)));
    }
    await until(() => following.quietSince === undefined);

    expect(announced()).toBe(20_000);
    expect(following.announcedSince(0).size).toBe(5_000);
  },
);

test("no more than 32 channels are listened to at a time, and whoever follows another waits in vain", async () => {
  await using listening = await startListening();
  const { live, sockets, sandbox } = listening;
  const { data } = sandbox;
  const workspaceId = data.workspaces[0]?.id ?? "";
  const projects = Array.from({ length: 33 }, (_, index) =>
    addProject(data, { name: `P${index}`, slug: `P${index}`, icon: "Globe", workspaceId }),
  );

  const followed = projects.map(({ id }) => live.follow(channelOf(id)));
  await until(() => sockets.open === 32);
  await until(() => followed[31]?.quietSince !== undefined);

  expect(sockets.opened).toBe(32);
  expect(followed[32]?.quietSince).toBeUndefined();
});

test("what is announced between two who follow waits for the second", async () => {
  await using listening = await startListening();
  const { live, channel, write, task, announced } = listening;
  const first = live.follow(channel);
  await until(() => first.quietSince !== undefined);

  await write("Before");
  await until(() => announced() === 1);
  const heard = first.count;
  first.end();
  await write("Between");
  await until(() => announced() === 2);
  const second = live.follow(channel);

  expect([...second.announcedSince(heard).keys()]).toEqual([task.id]);
});

test("waits that are cancelled, time out or end leave no socket, timer or listener", async () => {
  await using listening = await startListening();
  const { clock, sockets } = listening;

  await leaveNothing(listening, 999);
  await clock.advance(61_000);
  await until(() => sockets.open === 0);

  expect(sockets.opened).toBe(1);
  expect(clock.sleeping).toBe(0);
});

test("a relation is about the tasks at both its ends, and what names no task about the whole project", async () => {
  await using listening = await startListening();
  const { live, channel, sockets, announced } = listening;
  const following = live.follow(channel);
  await until(() => following.quietSince !== undefined);

  const ends = '"taskId":"","sourceTaskId":"one","targetTaskId":"other"';
  sockets.say(`{"type":"TASK_RELATION_UPDATED",${ends}}`);
  await until(() => announced() === 1);
  const ofRelation = [...following.announcedSince(0).keys()];
  const { count } = following;
  sockets.say('{"type":"TASK_UPDATED"}');
  await until(() => announced() === 2);

  expect(ofRelation).toEqual(["one", "other"]);
  expect([...following.announcedSince(count).keys()]).toEqual([""]);
});
