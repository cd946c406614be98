import { startSandbox } from "../sandbox/start-sandbox.ts";
import { spawnServer } from "./spawn-server.ts";

export type Two = Awaited<ReturnType<typeof startTwo>>;

/** The built server for alice and for bob, at one Kaneo. */
export async function startTwo() {
  const sandbox = await startSandbox({ seed: "demo" });
  const { alice, bob } = sandbox.people;
  const start = async ({ apiKey }: typeof alice) => {
    const server = await spawnServer({
      env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey },
    });
    await server.initialize();
    return server;
  };
  const [mine, theirs] = await Promise.all([start(alice), start(bob)]);
  return {
    sandbox,
    mine,
    theirs,
    /** One more of alice's, which the caller ends. */
    another: () => start(alice),
    async [Symbol.asyncDispose]() {
      await mine[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}
