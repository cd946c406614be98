import { readFileSync } from "node:fs";
import { allTools, appTools } from "../../src/tools/index.ts";
import { created, createId, now, type SandboxData, type Task } from "../sandbox/data.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";
import { projectOf, taskOf } from "./scenario-state.ts";

/** The secrets that examples name. */
export const EXAMPLE_SECRETS = { KANEO_SECRET_HOOK: "https://hooks.example.org/in/s3cr3t-of-hook" };

/** Every tool: those that a client lists, and those that only the board's view calls. */
export const everyTool = [...allTools, ...appTools];

/** Ids of the demo that have no human name: alice's own, as far as somebody owns them. */
export interface DemoIds {
  comment: string;
  /** A time entry that is still running. */
  entry: string;
  notification: string;
  /** To alice; undefined until {@link addWhatExamplesNeed}. */
  invitation: string | undefined;
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
    invitation: data.auth.invitation.find(({ email }) => email === people.alice.email)?.id,
  };
}

/** For every tool, by name, the arguments of a call by alice that does all that it can in a fresh demo. */
export function examplesFor(sandbox: Sandbox): Record<string, Record<string, unknown>> {
  const { comment, entry, notification, invitation } = demoIds(sandbox);
  const card = [...sandbox.data.tasks.values()].find(({ status }) => status === "to-do");
  const { id: task_id, projectId: project_id } = card ?? {};
  const ids: Record<string, Record<string, unknown>> = {
    edit_comment: { comment },
    delete_comment: { comment },
    update_time_entry: { entry },
    mark_notifications_read: { notifications: [notification] },
    answer_invitation: { invitation },
    board_data: { project_id },
    board_card: { task_id },
    board_move: { task_id, expected_column: card?.status, expected_position: card?.position },
    board_edit: { task_id },
    board_create: { project_id },
    board_comment: { task_id },
  };
  return Object.fromEntries(
    everyTool.map(({ name, example }) => [name, { ...ids[name], ...example }]),
  );
}

/** Adds to the demo what some examples delete or answer: a column without tasks, a workflow rule, invitations, integrations, a picture. */
export function addWhatExamplesNeed(data: SandboxData): void {
  const { columns, workflowRules } = data;
  const project = projectOf({ data }, "WEB");
  const column = [...columns.values()].find(({ projectId }) => projectId === project.id);
  if (!column) throw new Error("WEB has no columns.");
  const [columnId, ruleId] = [createId(), createId()];
  addPicture(data, taskOf({ data }, "WEB-9"), readFileSync(PICTURE));
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
  addInvitations(data);
  const integration = { projectId: project.id, isActive: true, ...created() };
  const configs = {
    discord: { webhookUrl: "https://discord.com/api/webhooks/1/s3cr3t-of-discord", events: {} },
    gitea: { baseUrl: "https://gitea.example.org", accessToken: "s3cr3t-of-gitea", ...REPOSITORY },
  };
  for (const [type, config] of Object.entries(configs)) {
    const id = createId();
    data.integrations.set(id, { id, type, config, ...integration });
  }
}

const REPOSITORY = { repositoryOwner: "acme", repositoryName: "shop" };

/** Eve is invited to Acme, and alice to a workspace of bob's. */
function addInvitations({ auth, users, workspaces, members }: SandboxData): void {
  const acme = workspaces.find(({ slug }) => slug === "acme");
  const idOf = (start: string) => users.find(({ email }) => email.startsWith(start))?.id ?? "";
  if (!acme) throw new Error("The demo has no Acme.");
  const guild = { ...acme, id: createId(), name: "Guild", slug: "guild" };
  workspaces.push(guild);
  members.push({ id: createId(), organizationId: guild.id, userId: idOf("bob"), role: "owner" });
  const at = new Date();
  const day = new Date(at.getTime() + 86_400_000);
  const open = { role: "member", teamId: null, status: "pending", createdAt: at, expiresAt: day };
  const toEve = { organizationId: acme.id, email: "eve@example.com", inviterId: idOf("alice") };
  const toAlice = { organizationId: guild.id, email: "alice@example.com", inviterId: idOf("bob") };
  auth.invitation.push({ id: createId(), ...open, ...toEve });
  auth.invitation.push({ id: createId(), ...open, ...toAlice });
}

const PICTURE = new URL("../../assets/icon.png", import.meta.url);

/** Stores a picture and shows it at the end of a task's description. */
export function addPicture(data: SandboxData, task: Task, bytes: Buffer): void {
  const id = createId();
  const workspaceId = data.projects.get(task.projectId)?.workspaceId ?? "";
  const contentType = "image/png";
  data.storage?.objects.set(id, { bytes, contentType });
  data.assets.set(id, {
    id,
    workspaceId,
    taskId: task.id,
    objectKey: id,
    filename: "icon.png",
    mimeType: contentType,
    size: bytes.length,
    surface: "description",
    createdBy: "",
    createdAt: now(),
  });
  task.description += `\n\n![icon](${data.origin}/api/asset/${id})`;
}
