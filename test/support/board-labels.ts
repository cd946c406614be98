import { addLabel } from "../sandbox/routes/labels.ts";
import type { SmallBoard } from "./small-board.ts";

/** `bug #ef4444`, with the number of the task that a copy is on. */
export function labelsIn({ sandbox: { data } }: SmallBoard): string[] {
  return [...data.labels.values()].map(({ name, color, taskId }) => {
    const task = data.tasks.get(taskId ?? "");
    return `${name} ${color}${task === undefined ? "" : ` on ${task.number}`}`;
  });
}

export function addBug(
  { sandbox: { data }, workspaceId, taskId }: SmallBoard,
  ...onTasks: number[]
) {
  const label = { name: "Bug", color: "#ef4444", workspaceId };
  addLabel(data, { ...label, taskId: null });
  for (const number of onTasks) addLabel(data, { ...label, taskId: taskId(number) });
}
