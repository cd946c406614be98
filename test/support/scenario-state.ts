import type { Project, Task } from "../sandbox/data.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";

/** The project with this slug. */
export function projectOf({ data }: Pick<Sandbox, "data">, slug: string): Project {
  const project = [...data.projects.values()].find((row) => row.slug === slug);
  if (project === undefined) throw new Error(`No project ${slug}.`);
  return project;
}

/** The task with this key. */
export function taskOf(sandbox: Pick<Sandbox, "data">, key: string): Task {
  const [slug = "", number] = key.split("-");
  return taskIn(sandbox, projectOf(sandbox, slug).id, Number(number));
}

/** The task with this number in a project. */
export function taskIn({ data }: Pick<Sandbox, "data">, projectId: string, number: number): Task {
  const task = [...data.tasks.values()].find(
    (row) => row.projectId === projectId && row.number === number,
  );
  if (task === undefined) throw new Error(`No task ${number} in the project.`);
  return task;
}

/** The key of a task. */
export function keyOf({ data }: Sandbox, { projectId, number }: Task): string {
  return `${data.projects.get(projectId)?.slug}-${number}`;
}

/** The label names on a task, in the order of the alphabet. */
export function labelsOf({ data }: Sandbox, { id }: Task): string[] {
  return [...data.labels.values()]
    .filter(({ taskId }) => taskId === id)
    .map(({ name }) => name)
    .sort();
}

/** Relations from the one with this number on, in words: `Gift cards subtask Build the form`. */
export function relationsSince({ data }: Sandbox, first: number): string[] {
  const titleOf = (id: string) => data.tasks.get(id)?.title;
  return [...data.relations.values()]
    .slice(first)
    .map((one) => `${titleOf(one.sourceTaskId)} ${one.relationType} ${titleOf(one.targetTaskId)}`);
}

/** Every task as it is now, by key, to be compared with later. */
export function allTasks(sandbox: Sandbox): Record<string, Task> {
  const tasks = [...sandbox.data.tasks.values()];
  return Object.fromEntries(tasks.map((task) => [keyOf(sandbox, task), { ...task }]));
}

/** The keys of the tasks that differ from `before` in any field. */
export function changedSince(before: Record<string, Task>, sandbox: Sandbox): string[] {
  const after = allTasks(sandbox);
  return Object.keys(after)
    .filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]))
    .sort();
}
