import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/fresh-build.ts"],
    // Most tests wait for processes and sockets, not for the processor.
    maxWorkers: 2 * availableParallelism(),
    // No module of ours has state, so files can share what they import: better-auth alone takes a second.
    isolate: false,
    // Several processes and a browser may share one slow machine.
    testTimeout: 30_000,
  },
});
