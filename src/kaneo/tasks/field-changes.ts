/** Changes of the fields of a task that have a route of their own. */
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import type { Member } from "../api/schemas.ts";
import type { Change, Sent } from "./changes.ts";
import type { PlacedTask } from "./find.ts";
import { type Sending, save } from "./save.ts";
import type { Task } from "./task.ts";

type Field = "title" | "description" | "priority" | "status" | "assignee" | "due-date";

interface FieldChange extends Change {
  send(kaneo: Kaneo, of: Pick<PlacedTask, "task">): Promise<Sent>;
}

function changeField(
  route: Field,
  wanted: Pick<Sending, "body" | "isSo" | "assigneeName"> & { apply(task: Task): Task },
): FieldChange {
  const { apply, ...sending } = wanted;
  return {
    field: route === "due-date" ? "due" : route,
    isSo: sending.isSo,
    apply,
    send: (kaneo, { task }) => {
      const path = endpoint`/api/task/${route}/${task.id}`;
      const field = route.replace("-", " ");
      // In its turn, so that nothing undoes it that is computed of the row as it was before.
      return kaneo.inTurn(task.id, () => save(kaneo, task, { field, path, ...sending }));
    },
  };
}

/** The change of a field that holds a text, as Kaneo stores it: a status by its slug. */
export function changeText(
  field: "title" | "description" | "priority" | "status",
  value: string,
): FieldChange {
  return changeField(field, {
    body: { [field]: value },
    isSo: (task) => task[field] === value,
    apply: (task) => ({ ...task, [field]: value }),
  });
}

/** The change of who is assigned; null is nobody. */
export function changeAssignee(member: Pick<Member, "id" | "name"> | null): FieldChange {
  return changeField("assignee", {
    body: { userId: member?.id ?? null },
    isSo: (task) => task.assignee?.id === member?.id,
    apply: (task) => ({ ...task, assignee: member ?? undefined }),
    assigneeName: member?.name,
  });
}

/** The change of the due date, ISO 8601; null clears it. */
export function changeDue(due: string | null): FieldChange {
  return changeField("due-date", {
    // Leaving dueDate out clears it; null is refused.
    body: { dueDate: due ?? undefined },
    isSo: (task) => isMoment(task.due, due),
    apply: (task) => ({ ...task, due: due ?? undefined }),
  });
}

/** Whether a stored date is the wanted one, however either is written; null is none. */
export function isMoment(stored: string | undefined, wanted: string | null): boolean {
  if (stored === undefined || wanted === null) return stored === undefined && wanted === null;
  return Date.parse(stored) === Date.parse(wanted);
}
