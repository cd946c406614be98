/** The embedded Kaneo in a process of its own, so that its work is not counted as the client's. */
import { signInByLink } from "../test/robustness/sign-in-by-link.ts";
import type { Seed } from "../test/sandbox/seed.ts";
import { startSandbox } from "../test/sandbox/start-sandbox.ts";
import { spawnServer } from "../test/support/spawn-server.ts";

/** Every server that starts in `home` afterwards is signed in. */
async function main(home: string, seed: Seed): Promise<void> {
  const sandbox = await startSandbox({ seed, deviceInterval: "1s", isThorough: true });
  await using server = await spawnServer({ home, env: { KANEO_API_URL: sandbox.url } });
  await server.initialize();
  await signInByLink(server, sandbox);
  const token = await sandbox.signIn(sandbox.people.alice);
  const { projects, tasks } = sandbox.data;
  const projectIds = Object.fromEntries([...projects.values()].map(({ slug, id }) => [slug, id]));
  const keyed = [...tasks.values()].map(({ projectId, number, id }) => {
    return [`${projects.get(projectId)?.slug}-${number}`, id];
  });
  // The one thing that it is ever asked.
  process.on("message", () => {
    process.send?.(sandbox.requests.map(({ method, path }) => `${method} ${path}`));
    sandbox.clearRequests();
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url: sandbox.url, token, projectIds, taskIds: Object.fromEntries(keyed) });
}

const [home = "", seed = ""] = process.argv.slice(2);
// Written by startKaneo.
await main(home, JSON.parse(seed) as Seed);
