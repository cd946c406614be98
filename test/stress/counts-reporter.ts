import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** What a long form counted, in one line, such as `life cycle: 40 rounds, 0 orphans`. */
    counts?: string;
  }
}

const security = new URL("../../SECURITY.md", import.meta.url);
const ofCounts = /(?<=<!-- stress -->\n)[\s\S]*(?=<!-- \/stress -->)/;

/** Prints the counts of each long form when it ends. A whole run in which all passed writes them into SECURITY.md. */
export default class CountsReporter implements Reporter {
  readonly #lines: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const { counts } = test.meta();
    if (counts === undefined) return;
    this.#lines.push(`${test.ok() ? "" : "FAILED "}${counts}`);
    console.log(`   ${counts}`);
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: unknown, reason: string): void {
    console.log(`\nCounts\n${this.#lines.map((line) => `  ${line}`).join("\n")}\n`);
    const files = readdirSync(new URL(".", import.meta.url));
    const isWhole = files.filter((name) => name.endsWith(".stress.ts")).length === modules.length;
    if (reason !== "passed" || !isWhole) return;
    const rows = this.#lines.map((line) => `| ${line.replace(": ", " | ")} |`).sort();
    const table = ["| What | Result |", "| --- | --- |", ...rows, ""].join("\n");
    const text = readFileSync(security, "utf8");
    writeFileSync(
      security,
      text.replace(ofCounts, () => table),
    );
  }
}
