import { expect, test } from "vitest";
import { withMentions } from "../../src/kaneo/mentions.ts";
import { connectTo } from "../support/answering-kaneo.ts";

test("a thousand mentions among twenty thousand members are found before a client gives up", async () => {
  const member = (at: number) => ({
    id: `u${at}`,
    name: `Ana Núñez ${at}`,
    email: `ana${at}@example.com`,
    role: "member",
  });
  const members = Array.from({ length: 20_000 }, (_, at) => member(at));
  const { kaneo } = connectTo(() => members);

  const { people, unknown } = await withMentions(
    kaneo,
    "w1",
    `${"@nobody ".repeat(998)}@ana-nunez @"Ana Núñez 7" @ana nunez 17: look`,
  );

  expect(people.map(({ id }) => id)).toEqual(["u17"]);
  expect(unknown).toEqual(["nobody", "ana-nunez"]);
});
