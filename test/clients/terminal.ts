/** A terminal of tmux's: what a person would see of a program, and their keys. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Terminal extends AsyncDisposable {
  /** The whole screen, without colours. Fails when the program has ended. */
  screen(): Promise<string>;
  /** The same with the escape sequences of its colours. */
  coloured(): Promise<string>;
  /** Presses keys, in tmux's names: `Enter`, `Right`. */
  press(...keys: string[]): Promise<void>;
  type(text: string): Promise<void>;
  /**
   * Waits until the screen shows `wanted`, and gives it; meanwhile answers what the program asks: pattern → keys.
   *
   * @throws Error with the screen, when it has not come about in two minutes.
   */
  shows(wanted: RegExp | (() => boolean), answers?: Answers): Promise<string>;
}

export type Answers = readonly (readonly [question: RegExp, ...keys: string[]])[];

export interface Program {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  columns?: number;
}

const ROWS = "45";
const PATIENCE_MS = 120_000;
const SETTLING_MS = 1_000;

/** Starts a program with this environment and no other. */
export async function openTerminal(program: Program): Promise<Terminal> {
  const { command, env, cwd, columns = 120 } = program;
  // A tmux of its own, which nobody's settings change and nobody's session shares.
  const socket = join(cwd, `.tmux-${Date.now()}`);
  const tmux = async (...words: string[]) =>
    (await run("tmux", ["-S", socket, "-f", "/dev/null", ...words])).stdout;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const started = ["env", "-i", ...variables, ...command];
  await tmux("new-session", "-d", "-x", String(columns), "-y", ROWS, "-c", cwd, ...started);
  const screen = () => tmux("capture-pane", "-p");
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await tmux("send-keys", key);
      await delay(SETTLING_MS);
    }
  };
  return {
    screen,
    coloured: () => tmux("capture-pane", "-p", "-e"),
    press,
    type: async (text) => {
      await tmux("send-keys", "-l", text);
      // Some programs take keys that come at once for a text that was pasted.
      await delay(SETTLING_MS);
      await press("Enter");
    },
    async shows(wanted, answers = []) {
      const isThere = (text: string) => (wanted instanceof RegExp ? wanted.test(text) : wanted());
      for (let waited = 0; waited < PATIENCE_MS; waited += SETTLING_MS) {
        const text = await screen();
        if (isThere(text)) return text;
        const [, ...keys] = answers.find(([question]) => question.test(text)) ?? [];
        if (keys.length > 0) await press(...keys);
        else await delay(SETTLING_MS);
      }
      throw new Error(`The screen does not show ${wanted}:\n${await screen()}`);
    },
    [Symbol.asyncDispose]: async () => {
      await tmux("kill-server").catch(() => "");
    },
  };
}
