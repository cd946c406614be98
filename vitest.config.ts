import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/fresh-build.ts"],
    // Several processes and a browser may share one slow machine.
    testTimeout: 30_000,
  },
});
