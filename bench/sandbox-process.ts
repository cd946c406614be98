/** The embedded Kaneo in a process of its own, so that its work is not counted as the client's. */
import { type Sandbox, startSandbox } from "../test/sandbox/start-sandbox.ts";
import type { BigProject, Holding, Question } from "./scene.ts";

async function main(): Promise<void> {
  // Written by startSandboxProcess.
  const holding = JSON.parse(process.argv[2] ?? '"contract"') as Holding;
  const seed = typeof holding === "string" ? holding : { bigProjectTasks: holding.tasks };
  const sandbox = await startSandbox({
    ...{ seed, deviceInterval: "1s", deviceExpiresIn: "30m" },
    isThorough: true,
  });
  if (typeof holding !== "string") arrange(sandbox, holding);
  const token = await sandbox.signIn(sandbox.people.alice);
  const { projects, tasks } = sandbox.data;
  const projectIds = Object.fromEntries([...projects.values()].map(({ slug, id }) => [slug, id]));
  const keyed = [...tasks.values()].map(({ projectId, number, id }) => [
    `${projects.get(projectId)?.slug}-${number}`,
    id,
  ]);
  process.on("message", async ({ approve }: Question) => {
    if (approve) await sandbox.approve(approve);
    process.send?.(sandbox.requests.map(({ method, path }) => `${method} ${path}`));
    sandbox.clearRequests();
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url: sandbox.url, token, projectIds, taskIds: Object.fromEntries(keyed) });
}

/** The seed's tasks share one place, as after an import; people's have one each. */
function arrange({ data }: Sandbox, { isOneColumn }: BigProject): void {
  for (const [index, task] of [...data.tasks.values()].entries()) {
    task.position = index + 1;
    if (isOneColumn) task.status = "to-do";
  }
}

await main();
