/** What a person can start by a word: each names the tools and arguments that serve it, so that a model needs no second guess. */
import type { Choice } from "../resources/resources.ts";

/** A call that a prompt asks for. */
export interface PromptCall {
  tool: string;
  /** What is undefined was not given, and is left out. */
  args: Record<string, unknown>;
  note?: string;
}

export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** What is read first. A prompt is there where all of its tools are. */
  reads(given: Given): PromptCall[];
  /** The tool that changes something, once the person has agreed. */
  writes?: string;
  task(given: Given): string;
}

interface PromptArgument {
  name: string;
  description: string;
  required?: true;
  /** What completes it; undefined where it is free text. */
  choice?: Choice;
}

type Given = Readonly<Record<string, string>>;

const project: PromptArgument = {
  name: "project",
  description: "Slug or name; default: every project",
  choice: "project",
};

export const prompts: readonly Prompt[] = [
  {
    name: "standup",
    title: "Stand-up",
    description: "What was done, what comes next, and what is in the way",
    arguments: [
      { name: "person", description: "Name or e-mail; default: me", choice: "person" },
      project,
    ],
    reads: ({ person = "me", project }) => [
      {
        tool: "list_activity",
        args: { person, project, since: "yesterday" },
        note: 'on a Monday since "friday"',
      },
      listTasks({ assignee: person, project, state: "open", sort: "due" }),
      listTasks({ assignee: person, project, blocked: true }),
    ],
    task: ({ person = "me" }) =>
      `Write a stand-up for ${person === "me" ? "me" : quote(person)}: Done, Next, In the way. At most three lines each, every task with its key, what is late first.`,
  },
  {
    name: "triage",
    title: "Triage",
    description: "Give tasks that nobody has sorted yet a priority, a person and a date",
    arguments: [project],
    reads: ({ project }) => [
      ...peopleAndLabels(project),
      listTasks({ project, state: "open", priority: ["no-priority"], sort: "created", limit: 50 }),
      listTasks({ project, state: "open", assignee: "none", sort: "created", limit: 50 }),
    ],
    writes: "update_tasks",
    task: () =>
      "Propose for each task a priority, an assignee, a due date and labels, with the reason in a few words, as a table; say which look like duplicates. Change nothing yet: when the person has agreed, one call of update_tasks with changes does it all.",
  },
  {
    name: "plan",
    title: "Plan the week",
    description: "What to do this week, in which order, and who does it",
    arguments: [project, { name: "person", description: "Default: everybody", choice: "person" }],
    reads: ({ project, person }) => [
      ...peopleAndLabels(project),
      listTasks({ project, assignee: person, state: "open", sort: "due", limit: 100 }),
      listTasks({ project, assignee: person, blocked: true }),
    ],
    writes: "update_tasks",
    task: () =>
      "Plan this week: what is overdue or due, what sets others free, what nobody has taken; and say what does not fit. A list by day and person, every task with its key. Change nothing yet: when the person has agreed, one call of update_tasks with changes sets dates and assignees.",
  },
  {
    name: "weekly_report",
    title: "Weekly report",
    description: "What a week brought, for people who were not there",
    arguments: [
      project,
      {
        name: "since",
        description: "First day, such as monday or 2026-03-02; default: 7 days ago",
      },
    ],
    reads: ({ project, since = "-7d" }) => [
      { tool: "list_activity", args: { project, since, limit: 100 } },
      listTasks({ project, due: "overdue" }),
      listTasks({ project, blocked: true }),
      listTasks({ project, state: "open", due_from: "today", due_until: "+7d", sort: "due" }),
    ],
    task: () =>
      "Write the report of this time: what was finished, what was begun, what is late or blocked and by what, what comes next. Whole sentences for people who were not there, numbers where they help, every task with its key.",
  },
  {
    name: "break_down",
    title: "Break down a task",
    description: "Split a task into subtasks that one person can finish",
    arguments: [
      { name: "task", description: "Key such as WEB-12", required: true, choice: "task" },
    ],
    reads: ({ task }) => [{ tool: "get_task", args: { task } }],
    writes: "create_tasks",
    task: ({ task = "" }) =>
      `Split ${quote(task)} into three to eight subtasks that one person finishes in a day or two, each with a title that says when it is done, in the order in which they are done. Create nothing yet: when the person has agreed, one call of create_tasks with the project of the task, parent ${quote(task)} in each item, and blocked_by "#1" where one waits for another item of the call.`,
  },
];

function listTasks(args: PromptCall["args"]): PromptCall {
  return { tool: "list_tasks", args };
}

/** Who is there, with how many open tasks, and which labels there are: of one project only. */
function peopleAndLabels(project: string | undefined): PromptCall[] {
  return project === undefined ? [] : [{ tool: "get_project", args: { project } }];
}

/** The tools without which a prompt is of no use. */
export function toolsOf({ reads, writes }: Prompt): string[] {
  const tools = reads({ project: "any" }).map(({ tool }) => tool);
  return writes === undefined ? tools : [...tools, writes];
}

/** What the model is told. */
export function render({ reads, task }: Prompt, given: Given): string {
  const calls = reads(given).map(({ tool, args, note }) => {
    const shown = Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    return `- ${tool} with ${shown.join(", ")}${note === undefined ? "" : ` (${note})`}`;
  });
  return [task(given), "", "Read first, all at once:", ...calls].join("\n");
}

function quote(text: string): string {
  return JSON.stringify(text);
}
