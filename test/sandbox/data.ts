/** What the embedded Kaneo keeps: plain rows in plain maps, in the columns of the real tables. */
import type { AuthTables, MemberRow, UserRow, WorkspaceRow } from "./auth-tables.ts";
import type { Storage } from "./storage.ts";

/** What most rows have. Times are ISO text, as they leave in answers. */
interface KeptRow {
  id: string;
  createdAt: string;
  updatedAt: string;
}

export interface Project {
  id: string;
  workspaceId: string;
  slug: string;
  icon: string | null;
  name: string;
  description: string | null;
  createdAt: string;
  isPublic: boolean;
  archivedAt: string | null;
  lastTaskNumber: number;
  position: number;
}
export interface Column extends KeptRow {
  projectId: string;
  name: string;
  slug: string;
  position: number;
  icon: string | null;
  color: string | null;
  isFinal: boolean;
}
export interface Task extends KeptRow {
  projectId: string;
  position: number;
  number: number;
  userId: string | null;
  title: string;
  description: string;
  status: string;
  columnId: string | null;
  /** Null before 2.19, of a task that an issue's webhook made (issue-opened.ts). */
  priority: string | null;
  startDate: string | null;
  dueDate: string | null;
}
/** A workspace label (taskId null) or the copy of one on a task. */
export interface Label extends KeptRow {
  name: string;
  color: string;
  taskId: string | null;
  workspaceId: string;
}
/** Comments are activities of the type "comment". */
export interface Activity extends KeptRow {
  taskId: string;
  type: string;
  userId: string;
  content: string | null;
  eventData: Record<string, unknown> | null;
  externalUserName: null;
  externalUserAvatar: null;
  externalSource: null;
  externalUrl: null;
}
export interface TimeEntry extends KeptRow {
  taskId: string;
  userId: string;
  description: string;
  startTime: string;
  endTime: string | null;
  /** Seconds. */
  duration: number | null;
}
export interface Relation {
  id: string;
  sourceTaskId: string;
  targetTaskId: string;
  relationType: string;
  createdAt: string;
}
interface ExternalLink extends KeptRow {
  taskId: string;
  integrationId: string;
  resourceType: string;
  externalId: string;
  url: string;
  title: string | null;
  metadata: Record<string, unknown> | null;
}
interface WorkflowRule extends KeptRow {
  projectId: string;
  integrationType: string;
  eventType: string;
  columnId: string;
}
/** A picture or other file of a task; its bytes are in the storage. */
export interface Asset {
  id: string;
  workspaceId: string;
  taskId: string;
  objectKey: string;
  filename: string;
  mimeType: string;
  size: number;
  surface: string;
  createdBy: string;
  createdAt: string;
}
export interface Integration extends KeptRow {
  projectId: string;
  /** `github`, `gitea`, `discord`, `slack`, `telegram` or `generic-webhook`. */
  type: string;
  /** With its secrets, as Kaneo keeps it. */
  config: Record<string, unknown>;
  isActive: boolean;
}
interface PreferenceRule {
  id: string;
  workspaceId: string;
  isActive: boolean;
  emailEnabled: boolean;
  ntfyEnabled: boolean;
  gotifyEnabled: boolean;
  webhookEnabled: boolean;
  projectMode: string;
  selectedProjectIds: string[];
}
/** How somebody is notified, with the secrets of the channels. */
export interface Preference {
  emailEnabled: boolean;
  ntfyEnabled: boolean;
  ntfyServerUrl: string | null;
  ntfyTopic: string | null;
  ntfyToken: string | null;
  gotifyEnabled: boolean;
  gotifyServerUrl: string | null;
  gotifyToken: string | null;
  webhookEnabled: boolean;
  webhookUrl: string | null;
  webhookSecret: string | null;
  taskAssignmentEnabled: boolean;
  taskCommentEnabled: boolean;
  taskStatusChangeEnabled: boolean;
  dueDateReminderEnabled: boolean;
  dueDateReminderLeadTimeMinutes: number;
  rules: PreferenceRule[];
  createdAt: string;
  updatedAt: string;
}
export interface Notification extends KeptRow {
  userId: string;
  title: string | null;
  content: string | null;
  type: string;
  eventData: Record<string, unknown> | null;
  isRead: boolean;
  resourceId: string | null;
  resourceType: string | null;
}

