import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse as parseToml } from "smol-toml";
import { afterAll, expect, test } from "vitest";
import { placesOf } from "../../src/cli/clients.ts";
import { entriesIn, withEntry } from "../../src/cli/config-text.ts";
import { clientTitled } from "../support/client-machine.ts";
import { type RealClient, realClients } from "./real-clients.ts";
import { type Stage, setStage } from "./stage.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const run = promisify(execFile);

const INSPECTOR = "@modelcontextprotocol/inspector@2.12.0";
const LINK = /http:\/\/localhost:\d+\/device\?user_code=([A-Z0-9]+)/;
const TASK = /WEB-7\b/;

const papers = fileURLToPath(new URL("../../docs/clients.md", import.meta.url));
const ofRows = /(?<=<!-- clients -->\n)[\s\S]*(?=<!-- \/clients -->)/;

/** What a client showed: its package, how it was added, where its person saw the link, which hosts it asked for in vain. */
type Row = [name: string, added: string, link: string, refused: string];

const rows: Row[] = [];

for (const client of realClients) {
  test(`${client.title}: added by install, shows the link of the sign-in, and the tasks after the approval`, async () => {
    await using stage = await setStage(client.package);
    const { model, kaneo, home } = stage;
    await writeFiles(home, client.files(model.url));
    const told = await stage.kaneoMcp("install", client.word, "--api-url", kaneo.url);
    model.mayTell = false;
    await using terminal = await openTerminal({
      command: client.start("What is open in WEB?"),
      env: { ...stage.env, ...client.env(model.url) },
      cwd: join(home, "work"),
    });

    const { code, where } = await signInAsked(stage, client, terminal);
    await terminal.press(...(client.question?.open ?? []));
    await kaneo.approve(code);
    if (client.question) await terminal.press(...client.question.goOn);
    else await terminal.type("I have approved it");
    await terminal.shows(TASK, client.answers);
    const removed = await stage.kaneoMcp("uninstall", client.word);

    expect([told.code, removed.code]).toEqual([0, 0]);
    expect(kaneo.requests.filter(({ path }) => path.endsWith("/device/code"))).toHaveLength(1);
    if (client.question) expect(await stage.opened()).toContain(code);
    const added = told.out.includes("was added by") ? "its own command" : "its file";
    rows.push([client.package, added, where, hostsOf(stage)]);
  });
}

for (const client of realClients) {
  test(`${client.title}: asked once without a terminal, gives the link; asked again after the approval, the tasks`, async () => {
    await using stage = await setStage(client.package);
    const { model, kaneo, home } = stage;
    await writeFiles(home, client.files(model.url));
    await stage.kaneoMcp("install", client.word, "--api-url", kaneo.url);
    const [program = "", ...words] = client.once("What is open in WEB?");
    const ask = async () => {
      const env = { ...stage.env, ...client.env(model.url) };
      const running = run(program, words, { env, cwd: join(home, "work"), timeout: 120_000 });
      running.child.stdin?.end();
      return (await running).stdout;
    };

    const first = await ask();
    await kaneo.approve(LINK.exec(first)?.[1] ?? "");
    const second = await ask();

    expect(first).toMatch(LINK);
    expect(second).toMatch(TASK);
    expect(second).not.toMatch(LINK);
    expect(kaneo.requests.filter(({ path }) => path.endsWith("/device/code"))).toHaveLength(1);
  });

  test(`${client.title}: install and uninstall leave other servers and settings as they were`, async () => {
    await using stage = await setStage(client.package);
    const known = clientTitled(client.title);
    const [file] = known.files(placesOf("linux", stage.home, {}));
    const [settings = ""] = Object.values(client.files(stage.model.url));
    const other = known.entry({ command: "other", args: ["a"], env: { A: "b" } }, "other");
    const text = withEntry(settings, { ...known, name: "other" }, other);
    await writeFiles(stage.home, { [relative(stage.home, file)]: text });
    const parse = known.format === "toml" ? parseToml : JSON.parse;

    await stage.kaneoMcp("install", client.word);
    const between = await readFile(file, "utf8");
    await stage.kaneoMcp("uninstall", client.word);
    const after = await readFile(file, "utf8");

    expect(Object.keys(entriesIn(between, known)).sort()).toEqual(["kaneo", "other"]);
    expect(entriesIn(after, known)).toEqual(entriesIn(text, known));
    // Some commands add settings of their own.
    expect(parse(after)).toMatchObject(parse(text));
  });
}

test("Inspector: reads what install wrote for Cursor, shows the link, and the tasks after the approval", async () => {
  await using stage = await setStage(INSPECTOR);
  const { kaneo, home } = stage;
  await stage.kaneoMcp("install", "cursor", "--api-url", kaneo.url);
  const file = join(home, ".cursor", "mcp.json");
  const inspect = async (...words: string[]) => {
    const server = ["--cli", "--config", file, "--server", "kaneo", "--method"];
    return (await run("mcp-inspector", [...server, ...words], { env: stage.env, cwd: home }))
      .stdout;
  };
  const call = ["tools/call", "--tool-name", "list_tasks", "--tool-arg", "project=WEB"];

  const tools = await inspect("tools/list");
  const asked = await inspect(...call);
  await kaneo.approve(LINK.exec(asked)?.[1] ?? "");
  const tasks = await inspect(...call);

  expect(tools).toContain('"list_tasks"');
  expect(asked).toMatch(LINK);
  expect(tasks).toMatch(TASK);
  rows.push([INSPECTOR, "Cursor's file, which it reads", "in the tool's answer", hostsOf(stage)]);
});

afterAll(async () => {
  // A run of some of them says nothing of the others.
  if (rows.length <= realClients.length) return;
  const text = await readFile(papers, "utf8");
  await writeFile(
    papers,
    text.replace(ofRows, () => table(rows)),
  );
});

/** Waits for the link, and says where the person sees it: only what is there before the model tells, the client shows by itself. */
async function signInAsked({ model }: Stage, client: RealClient, terminal: Terminal) {
  const isAnswered = () => model.turns.some(({ result }) => result?.includes("user_code="));
  await terminal.shows(client.question ? LINK : isAnswered, client.answers);
  // The client has the answer; it may take a moment to draw it.
  await delay(3_000);
  const isByItself = LINK.test(await terminal.screen());
  model.mayTell = true;
  const [, code = ""] = LINK.exec(await terminal.shows(LINK)) ?? [];
  const byItself = client.question ? "in a question that opens it" : "in the tool's answer";
  return { code, where: isByItself ? byItself : "in the model's words" };
}

async function writeFiles(home: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), content);
  }
}

function hostsOf({ refused }: Stage): string {
  // Which registry packages come from is the machine's own affair.
  const hosts = [...refused].map((host) => (/^registry\./.test(host) ? "its registry" : host));
  return hosts.sort().join(", ") || "nothing";
}

function table(lines: readonly Row[]): string {
  const head = ["Package", "Added by", "Its person sees the link", "Tasks", "Asked for in vain"];
  const body = lines.map(([name, added, link, hosts]) => [`\`${name}\``, added, link, "✓", hosts]);
  const all = [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
  return `${all.join("\n")}\n\nRun on ${new Date().toISOString().slice(0, 10)}.\n`;
}
