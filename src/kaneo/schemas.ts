/** What Kaneo answers, as far as we use it. Unknown fields are ignored; `null` ends here. */
import { z } from "zod";
import { kaneoId, moment, optional, word } from "./answer-fields.ts";

/** `GET /api/auth/get-session`; null when the credential is dead. */
export const sessionSchema = z
  .object({
    user: z.object({ id: kaneoId, name: z.string(), email: word }),
    session: z.object({ expiresAt: moment }),
  })
  .nullable();

/** `GET /api/auth/organization/list`. */
export const workspaceSchema = z.object({
  id: kaneoId,
  name: z.string(),
  slug: word,
  description: optional(z.string()),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/** `GET /api/workspace/:id/members`; `id` is the user's. */
export const memberSchema = z.object({
  id: kaneoId,
  name: z.string(),
  email: word,
  role: word,
});
export type Member = z.infer<typeof memberSchema>;

/** A project without its tasks, as `POST` and `PUT /api/project` answer it. */
export const projectSchema = z.object({
  id: kaneoId,
  workspaceId: kaneoId,
  slug: word,
  name: z.string(),
  icon: optional(z.string()),
  description: optional(z.string()),
  isPublic: optional(z.boolean()),
  archivedAt: optional(moment),
  lastTaskNumber: optional(z.number()),
});

export type ProjectRow = z.infer<typeof projectSchema>;

/** `GET /api/project?workspaceId=`. */
export const listedProjectSchema = projectSchema.extend({
  statistics: z.object({
    /** Tasks of every status, archived ones too. */
    totalTasks: z.number(),
    completionPercentage: z.number(),
    dueDate: optional(moment),
  }),
});
export type Project = z.infer<typeof listedProjectSchema>;

/** `GET /api/column/:projectId`, in board order. */
export const columnSchema = z.object({
  id: kaneoId,
  name: z.string(),
  slug: word,
  isFinal: z.boolean(),
  icon: optional(z.string()),
  color: optional(z.string()),
});
export type Column = z.infer<typeof columnSchema>;

/** A workspace label (`taskId` absent) or a task's own copy of one. */
export const labelSchema = z.object({
  id: kaneoId,
  name: z.string(),
  color: z.string(),
  taskId: optional(kaneoId),
});
export type Label = z.infer<typeof labelSchema>;

/** The columns of the task table, which every route that answers a task gives. */
export const taskSchema = z.object({
  id: kaneoId,
  projectId: kaneoId,
  number: z.number(),
  title: z.string(),
  description: optional(z.string()),
  /** A column's slug, `planned` or `archived`. */
  status: word,
  priority: optional(word),
  startDate: optional(moment),
  dueDate: optional(moment),
  position: optional(z.number()),
  createdAt: moment,
  userId: optional(kaneoId),
  assigneeName: optional(z.string()),
});
export type TaskRow = z.infer<typeof taskSchema>;

/** A task in a list; only there Kaneo adds the labels. */
export const listedTaskSchema = taskSchema.extend({
  labels: z.array(z.object({ id: kaneoId, name: z.string(), color: z.string() })),
});
export type ListedTask = z.infer<typeof listedTaskSchema>;

/** `PUT /api/task/move/:id`. */
export const movedTaskSchema = z.object({ task: taskSchema });

/** `GET /api/task/tasks/:projectId`. A column's `id` is its slug here. */
export const boardSchema = z.object({
  data: z.object({
    columns: z.array(
      z.object({
        slug: word,
        name: z.string(),
        isFinal: z.boolean(),
        tasks: z.array(listedTaskSchema),
      }),
    ),
    plannedTasks: z.array(listedTaskSchema),
    archivedTasks: z.array(listedTaskSchema),
  }),
  pagination: z.object({ total: z.number() }),
});
export type Board = z.infer<typeof boardSchema>;

/** `GET /api/search`. */
export const searchSchema = z.object({
  results: z.array(
    z.object({
      id: kaneoId,
      type: word,
      title: z.string(),
      description: optional(z.string()),
      content: optional(z.string()),
      projectId: optional(kaneoId),
      projectName: optional(z.string()),
      projectSlug: optional(word),
      userName: optional(z.string()),
      createdAt: optional(moment),
      taskNumber: optional(z.number()),
      priority: optional(word),
      status: optional(word),
    }),
  ),
  totalCount: z.number(),
});
export type SearchResult = z.infer<typeof searchSchema>["results"][number];
