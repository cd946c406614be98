import { defineConfig } from "vitest/config";

/** The real clients, from the npm registry, against the built server: minutes, and hundreds of megabytes. */
export default defineConfig({
  test: {
    include: ["test/clients/**/*.clients.ts"],
    globalSetup: ["test/support/fresh-build.ts"],
    reporters: ["default"],
    maxWorkers: 1,
    testTimeout: 900_000,
  },
});
