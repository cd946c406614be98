import { availableParallelism, totalmem } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { boardView } from "./scripts/board-view.mjs";

/** A first run takes files for as long as they are big: what drives a browser takes longest, and its files are short. */
class BrowserFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isBrowser = ({ moduleId }: TestSpecification) => moduleId.endsWith("/browser.test.ts");
    return [...sorted.filter(isBrowser), ...sorted.filter((file) => !isBrowser(file))];
  }
}

export default defineConfig({
  plugins: [boardView(import.meta.dirname)],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/fresh-build.ts"],
    // What failed is told at the end in full; of what passed, nobody wants to read a thousand lines.
    reporters: ["dot"],
    // Tests wait for processes and sockets half of their time. A worker more costs 6 to 8 seconds of the processor, to load and
    // compile what all of them need, and half a gigabyte.
    maxWorkers: Math.min(2 * availableParallelism(), Math.ceil(totalmem() / 2 ** 29)),
    // A thousand embedded Kaneos come and go: a bigger nursery saves half of the collector's work.
    execArgv: ["--max-semi-space-size=32"],
    // No module of ours has state, so files can share what they import: better-auth alone takes a second.
    isolate: false,
    sequence: { sequencer: BrowserFirst },
    // Only for what hangs: several processes and a browser may share one slow machine with other work.
    testTimeout: 120_000,
  },
});
