/** Which workspace a request is about, and what its user may do there. */
import type { MemberRow } from "./auth-tables.ts";
import type { SandboxData } from "./data.ts";
import { workspaceOfTask } from "./data.ts";
import { Refusal } from "./refusal.ts";
import { owner } from "./roles.ts";

export type Permissions = Readonly<Record<string, readonly string[]>>;

/** Who sends a request; `scope` is what their API key is limited to, undefined without a limit. */
export interface Caller {
  readonly userId: string;
  readonly email: string | undefined;
  readonly scope: Permissions | undefined;
}

/** Who is not told of what they did: a person, in one window where they name it. */
export function initiatorOf({ userId }: Caller, windowId: string | null): string {
  return windowId ? `${userId}:${windowId}` : userId;
}

/** What a route looks up to learn the workspace. */
type Resource = "project" | "task" | "label" | "timeEntry" | "comment" | "column" | "workflowRule";

/** Names where a route finds its workspace: looked up by an id in the path or body, or stated. */
export type Access =
  | { readonly from: "query" | "body" | "path" }
  | { readonly from: Resource; readonly key: string }
  | { readonly from: "tasks" };

export interface Located {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** @throws Refusal 400 when the request does not lead to a workspace: Kaneo's answer to unknown ids. */
export function findWorkspace(data: SandboxData, access: Access, request: Located): string {
  const workspaceId = locate(data, access, request);
  if (workspaceId) return workspaceId;
  throw new Refusal(400, "Workspace ID could not be determined");
}

function locate(data: SandboxData, access: Access, request: Located): string | undefined {
  switch (access.from) {
    case "query":
      return request.query["workspaceId"];
    case "body":
      return textIn(request.body, "workspaceId");
    case "path":
      return request.params["workspaceId"];
    case "tasks":
      return workspaceOfTasks(data, request.body);
    default: {
      const id = request.params[access.key] ?? textIn(request.body, access.key);
      const found = id === undefined ? undefined : workspaceOf(data, access.from, id);
      // Kaneo workspace-access-middleware.ts: all but projects fall back to the query.
      return found ?? (access.from === "project" ? undefined : request.query["workspaceId"]);
    }
  }
}

function workspaceOf(data: SandboxData, resource: Resource, id: string): string | undefined {
  const ofProject = (projectId: string | undefined) =>
    projectId === undefined ? undefined : data.projects.get(projectId)?.workspaceId;
  const ofTask = (taskId: string | undefined) =>
    taskId === undefined ? undefined : workspaceOfTask(data, taskId);
  switch (resource) {
    case "project":
      return ofProject(id);
    case "task":
      return ofTask(id);
    case "label":
      return data.labels.get(id)?.workspaceId;
    case "timeEntry":
      return ofTask(data.timeEntries.get(id)?.taskId);
    case "comment": {
      const { type, taskId } = data.activities.get(id) ?? {};
      return type === "comment" ? ofTask(taskId) : undefined;
    }
    case "column":
      return ofProject(data.columns.get(id)?.projectId);
    case "workflowRule":
      return ofProject(data.workflowRules.get(id)?.projectId);
  }
}

function workspaceOfTasks(data: SandboxData, body: unknown): string | undefined {
  const ids = typeof body === "object" && body !== null && "taskIds" in body ? body.taskIds : [];
  if (!Array.isArray(ids)) return undefined;
  const found = ids.map((id) => workspaceOfTask(data, String(id))).filter((id) => id !== undefined);
  const workspaces = new Set(found);
  if (workspaces.size === 0) throw new Refusal(404, "No tasks found");
  if (workspaces.size > 1) throw new Refusal(400, "All tasks must belong to the same workspace");
  return found[0];
}

function textIn(body: unknown, key: string): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const value: unknown = Reflect.get(body, key);
  return typeof value === "string" ? value : undefined;
}

export function membership(
  data: SandboxData,
  workspaceId: string,
  userId: string,
): MemberRow | undefined {
  return data.members.find(
    (member) => member.organizationId === workspaceId && member.userId === userId,
  );
}

export function isInstanceAdmin(data: SandboxData, userId: string): boolean {
  return data.users.some(({ id, role }) => id === userId && role === "admin");
}

/** @throws Refusal 403 for people outside the workspace, whether it exists or not. */
export function requireMember(data: SandboxData, workspaceId: string, userId: string): void {
  if (isInstanceAdmin(data, userId) || membership(data, workspaceId, userId)) return;
  throw new Refusal(403, "You don't have access to this workspace");
}

/** @throws Refusal 403 when the key's scope or the member's role does not include `needs`. */
export function requirePermission(
  data: SandboxData,
  caller: Caller,
  { workspaceId, needs }: { workspaceId: string; needs: Permissions },
): void {
  if (caller.scope && !includes(caller.scope, needs)) {
    throw new Refusal(403, "Insufficient API key scope");
  }
  if (isInstanceAdmin(data, caller.userId)) return;
  const role = membership(data, workspaceId, caller.userId)?.role;
  if (role !== undefined && includes(permissionsOf(data, workspaceId, role), needs)) return;
  throw new Refusal(403, "Insufficient permissions");
}

function permissionsOf(data: SandboxData, workspaceId: string, role: string): Permissions {
  if (role === "owner") return owner.statements;
  const row = data.auth.organizationRole.find(
    (candidate) => candidate.organizationId === workspaceId && candidate.role === role,
  );
  // The column holds JSON in this form, written by better-auth.
  return row ? (JSON.parse(row.permission) as Permissions) : {};
}

function includes(granted: Permissions, needs: Permissions): boolean {
  return Object.entries(needs).every(([resource, actions]) =>
    actions.every((action) => granted[resource]?.includes(action)),
  );
}
