import { expect, test } from "vitest";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { spreadOf } from "./sign-in-rounds.ts";

const ENDS = 20;
const BOUND_MS = 100;

test("a server whose client leaves while the sign-in waits is gone at once", async ({ task }) => {
  await using sandbox = await startSandbox({ deviceInterval: "5s" });
  const took: number[] = [];
  for (let end = 0; end < ENDS; end += 1) {
    await using server = await spawnServer({ env: { KANEO_API_URL: sandbox.url } });
    await server.initialize();
    await server.call("list_tasks", { project: "WEB" });
    const leftAt = performance.now();
    server.endInput();
    await server.exit;
    took.push(performance.now() - leftAt);
  }

  const within = took.filter((ms) => ms <= BOUND_MS).length;
  task.meta.counts = `stdin closed while a sign-in waits: ${ENDS} ends, ${within} within ${BOUND_MS} ms (${spreadOf(took)})`;
  // Others share the machine; most ends show what the process itself needs.
  expect(within).toBeGreaterThan(ENDS / 2);
});
