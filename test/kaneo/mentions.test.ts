import { expect, test } from "vitest";
import { readMentions, withMentions } from "../../src/kaneo/mentions.ts";
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

test.for([
  ["Jean-Baptiste de la Tour", "@de la Tour"],
  ["Jean-Baptiste de la Tour", "@la tour"],
  ["Inès Ben Salah", "@Ben Salah"],
  ["Marie Anne Dupont", "@Marie Anne"],
  ["José Jose", "@jose"],
  ["jo lee smith", "@lee"],
  ["jo lee smith", "@jo lee"],
])("of the name %s, %s is a mention as a whole", async ([name = "", part = ""]) => {
  const { kaneo } = connectTo(() => [{ id: "u1", name, email: "u1@example.com", role: "member" }]);

  const { text } = await withMentions(kaneo, "w1", `(${part}), but @de facto not`);

  const tag = `<kaneo-mention id="u1" label="${name}"></kaneo-mention>`;
  expect(text).toBe(`(${tag}), but @de facto not`);
});

test.for([
  ["Jan de Vries", "@Jan de build is kapot", "de build is kapot"],
  ["Maria das Dores", "@Maria das Ticket ist fertig", "das Ticket ist fertig"],
])("the name %s leaves the words behind %s in the text", async ([name = "", text = "", rest]) => {
  const { kaneo } = connectTo(() => [{ id: "u1", name, email: "u1@example.com", role: "member" }]);

  const mentioned = await withMentions(kaneo, "w1", text);

  expect(mentioned.text).toBe(`<kaneo-mention id="u1" label="${name}"></kaneo-mention> ${rest}`);
});

const team = [
  "田中 さくら",
  "鈴木健一",
  "ｽｽﾞｷ ﾕｲ",
  "김민준",
  "李 娜",
  "สมชาย ใจดี",
  "Nguyễn Thị Linh".normalize("NFD"),
  "İrem Işık",
  "山田 太郎",
  "山田 花子",
];

test.for([
  ["@田中 さくらさん 確認", ["田中 さくら"]],
  ["@田中さくらさん、確認", ["田中 さくら"]],
  ["@さくらさんに確認", ["田中 さくら"]],
  ["@鈴木健一さんと@スズキ ユイさん", ["鈴木健一", "ｽｽﾞｷ ﾕｲ"]],
  ["確認は＠田中 さくら まで", ["田中 さくら"]],
  ["@김민준님 확인", ["김민준"]],
  ["@김민준이 확인", ["김민준"]],
  ["@민준씨 확인", ["김민준"]],
  ["@李娜请看", ["李 娜"]],
  ["@สมชาย ใจดีช่วยดู", ["สมชาย ใจดี"]],
  ["@Nguyễn Thị Linh xem", ["Nguyễn Thị Linh".normalize("NFD")]],
  ["@İrem'den, @irem’e ve @Irem'E", ["İrem Işık"]],
  ["@山田 花子さん 確認", ["山田 花子"]],
  ["@さくら通りで会う", []],
  ["x@鈴木健一.jp", []],
] satisfies [string, string[]][])(
  "in words without blanks between them, %s mentions %s",
  async ([text, names]) => {
    const { kaneo } = connectTo(() =>
      team.map((name, at) => ({ id: `u${at}`, name, email: `u${at}@example.com`, role: "member" })),
    );

    const mentioned = await withMentions(kaneo, "w1", text);

    expect(mentioned.people.map(({ name }) => name)).toEqual(names);
  },
);

test.for([
  ["look @will.smith", [], ["will.smith"]],
  ["look @Will. Then go on", ["Will Young"], []],
  ["look @dan.reed, please", ["Daniel Reed"], []],
  ["look @dan.reed@other.com", [], ["dan.reed@other.com"]],
  ["look @Will@other.com", [], ["Will@other.com"]],
  ["@Will/@Daniel: look", ["Will Young", "Daniel Reed"], []],
  ["@Will Young / @Daniel", ["Will Young", "Daniel Reed"], []],
  ["npm i a/@will, example.com/@daniel", [], []],
  ["~~~\n@Will\n~~~\n", [], []],
  ["~~~ts\n@Will", [], []],
  ["- a\n  ~~~\n  @Will\n  ~~~\n  @Daniel", ["Daniel Reed"], []],
  ["> ~~~\n> @Will\n> ~~~\n@Daniel", ["Daniel Reed"], []],
  ["~~~\na\n~~~\n@Will", ["Will Young"], []],
  ["about ~~~ 3 @Will", ["Will Young"], []],
] satisfies [string, string[], string[]][])("%j mentions %j", async ([text, names, others]) => {
  const { kaneo } = connectTo(() => [
    { id: "u1", name: "Will Young", email: "wy@example.com", role: "member" },
    { id: "u2", name: "Daniel Reed", email: "dan.reed@example.com", role: "member" },
  ]);

  const { people, unknown } = await withMentions(kaneo, "w1", text);

  expect(people.map(({ name }) => name)).toEqual(names);
  expect(unknown).toEqual(others);
});

test("a hundred comments in a workspace of thousands take little longer than one", async () => {
  const { kaneo } = connectTo(() =>
    Array.from({ length: 3_000 }, (_, at) => {
      return {
        id: `u${at}`,
        name: `Ann Number ${at}`,
        email: `u${at}@example.com`,
        role: "member",
      };
    }),
  );
  const timeOf = async (comments: number) => {
    const before = process.cpuUsage();
    for (let count = 0; count < comments; count += 1)
      await withMentions(kaneo, "w1", "@u7@example.com, look");
    return process.cpuUsage(before).user;
  };
  const first = await timeOf(1);

  expect(await timeOf(100)).toBeLessThan(5 * first);
});

test.for([
  ['Ask <kaneo-mention id="u1" label="Ada"></kaneo-mention>!', "Ask @Ada!"],
  ['Ask <kaneo-mention id="u1" label="Ada">@Ada</kaneo-mention>!', "Ask @Ada!"],
  ['Ask <kaneo-mention id="u1" label="Ada" /> and <b>Bob</b>', "Ask @Ada and <b>Bob</b>"],
])("of the mention in %s the name is shown, once", ([text = "", expected]) => {
  const shown = readMentions(text);

  expect(shown).toBe(expected);
});

test("a mention that is there already, with the name in it, is made no second time", async () => {
  const members = [{ id: "u1", name: "Ada", email: "ada@example.com", role: "member" }];
  const { kaneo } = connectTo(() => members);
  const written = '<kaneo-mention id="u1" label="Ada">@Ada</kaneo-mention> and @Ada';

  const { text } = await withMentions(kaneo, "w1", written);

  const tag = '<kaneo-mention id="u1" label="Ada"></kaneo-mention>';
  expect(text).toBe(`<kaneo-mention id="u1" label="Ada">@Ada</kaneo-mention> and ${tag}`);
});
