/** `npm run bench`: measures every figure that is promised, as a ratio against its own baseline in the same run. */
import { parseArgs } from "node:util";
import { measureBoard } from "./board.ts";
import {
  measureFirstPage,
  measureKey,
  measureMemory,
  measurePaging,
  measureTasks,
} from "./calls.ts";
import { compare, type Figure, type Figures } from "./figures.ts";
import { besideReal } from "./real-kaneo.ts";
import { describeMachine, render, save } from "./report.ts";
import { beside, type Scene } from "./scene.ts";
import { measureStart } from "./start.ts";

/** What is measured one after the other beside one Kaneo. */
interface Part {
  /** How many are in its project BIG; without them, it holds the seed "contract". */
  tasks?: number;
  isOneColumn?: boolean;
  /** Left out where it is only to be seen that it runs. */
  isLong?: boolean;
  measures: readonly ((scene: Scene, share: number) => Figures)[];
}

const ONE_PROJECT = [measureFirstPage, measureKey];

const PARTS: readonly Part[] = [
  { measures: [measureStart, measureTasks, measureBoard] },
  { tasks: 30, measures: ONE_PROJECT },
  { tasks: 300, measures: ONE_PROJECT },
  { tasks: 3_000, measures: ONE_PROJECT, isLong: true },
  { tasks: 30_000, measures: ONE_PROJECT, isLong: true },
  { tasks: 5_000, measures: [...ONE_PROJECT, measurePaging, measureMemory] },
  { tasks: 5_000, measures: ONE_PROJECT, isOneColumn: true },
];

/** Beside a Kaneo whose own work is like what people have. */
const REAL_PARTS: readonly Part[] = [
  { measures: [measureTasks] },
  { tasks: 5_000, measures: [measureFirstPage, measurePaging] },
];

const FLAG = { type: "boolean", default: false } as const;

async function main(): Promise<void> {
  const { quick, real } = parseArgs({ options: { quick: FLAG, real: FLAG } }).values;
  const parts = (real ? REAL_PARTS : PARTS).filter(({ isLong }) => !(quick && isLong));
  const figures: Figure[] = [];
  for (const part of parts)
    figures.push(...(await measure(part, { share: quick ? 0.1 : 1, real })));
  const results = {
    machine: describeMachine(),
    kaneo: real ? "a real Kaneo" : "the embedded Kaneo",
    figures,
  };
  process.stdout.write(`${render(results)}\n`);
  // Few rounds show that it runs, and no more.
  if (!quick) await save(results);
}

/** Takes a share of all rounds. */
async function measure(
  part: Part,
  { share, real }: { share: number; real: boolean },
): Promise<Figure[]> {
  const { tasks, isOneColumn = false, measures } = part;
  const arranged = isOneColumn ? "in one column" : "in all columns";
  const where = tasks ? `${tasks} tasks${isOneColumn ? ` ${arranged}` : ""}: ` : "";
  const figures: Figure[] = [];
  const work = async (scene: Scene) => {
    for (const take of measures) {
      for await (const row of take(scene, share)) {
        const name = where + row.name;
        process.stderr.write(`… ${name}\n`);
        figures.push({ ...("value" in row ? row : await compare(row, share)), name });
      }
    }
  };
  if (real) await besideReal(tasks, work);
  else await beside(tasks ? { bigProjectTasks: tasks, arranged } : "contract", work);
  return figures;
}

await main();
