import type { Reporter, TestCase } from "vitest/node";
import type { Cost } from "./scenario.ts";

/** Prints what each goal of the scenarios costs an agent, dearest first. */
export default class CostReporter implements Reporter {
  readonly #costs: Record<string, Cost> = {};

  onTestCaseResult(test: TestCase): void {
    const { cost } = test.meta();
    if (cost) this.#costs[test.name] = cost;
  }

  onTestRunEnd(): void {
    const costs = Object.entries(this.#costs);
    console.table(
      Object.fromEntries(costs.toSorted(([, a], [, b]) => b.characters - a.characters)),
    );
  }
}
