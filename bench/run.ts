/** `npm run bench`: measures every figure that is promised, as a ratio against its own baseline in the same run. */
import { parseArgs } from "node:util";
import { measureBoard } from "./board.ts";
import { measureMemory, measurePaging, measureProject, measureTasks } from "./calls.ts";
import { countRequests, countTokensRead, measurePackage } from "./counts.ts";
import type { Figure } from "./figures.ts";
import { describeMachine, render, save } from "./report.ts";
import { type BigProject, beside, type Holding, type Rounds, type Scene } from "./scene.ts";
import { measureStart } from "./start.ts";

type Measure = (scene: Scene, rounds: Rounds) => Promise<Figure[]>;

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
const BIG = { tasks: 5_000, isOneColumn: false };

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

function measureTools(rounds: Rounds): Promise<Figure[]> {
  const counts = [countRequests, countTokensRead, measurePackage];
  return measureAll("contract", rounds, [measureStart, measureTasks, ...counts, measureBoard]);
}

async function measureLists(rounds: Rounds): Promise<Figure[]> {
  const figures: Figure[] = [];
  const spread = rounds.sizes.map((tasks) => ({ tasks, isOneColumn: false }));
  const projects: BigProject[] = [...spread, BIG, { ...BIG, isOneColumn: true }];
  for (const project of projects) {
    const more = project === BIG ? [measurePaging, measureMemory] : [];
    const where = `${project.tasks} tasks${project.isOneColumn ? " in one column" : ""}`;
    process.stderr.write(`… ${where}\n`);
    const found = await measureAll(project, rounds, [measureProject, ...more]);
    figures.push(...found.map((figure) => ({ ...figure, name: `${where}: ${figure.name}` })));
  }
  return figures;
}

/** One after the other, beside one Kaneo. */
function measureAll(
  holding: Holding,
  rounds: Rounds,
  measures: readonly Measure[],
): Promise<Figure[]> {
  return beside(holding, async (scene) => {
    const figures: Figure[] = [];
    for (const measure of measures) {
      process.stderr.write(`… ${measure.name}\n`);
      figures.push(...(await measure(scene, rounds)));
    }
    return figures;
  });
}

await main();
