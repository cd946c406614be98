/** `npm run bench`: measures every figure that is promised, as a ratio against its own baseline in the same run. */
import { parseArgs } from "node:util";
import { measureBoard } from "./board.ts";
import { measureMemory, measurePaging, measureProject, measureTasks } from "./calls.ts";
import { compare, type Figure, type Figures } from "./figures.ts";
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

const PARTS: readonly Part[] = [
  { measures: [measureStart, measureTasks, measureBoard] },
  { tasks: 30, measures: [measureProject] },
  { tasks: 300, measures: [measureProject] },
  { tasks: 3_000, measures: [measureProject], isLong: true },
  { tasks: 30_000, measures: [measureProject], isLong: true },
  { tasks: 5_000, measures: [measureProject, measurePaging, measureMemory] },
  { tasks: 5_000, measures: [measureProject], isOneColumn: true },
];

async function main(): Promise<void> {
  const { quick } = parseArgs({ options: { quick: { type: "boolean", default: false } } }).values;
  const parts = PARTS.filter(({ isLong }) => !(quick && isLong));
  const figures: Figure[] = [];
  for (const part of parts) figures.push(...(await measure(part, quick ? 0.1 : 1)));
  const results = { machine: describeMachine(), figures };
  process.stdout.write(`${render(results)}\n`);
  // Few rounds show that it runs, and no more.
  if (!quick) await save(results);
}

/** Takes a share of all rounds. */
async function measure(part: Part, share: number): Promise<Figure[]> {
  const { tasks, isOneColumn = false, measures } = part;
  const arranged = isOneColumn ? "in one column" : "in all columns";
  const where = tasks ? `${tasks} tasks${isOneColumn ? ` ${arranged}` : ""}: ` : "";
  const figures: Figure[] = [];
  await beside(tasks ? { bigProjectTasks: tasks, arranged } : "contract", async (scene) => {
    for (const take of measures) {
      for await (const row of take(scene, share)) {
        const name = where + row.name;
        process.stderr.write(`… ${name}\n`);
        figures.push({ ...("value" in row ? row : await compare(row, share)), name });
      }
    }
  });
  return figures;
}

await main();
