/** What a client can attach to a conversation by its address: the tools' own text about a project, a board, a task. */

/** What an argument or a part of an address names. */
export type Choice = "project" | "person" | "task";

/** A kind of resource. */
export interface Resource {
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  choice: Choice;
  /** The tool whose text it is; where there is no such tool, there is no such resource. */
  tool: string;
  /** The arguments of the tool for what the address names. */
  argumentsFor(name: string): Record<string, unknown>;
}

/** Of every resource: each is the text of a tool. */
export const MIME_TYPE = "text/plain";

/** Every kind of resource; an address is told by the first whose template it fits. */
export const resources: readonly Resource[] = [
  {
    uriTemplate: "kaneo://project/{slug}",
    name: "project",
    title: "Project",
    description: "Columns with counts, labels, members, workflow rules and description",
    choice: "project",
    tool: "get_project",
    argumentsFor: (project) => ({ project }),
  },
  {
    uriTemplate: "kaneo://project/{slug}/board",
    name: "board",
    title: "Board",
    description: "Every column with its tasks, of many the first ones",
    choice: "project",
    tool: "show_board",
    argumentsFor: (project) => ({ project }),
  },
  {
    uriTemplate: "kaneo://task/{key}",
    name: "task",
    title: "Task",
    description: "All fields, description, relations and the last comments",
    choice: "task",
    tool: "get_task",
    argumentsFor: (task) => ({ task: [task] }),
  },
];
