import type { SmallBoard } from "../support/small-board.ts";

/** A task that an import made, with names in the place of ids. */
export interface Imported {
  title: string;
  description: string;
  status: string;
  priority: string | null;
  who: string | undefined;
  due: string | null;
  start: string | null;
  labels: string[];
  /** Such as `subtask of Umbrella`. */
  relations: string[];
}

/** How many tasks the small board has of its own. */
const OWN = 4;

const WORDS: Record<string, string> = {
  subtask: "parent of",
  blocks: "blocks",
  related: "related to",
};

/** The tasks of the small board that were not there at its start, in the order of their numbers. */
export function importedTo({ sandbox: { data }, projectId }: SmallBoard): Imported[] {
  const all = [...data.tasks.values()].filter((task) => task.projectId === projectId);
  const titles = new Map(all.map(({ id, title }) => [id, title]));
  return all
    .filter(({ number }) => number > OWN)
    .map(({ id, title, description, status, priority, userId, dueDate, startDate }) => ({
      title,
      description,
      status,
      priority,
      due: dueDate,
      start: startDate,
      who: data.users.find((user) => user.id === userId)?.email.replace(/@.*/, ""),
      labels: [...data.labels.values()]
        .filter(({ taskId }) => taskId === id)
        .map(({ name }) => name)
        .sort(),
      relations: [...data.relations.values()]
        .filter(({ sourceTaskId }) => sourceTaskId === id)
        .map(
          ({ relationType, targetTaskId }) => `${WORDS[relationType]} ${titles.get(targetTaskId)}`,
        )
        .sort(),
    }));
}
