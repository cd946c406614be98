/** The embedded Kaneo in a process of its own, so that its work is not counted as the client's. */
import { startSandbox } from "../test/sandbox/start-sandbox.ts";
import type { Question, Reply, Seeding } from "./sandbox.ts";

async function main(): Promise<void> {
  // Written by startSandboxProcess.
  const seed = JSON.parse(process.argv[2] ?? '"contract"') as Seeding;
  const sandbox = await startSandbox({ seed, deviceInterval: "1s", deviceExpiresIn: "30m" });
  const token = await sandbox.signIn(sandbox.people.alice);
  const { projects, tasks } = sandbox.data;
  const projectIds = Object.fromEntries([...projects.values()].map(({ slug, id }) => [slug, id]));
  const taskIds = Object.fromEntries(
    [...tasks.values()].map(({ projectId, number, id }) => [
      `${projects.get(projectId)?.slug}-${number}`,
      id,
    ]),
  );
  const answer = async (question: Question): Promise<Reply> => {
    if (question.kind === "approve") await sandbox.approve(question.code);
    const requests = sandbox.requests.map(({ method, path }) => `${method} ${path}`);
    sandbox.clearRequests();
    return { requests };
  };
  process.on("message", (question: Question) => {
    void answer(question).then((reply) => process.send?.(reply));
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url: sandbox.url, token, projectIds, taskIds });
}

await main();
