/** Changes to tasks by the narrowest endpoints: a full PUT clears what it leaves out (docs/kaneo.md). */
import { endpoint, type Kaneo } from "../api/kaneo.ts";
import { confirmed } from "../api/outcomes.ts";
import {
  columnsOf,
  type Label,
  type Member,
  movedTaskSchema,
  type Project,
  projectsOf,
} from "../api/schemas.ts";
import { addLabel, removeLabel } from "../labels.ts";
import { fold } from "../names/matching.ts";
import { replaceInDescription } from "./description.ts";
import { changeAssignee, changeDue, changeText } from "./field-changes.ts";
import type { PlacedTask } from "./find.ts";
import type { Replacement } from "./replace.ts";
import { merge } from "./save.ts";
import { rowNow, type Task } from "./task.ts";
import { changeStart } from "./whole-task.ts";

/** What to change; an absent field stays, null clears. Everything is resolved: ids, slugs, ISO dates. */
export interface TaskChanges {
  assignee?: Member | null | undefined;
  title?: string | undefined;
  description?: string | undefined;
  /** One place of the description, or every one. */
  replacement?: Replacement | undefined;
  priority?: string | undefined;
  start?: string | null | undefined;
  due?: string | null | undefined;
  /** Makes start, due and title of those that the task has when its turn comes. */
  remake?: ((task: Task) => Pick<TaskChanges, "start" | "due" | "title">) | undefined;
  /** Workspace labels; those to remove may also be copies of any task. */
  addLabels?: readonly Label[] | undefined;
  removeLabels?: readonly Pick<Label, "id" | "name">[] | undefined;
  /** A status of `project` when that is given too. */
  status?: string | undefined;
  relations?: readonly Change[] | undefined;
  /** Where to move the task; its key changes with it. */
  project?: Project | undefined;
  /** What comes when all else is done, such as a comment. */
  last?: readonly Change[] | undefined;
}

/** The change of one field of a task. Kaneo's route for many tasks leaves less of a trace (docs/kaneo.md, "Tasks"). */
export interface Change {
  /** As a person calls what it changes. */
  field: string;
  /** Whether it is so already; false where a task cannot tell. */
  isSo(task: Task): boolean;
  /** What it changes, in words, where a task does not show it as old and new. */
  told?: string;
  /** What it would make of a task, where a task shows it. */
  apply?(task: Task): Task;
  send(kaneo: Kaneo, placed: PlacedTask): Promise<Sent>;
}

/** What a change came to. */
export interface Sent {
  /** As the server then has it. */
  task: Task;
  /** What it changed, with what only sending it could tell; undefined where {@link Change.told} is all. */
  told?: string | undefined;
  /** What it made that is another one for each task, such as `comment m78v…`. */
  made?: string | undefined;
}

/**
 * The changes of single fields, in the order in which they are sent: first the assignee, which a role most likely forbids,
 * last the status or the move, which tell others that all the rest is done.
 */
export function changesOf(wanted: TaskChanges): Change[] {
  const { addLabels = [], removeLabels = [], relations = [], last = [] } = wanted;
  return [
    ...given(wanted.assignee, changeAssignee),
    ...given(wanted.title, (title) => changeText("title", title)),
    ...given(wanted.description, (description) => changeText("description", description)),
    ...given(wanted.replacement, replaceInDescription),
    ...given(wanted.priority, (priority) => changeText("priority", priority)),
    // The start is checked against the due date that the task then has.
    ...given(wanted.due, changeDue),
    ...given(wanted.start, changeStart),
    ...addLabels.map(addLabel),
    ...removeLabels.map(removeLabel),
    ...relations,
    ...given(wanted.project, moveTo),
    ...given(wanted.status, (status) => changeText("status", status)),
    ...last,
  ];
}

function given<T>(value: T | undefined, change: (value: T) => Change): Change[] {
  return value === undefined ? [] : [change(value)];
}

function moveTo(project: Project): Change {
  return {
    field: "project",
    isSo: (task) => task.projectId === project.id,
    apply: (task) => ({ ...task, projectId: project.id, key: `${project.slug}-?` }),
    // In its turn: what sends the whole task names the project that it was in, which Kaneo refuses after a move.
    send: (kaneo, { task }) =>
      kaneo.inTurn(task.id, async () => ({ task: await move(kaneo, task, project) })),
  };
}

async function move(kaneo: Kaneo, task: Task, project: Project): Promise<Task> {
  const destinationStatus = await columnLike(kaneo, task, project);
  const { task: answer } = await kaneo.put(endpoint`/api/task/move/${task.id}`, movedTaskSchema, {
    destinationProjectId: project.id,
    destinationStatus,
  });
  // A task fewer here and one more there: find.ts computes with these numbers.
  kaneo.forget(projectsOf(project.workspaceId));
  const row = await confirmed(answer, {
    what: task.key,
    done: `moved to ${project.slug}`,
    fields: { id: task.id, projectId: project.id },
    look: () => rowNow(kaneo, task.id),
  });
  const { number } = row;
  return { ...merge(task, row), projectId: project.id, number, key: `${project.slug}-${number}` };
}

/**
 * Where the task's column has no namesake by its slug in another project, the only one that Kaneo looks at (move-task.ts): the column of its
 * name, or for what is done the one of what is done, so that it is not taken up again.
 */
export async function columnLike(kaneo: Kaneo, { status, projectId }: Task, project: Project) {
  const [from = [], to = []] = await Promise.all(
    [projectId, project.id].map((id) => kaneo.kept(columnsOf(id))),
  );
  const own = from.find(({ slug }) => slug === status);
  if (own === undefined || to.some(({ slug }) => slug === status)) return undefined;
  const [final, ...others] = own.isFinal ? to.filter(({ isFinal }) => isFinal) : [];
  const named = to.find(({ name }) => fold(name) === fold(own.name));
  return (named ?? (others.length === 0 ? final : undefined))?.slug;
}
