/** A scene beside a Kaneo as people have it. */
import { type AskKaneo, makeWorkspace, realKaneo } from "../test/support/real-kaneo.ts";
import { makeTemporaryFolder } from "../test/support/temporary-folder.ts";
import { type Kaneo, type Work, workAt } from "./scene.ts";

/** Does `work` beside the Kaneo of KANEO_TEST_URL, in a workspace of its own with a project BIG or with some tasks. */
export async function besideReal(tasks: number | undefined, work: Work): Promise<void> {
  const ask = realKaneo();
  if (ask === undefined) throw new Error("Set KANEO_TEST_URL and KANEO_TEST_KEY.");
  await using folder = await makeTemporaryFolder();
  await using workspace = await makeWorkspace(ask);
  await using kaneo = await fillKaneo(
    ask,
    workspace.id,
    tasks ? { BIG: tasks } : { WEB: 12, OPS: 1 },
  );
  const env = { KANEO_API_KEY: ask.apiKey, KANEO_WORKSPACE: workspace.id };
  await workAt(kaneo, { home: folder.path, env }, work);
}

async function fillKaneo(
  ask: AskKaneo,
  workspaceId: string,
  sizes: Record<string, number>,
): Promise<Kaneo> {
  const projectIds: Kaneo["projectIds"] = {};
  const taskIds: Kaneo["taskIds"] = {};
  for (const [slug, size] of Object.entries(sizes)) {
    const place = { name: slug, slug, icon: "Layout", workspaceId };
    const { id } = await ask("POST", "/project", place);
    projectIds[slug] = id;
    const columns = await ask<{ slug: string }[]>("GET", `/column/${id}`);
    for (let number = 1; number <= size; number += 1) {
      const status = columns[number % columns.length]?.slug;
      const texts = { title: `Task ${number}`, description: "Some words about it. ".repeat(20) };
      const task = await ask("POST", `/task/${id}`, { ...texts, priority: "low", status });
      taskIds[`${slug}-${number}`] = task.id;
    }
  }
  // Its requests are not seen.
  const unseen = { takeRequests: async () => [], [Symbol.asyncDispose]: async () => {} };
  return { url: ask.url, token: ask.apiKey, projectIds, taskIds, ...unseen };
}
