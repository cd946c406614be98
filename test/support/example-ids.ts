import { allTools } from "../../src/tools/index.ts";
import { created, createId, type SandboxData } from "../sandbox/data.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";

/** Ids of the demo that have no human name: alice's own, as far as somebody owns them. */
export interface DemoIds {
  comment: string;
  /** A time entry that is still running. */
  entry: string;
  notification: string;
}

export function demoIds({ data, people }: Sandbox): DemoIds {
  const { id: alice } = people.alice;
  const first = <Row extends { id: string }>(rows: Iterable<Row>, fits: (row: Row) => boolean) => {
    const found = [...rows].find(fits);
    if (found === undefined) throw new Error("The demo has too little of alice's.");
    return found.id;
  };
  return {
    comment: first(data.comments(), ({ userId }) => userId === alice),
    entry: first(data.timeEntries.values(), ({ endTime }) => endTime === null),
    notification: first(data.notifications.values(), ({ userId }) => userId === alice),
  };
}

/** For every tool, by name, the arguments of a call by alice that does all that it can in a fresh demo. */
export function examplesFor(sandbox: Sandbox): Record<string, Record<string, unknown>> {
  const { comment, entry, notification } = demoIds(sandbox);
  const ids: Record<string, Record<string, unknown>> = {
    edit_comment: { comment },
    delete_comment: { comment },
    update_time_entry: { entry },
    mark_notifications_read: { notifications: [notification] },
  };
  return Object.fromEntries(
    allTools.map(({ name, example }) => [name, { ...ids[name], ...example }]),
  );
}

/** Adds to the demo a column without tasks and a workflow rule, which some examples delete. */
export function addWhatExamplesNeed({ projects, columns, workflowRules }: SandboxData): void {
  const project = [...projects.values()].find(({ slug }) => slug === "WEB");
  const column = [...columns.values()].find(({ projectId }) => projectId === project?.id);
  if (!project || !column) throw new Error("The demo has no board WEB.");
  const [columnId, ruleId] = [createId(), createId()];
  const empty = { name: "Empty", slug: "empty", position: 9, isFinal: false };
  columns.set(columnId, { ...column, ...empty, id: columnId });
  workflowRules.set(ruleId, {
    id: ruleId,
    projectId: project.id,
    columnId: column.id,
    integrationType: "github",
    eventType: "pr_merged",
    ...created(),
  });
}
