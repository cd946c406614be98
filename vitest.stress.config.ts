import { defineConfig } from "vitest/config";
import { boardView } from "./scripts/board-view.mjs";

/** The long forms of the robustness tests: minutes, real processes, counts at the end. */
export default defineConfig({
  plugins: [boardView(import.meta.dirname)],
  test: {
    include: ["test/stress/**/*.stress.ts"],
    globalSetup: ["test/support/fresh-build.ts"],
    reporters: ["default", "./test/stress/counts-reporter.ts"],
    // Each file measures processes of its own; more of them at once than cores would only measure the machine.
    maxWorkers: 2,
    testTimeout: 600_000,
  },
});