/** The live data. Tests read it to see what a call really did; changing it changes the server. */
export interface SandboxData {
  readonly auth: AuthTables;
  readonly users: UserRow[];
  readonly workspaces: WorkspaceRow[];
  readonly members: MemberRow[];
  readonly projects: Map<string, Project>;
  readonly columns: Map<string, Column>;
  readonly tasks: Map<string, Task>;
  readonly labels: Map<string, Label>;
  readonly activities: Map<string, Activity>;
  readonly timeEntries: Map<string, TimeEntry>;
  readonly relations: Map<string, Relation>;
  readonly externalLinks: Map<string, ExternalLink>;
  readonly workflowRules: Map<string, WorkflowRule>;
  readonly notifications: Map<string, Notification>;
  readonly assets: Map<string, Asset>;
  /** Undefined for an instance without one. */
  storage: Storage | undefined;
  /** Where Kaneo takes itself to be. */
  origin: string;
  readonly integrations: Map<string, Integration>;
  /** By the id of the user. */
  readonly preferences: Map<string, Preference>;
  /** What the instance may do at GitHub: its app's name, undefined without one, and the repositories that it is installed on. */
  readonly github: { appName: string | undefined; repositories: string[] };
  /** The comments among the activities, oldest first. */
  comments(): Activity[];
}

/** Empty tables around the ones that better-auth works on. */
export function createData(auth: AuthTables): SandboxData {
  const activities = new Map<string, Activity>();
  return {
    auth,
    // better-auth replaces its arrays when rows are deleted, so these are looked up anew each time.
    get users() {
      return auth.user;
    },
    get workspaces() {
      return auth.organization;
    },
    get members() {
      return auth.member;
    },
    projects: new Map(),
    columns: new Map(),
    tasks: new Map(),
    labels: new Map(),
    activities,
    timeEntries: new Map(),
    relations: new Map(),
    externalLinks: new Map(),
    workflowRules: new Map(),
    notifications: new Map(),
    assets: new Map(),
    storage: undefined,
    origin: "",
    integrations: new Map(),
    preferences: new Map(),
    github: { appName: undefined, repositories: [] },
    comments: () => [...activities.values()].filter(({ type }) => type === "comment"),
  };
}

const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** An id in the form of Kaneo's own: 24 characters, a letter first. */
export function createId(): string {
  // No secret: what is random enough for one takes longer than to make the rest of most rows.
  let id = pick(26);
  while (id.length < 24) id += pick(36);
  return id;
}

function pick(letters: number): string {
  return ID_ALPHABET.charAt(Math.random() * letters);
}

/** The current time as answers show it. */
export function now(): string {
  return new Date().toISOString();
}

/** createdAt and updatedAt of a new row. */
export function created(): Pick<KeptRow, "createdAt" | "updatedAt"> {
  const at = now();
  return { createdAt: at, updatedAt: at };
}

/** The rows of `rows` that fit, in the order of their creation. */
export function where<Row>(rows: Map<string, Row>, fits: (row: Row) => boolean): Row[] {
  return [...rows.values()].filter(fits);
}

/** The project's columns from left to right; of two at one position the last changed comes first. */
export function columnsOf(data: SandboxData, projectId: string): Column[] {
  return where(data.columns, (column) => column.projectId === projectId).sort(
    (a, b) => a.position - b.position || Date.parse(b.updatedAt) - Date.parse(a.updatedAt),
  );
}

export function userName(data: SandboxData, userId: string | null): string | null {
  return data.users.find(({ id }) => id === userId)?.name ?? null;
}

/** The workspace of a task's project; undefined when the task does not exist. */
export function workspaceOfTask(data: SandboxData, taskId: string): string | undefined {
  const task = data.tasks.get(taskId);
  return task && data.projects.get(task.projectId)?.workspaceId;
}
