/** Changes of a part of a task's description, which Kaneo stores whole. */
import { KaneoMcpError } from "../../errors.ts";
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import { asHelp } from "../api/outcomes.ts";
import type { Change } from "./changes.ts";
import { isReplaced, type Replacement, replaceIn } from "./replace.ts";
import { save } from "./save.ts";
import { rowNow, type Task } from "./task.ts";

/** The change of a part of the description, in the text that Kaneo has when its turn comes. */
export function replaceInDescription(replacement: Replacement): Change {
  const { find, replace, isEverywhere } = replacement;
  return {
    field: "description",
    isSo: () => false,
    told: renderReplaced(find, replace),
    send: async (kaneo, { task }) => {
      let told: string | undefined;
      const rewrite = (text: string) => {
        const made = replaceIn(text, replacement);
        const isFound = isEverywhere || isSole(made, replace);
        told = isFound ? undefined : renderReplaced(...linesAround(text, made));
        return made;
      };
      const isIn = (now: string, made: string) => isReplaced(now, { ...replacement, made });
      return { task: await rewriteDescription(kaneo, task, { rewrite, isIn }), told };
    },
  };
}

/** As JSON has it, since a change of blanks or lines has to be seen to be undone. */
function renderReplaced(old: string, now: string): string {
  return `description ${JSON.stringify(old)} → ${JSON.stringify(now)}`;
}

function isSole(text: string, part: string): boolean {
  return part !== "" && text.split(part).length === 2;
}

/** The lines that differ, with enough around them to find them in what was made, and so to undo it. */
function linesAround(text: string, made: string): [old: string, now: string] {
  const [before, after] = [text.split("\n"), made.split("\n")];
  const least = Math.min(before.length, after.length);
  let above = 0;
  while (above < least && before[above] === after[above]) above++;
  let below = 0;
  while (below < least - above && before.at(-1 - below) === after.at(-1 - below)) below++;
  // In longer and longer steps: a text may have thousands of lines that are alike.
  for (let more = 1; ; more *= 2) {
    const part = (lines: string[]) => lines.slice(above, lines.length - below).join("\n");
    if (isSole(made, part(after)) || above + below === 0) return [part(before), part(after)];
    above = Math.max(0, above - more);
    below = Math.max(0, below - more);
  }
}

/** What is made of a description. */
interface Rewriting {
  rewrite(text: string): string;
  /** Whether a later text still has what was made. */
  isIn(now: string, made: string): boolean;
}

const MOST_REWRITES = 5;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Makes another description of a task's. Kaneo has no way to refuse a write over somebody's newer text, so it is read right
 * before. Another program may have read the same and be about to save it: as much time as this took is left for that, then
 * the text is read once more. Two that change one text at the same moment lose 17 of 20 changes otherwise.
 */
export function rewriteDescription(
  kaneo: Kaneo,
  task: Task,
  { rewrite, isIn }: Rewriting,
): Promise<Task> {
  const look = () => rowNow(kaneo, task.id);
  return kaneo.inTurn(task.id, async () => {
    let made = rewrite((await look()).description ?? "");
    for (let times = 1; ; times++) {
      const from = kaneo.elapsed();
      const { task: saved } = await save(kaneo, task, {
        field: "description",
        path: endpoint`/api/task/description/${task.id}`,
        body: { description: made },
        isSo: ({ description }) => description === made,
      });
      await kaneo.sleep(Math.min(2 * (kaneo.elapsed() - from), LONGEST_PAUSE_MS));
      const now = (await asHelp(look()))?.description ?? made;
      if (now === made || isIn(now, made)) return saved;
      if (times === MOST_REWRITES) throw overwritten(task);
      try {
        made = rewrite(now);
      } catch (error) {
        throw overwritten(task, error);
      }
    }
  });
}

function overwritten({ key }: Task, cause?: unknown): KaneoMcpError {
  const why = `It was saved, but another program saved another description of ${key} over it at the same moment.`;
  const hint = "get_task shows what is there now; change that.";
  return new KaneoMcpError("conflict", why, { hint, cause });
}
