import { endpoint, type Kaneo } from "../api/kaneo.ts";
import { confirmed, fateOf, reasonOf, type Stop, sendOne } from "../api/outcomes.ts";
import { type Label, type Member, type Project, taskSchema } from "../api/schemas.ts";
import { addLabel } from "../labels.ts";
import { addLink } from "../relations/changes.ts";
import type { Link } from "../relations/relations.ts";
import { changesOf } from "./changes.ts";
import type { PlacedTask } from "./find.ts";
import { rowNow, taskOf } from "./task.ts";

/** A task to create; everything is resolved: ids, slugs, ISO dates. */
export interface NewTask {
  project: Project;
  title: string;
  description: string;
  status: string;
  priority: string;
  assignee: Member | undefined;
  start: string | undefined;
  due: string | undefined;
  labels: readonly Label[];
}

/** A new task as the server has it. */
export interface CreatedTask extends PlacedTask {
  /** How it relates to others: `subtask of WEB-1`. */
  relations: string[];
  /** What was not added to it, or not certainly; the task exists all the same. */
  problems: string[];
}

/** Creates a task without its labels. @throws KaneoMcpError when it was not created, or not certainly. */
export async function createBareTask(kaneo: Kaneo, newTask: NewTask): Promise<CreatedTask> {
  const { project, title, description, status, priority, assignee, start, due } = newTask;
  const body = {
    title,
    description,
    status,
    priority,
    startDate: start,
    dueDate: due,
    userId: assignee?.id,
  };
  // Kaneo would give tasks that are created at once numbers in any order and the same place on the board (Kaneo create-task.ts:
  // the last position is read before the task is written).
  const answer = await kaneo.inTurn(`new task in ${project.id}`, () =>
    kaneo.post(endpoint`/api/task/${project.id}`, taskSchema, body),
  );
  const row = await confirmed(answer, {
    what: "The task",
    done: "created",
    fields: { projectId: project.id, title, status, userId: assignee?.id ?? null },
    look: () => rowNow(kaneo, answer.id),
  });
  const task = taskOf(row, project);
  const asked = changesOf({ description, priority, start: start ?? null, due: due ?? null });
  const problems = asked
    .filter(({ isSo }) => !isSo(task))
    .map(({ field }) => `${field}: not as requested: Kaneo's answer shows a different one`);
  return { task, project, relations: [], problems };
}

/** Hangs labels and relations on a new task; one that fails joins its problems, and stops no other. */
export async function complete(
  kaneo: Kaneo,
  created: CreatedTask,
  { labels, links, stop = {} }: { labels: readonly Label[]; links: readonly Link[]; stop?: Stop },
): Promise<CreatedTask> {
  const { project } = created;
  let { task } = created;
  const relations = [...created.relations];
  const problems = [...created.problems];
  const relating = links.map((wanted) => addLink(wanted));
  for (const change of [...labels.map(addLabel), ...relating]) {
    const { field } = change;
    try {
      ({ task } = await sendOne(kaneo, stop, () => change.send(kaneo, { task, project })));
      if (relating.includes(change)) relations.push(field);
    } catch (error) {
      problems.push(`${field}: ${fateOf(error)}: ${reasonOf(error)}`);
    }
  }
  return { ...created, task, relations, problems };
}
