/** `npm run bench`: measures every figure that is promised, as a ratio against its own baseline in the same run. */
import { parseArgs } from "node:util";
import { makeTemporaryFolder } from "../test/support/temporary-folder.ts";
import { measureBoard } from "./board.ts";
import {
  type Contest,
  measureMemory,
  measurePaging,
  measureProject,
  measureTasks,
  startContest,
} from "./calls.ts";
import { countRequests, measurePackage } from "./counts.ts";
import type { Figure } from "./figures.ts";
import { describeMachine, render, save } from "./report.ts";
import { type Holding, type SandboxProcess, startSandboxProcess } from "./sandbox.ts";
import { type Surroundings, signIn, startServer } from "./server.ts";
import { measureStart } from "./start.ts";

const whole = {
  start: 20,
  calls: 500,
  lists: 15,
  board: 7,
  memory: 100,
  sizes: [30, 300, 3_000, 30_000],
};
const quick = { start: 4, calls: 40, lists: 3, board: 2, memory: 6, sizes: [30, 300] };
/** Of which promises are made. */
const BIG = 5_000;

async function main(): Promise<void> {
  const isGiven = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { quick: isGiven, lists: isGiven } });
  const rounds = values.quick ? quick : whole;
  const figures = values.lists
    ? await measureLists({ ...rounds, sizes: [] })
    : [...(await measureTools(rounds)), ...(await measureLists(rounds))];
  const results = { machine: describeMachine(), figures };
  process.stdout.write(`${render(results)}\n`);
  // Few rounds show that it runs, and no more.
  if (!values.quick && !values.lists) await save(results);
}

async function measureTools(rounds: typeof whole): Promise<Figure[]> {
  const figures: Figure[] = [];
  await beside("contract", async ({ sandbox, place, contest }) => {
    progress("start");
    figures.push(...(await measureStart(rounds.start, place)));
    progress("calls");
    figures.push(...(await measureTasks(sandbox, contest, rounds.calls)));
    figures.push(...(await countRequests(sandbox, place)), ...(await measurePackage(place)));
    progress("board");
    figures.push(...(await measureBoard(await readView(place), rounds.board)));
  });
  return figures;
}

async function measureLists(rounds: typeof whole): Promise<Figure[]> {
  const figures: Figure[] = [];
  const spread = rounds.sizes.map((tasks) => ({ tasks, isOneColumn: false }));
  const big = { tasks: BIG, isOneColumn: false };
  for (const project of [...spread, big, { ...big, isOneColumn: true }]) {
    const where = `${project.tasks} tasks${project.isOneColumn ? " in one column" : ""}`;
    progress(where);
    await beside(project, async ({ sandbox, contest }) => {
      const found = await measureProject(sandbox, contest, rounds.lists);
      if (project === big) {
        found.push(...(await measurePaging(sandbox, contest, rounds.lists)));
        found.push(...(await measureMemory(sandbox, contest.server, rounds.memory)));
      }
      figures.push(...found.map((figure) => ({ ...figure, name: `${where}: ${figure.name}` })));
    });
  }
  return figures;
}

interface Scene {
  sandbox: SandboxProcess;
  place: Surroundings;
  contest: Contest;
}

/** Runs `work` beside a Kaneo of its own, where a server is signed in. */
async function beside(holding: Holding, work: (scene: Scene) => Promise<void>): Promise<void> {
  await using folder = await makeTemporaryFolder();
  await using sandbox = await startSandboxProcess(holding);
  const place = { url: sandbox.url, home: folder.path };
  await signIn(sandbox, place);
  await using contest = await startContest(sandbox, place);
  await work({ sandbox, place, contest });
}

/** The board's view, as a host reads it. */
async function readView(place: Surroundings): Promise<string> {
  await using server = await startServer(place);
  const { contents } = await server.request("resources/read", { uri: "ui://kaneo/board.html" });
  const [view] = contents as { text: string }[];
  return view?.text ?? "";
}

function progress(what: string): void {
  process.stderr.write(`… ${what}\n`);
}

await main();
