/** What Kaneo tells those who listen, after a request that changed something (Kaneo apps/api/src/ws/index.ts). */
import type { SandboxData } from "./data.ts";

export interface Announcement {
  type: string;
  projectId: string;
  /** "" for a whole project. */
  taskId: string;
  sourceTaskId?: string;
  targetTaskId?: string;
}

/** A request as it went through, with what was answered. */
interface Written {
  method: string;
  path: string;
  body: unknown;
  result: unknown;
}

type Fields = Record<string, unknown>;

/**
 * Looks at a request before it is carried out, since a deleted task is in no project afterwards. The function that it gives
 * tells what is to be announced when it was.
 */
export function watchRequest(
  data: SandboxData,
  { method, path, body }: Omit<Written, "result">,
): (result: unknown) => Announcement[] {
  const isGoing = method === "DELETE" || path === "/api/task/bulk";
  const before = new Map(isGoing ? data.tasks : []);
  if (method === "GET" || method === "HEAD") return () => [];
  return (result) => {
    const about: About = (type, taskId, others = {}) => {
      const id = String(taskId);
      const task = data.tasks.get(id) ?? before.get(id);
      return task === undefined ? [] : [{ type, projectId: task.projectId, taskId: id, ...others }];
    };
    return announcementsOf({ method, path, body, result }, about);
  };
}

type About = (type: string, taskId: unknown, others?: object) => Announcement[];

function announcementsOf({ method, path, body, result }: Written, about: About): Announcement[] {
  const [, , room = "", ...rest] = path.split("/");
  const answered = fieldsOf(result);
  const sent = fieldsOf(body);
  switch (room) {
    case "task":
      return ofTask({ method, rest, sent, answered }, about);
    case "comment":
      return about("COMMENT_UPDATED", answered["taskId"]);
    case "label":
      return about("TASK_LABEL_UPDATED", answered["taskId"] ?? sent["taskId"]);
    case "task-relation": {
      const { sourceTaskId, targetTaskId } = answered;
      return about("TASK_RELATION_UPDATED", sourceTaskId, { sourceTaskId, targetTaskId });
    }
    default:
      return [];
  }
}

interface TaskRequest {
  method: string;
  /** Of the path, behind `/api/task/`. */
  rest: string[];
  sent: Fields;
  answered: Fields;
}

function ofTask({ method, rest, sent, answered }: TaskRequest, about: About): Announcement[] {
  const [first] = rest;
  if (first === "bulk") return ofBulk(sent, about);
  if (first === "move") return ofMove(answered);
  if (method === "POST" && rest.length === 1) return about("TASK_CREATED", answered["id"]);
  const { id } = answered;
  if (method === "DELETE") return about("TASK_DELETED", id);
  const updated = about("TASK_UPDATED", id);
  const isStatus = first === "status" || (rest.length === 1 && method === "PUT");
  return isStatus ? [...updated, ...updated.map(refresh)] : updated;
}

/** Blockers of other tasks may be done now: a whole project is told to look again. */
function refresh({ projectId }: Announcement): Announcement {
  return { type: "TASK_RELATION_UPDATED", projectId, taskId: "" };
}

const BULK_TYPES: Record<string, string> = {
  delete: "TASK_DELETED",
  addLabel: "TASK_LABEL_UPDATED",
  removeLabel: "TASK_LABEL_UPDATED",
};

function ofBulk({ taskIds, operation }: Fields, about: About): Announcement[] {
  const type = BULK_TYPES[String(operation)] ?? "TASK_UPDATED";
  return Array.isArray(taskIds) ? taskIds.flatMap((id) => about(type, id)) : [];
}

function ofMove({ task, sourceProjectId, destinationProjectId }: Fields): Announcement[] {
  const taskId = String(fieldsOf(task)["id"]);
  return [destinationProjectId, sourceProjectId].map((projectId) => {
    return { type: "TASK_MOVED", projectId: String(projectId), taskId };
  });
}

function fieldsOf(value: unknown): Fields {
  // Whatever else it is has no fields.
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
