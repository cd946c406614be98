import type { Reporter, TestCase } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** What a long form counted, in one line, such as `life cycle: 40 rounds, 0 orphans`. */
    counts?: string;
  }
}

/** Prints the counts of each long form when it ends, and all of them once more at the end. */
export default class CountsReporter implements Reporter {
  readonly #lines: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const { counts } = test.meta();
    if (counts === undefined) return;
    this.#lines.push(`${test.ok() ? "" : "FAILED "}${counts}`);
    console.log(`   ${counts}`);
  }

  onTestRunEnd(): void {
    console.log(`\nCounts\n${this.#lines.map((line) => `  ${line}`).join("\n")}\n`);
  }
}
