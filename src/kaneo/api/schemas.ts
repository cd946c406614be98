/**
 * What Kaneo answers, as far as we use it, and the lists of it that names are looked up in. Unknown fields are ignored;
 * `null` ends here. Each schema is made once: to make one takes longer than to use it.
 */
import { z } from "zod";
import { endpoint, ID, type KeptList, withQuery } from "./kaneo.ts";

/** An id, such as paths take. */
export const kaneoId = z.string().regex(ID);

/** ISO 8601. */
export const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/)
  .refine((text) => !Number.isNaN(Date.parse(text)));

/** A field that Kaneo may leave out or give as null. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

// Nearly no word is, and to test is cheaper than to replace: a list has thousands of words.
const DISTURBING = /[\s\p{Cc}\u202A-\u202E\u2066-\u2069]+/u;

/** More than any of them has: a failure that names some stays one that is read. */
const LONGEST_WORD = 1_000;

/** A word that stands between ours, such as a slug: it must not start a line or turn the rest of one around, or hide it. */
export const word = z.string().transform((text) => {
  const start = text.slice(0, LONGEST_WORD);
  return DISTURBING.test(start) ? start.split(DISTURBING).join(" ") : start;
});

/** A count, or a number that people read, such as a task's. */
export const whole = z.int().min(0).max(1_000_000_000);

/**
 * A list of at most so many, checked element by element up to the first wrong one. `z.array` would collect the faults of
 * all: 400,000 wrong elements, 3 kB of gzip, took it 15 s and 2 GB.
 */
export function list<T extends z.ZodType>(element: T, most = Number.POSITIVE_INFINITY) {
  return z
    .custom<unknown[]>((value) => Array.isArray(value) && value.length <= most, "Expected a list")
    .transform((items, context): z.output<T>[] => {
      // In place, so that what an element was before can go as soon as it is checked: of a long list both take 100 MiB.
      for (const [index, item] of items.entries()) {
        const { data, error } = element.safeParse(item);
        if (error) {
          const [first] = error.issues;
          const path = [index, ...(first?.path ?? [])];
          context.addIssue({ code: "custom", path, message: first?.message ?? "Wrong" });
          return z.NEVER;
        }
        items[index] = data;
      }
      // Each of them came out of the schema.
      return items as z.output<T>[];
    });
}

const sessionSchema = z
  .object({
    user: z.object({ id: kaneoId, name: z.string(), email: word }),
    session: z.object({ expiresAt: moment }),
  })
  .nullable();

/** Who the credential belongs to; null when it is dead. */
export const currentSession: KeptList<z.infer<typeof sessionSchema>> = {
  endpoint: endpoint`/api/auth/get-session`,
  schema: sessionSchema,
};

export const workspaceSchema = z.object({
  id: kaneoId,
  name: z.string(),
  slug: word,
  description: optional(z.string()),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/**
 * More workspaces than anybody has, and more columns. Many calls ask for something of each workspace, and look for the column
 * of each task: with 24,000 of the one, or 20,000 of both, that took a minute.
 */
const MOST = 1_000;

/** The workspaces of the account. */
export const workspaces: KeptList<Workspace[]> = {
  endpoint: endpoint`/api/auth/organization/list`,
  schema: list(workspaceSchema, MOST),
};

/** `id` is the user's. */
export const memberSchema = z.object({
  id: kaneoId,
  name: z.string(),
  email: word,
  role: word,
});
export type Member = z.infer<typeof memberSchema>;
const memberList = list(memberSchema);

/** The people of a workspace. */
export function membersOf(workspaceId: string): KeptList<Member[]> {
  return { endpoint: endpoint`/api/workspace/${workspaceId}/members`, schema: memberList };
}

/** What routes answer that have nothing to show. */
export const doneSchema = z.object({ success: z.boolean() });

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
  lastTaskNumber: optional(whole),
});

export type ProjectRow = z.infer<typeof projectSchema>;

const listedProjectSchema = projectSchema.extend({
  createdAt: optional(moment),
  position: optional(whole),
  statistics: z.object({
    /** Tasks of every status, archived ones too. */
    totalTasks: whole,
    completionPercentage: z.number().min(0).max(100),
  }),
});
export type Project = z.infer<typeof listedProjectSchema>;
const projectList = list(listedProjectSchema).transform((projects) => {
  if (projects.some(({ position }) => position !== undefined)) return projects;
  // Before 2.16, projects have no order: with each task that is made, its project goes to another place (get-projects.ts).
  const madeAt = ({ createdAt = "" }: Project) => Date.parse(createdAt) || 0;
  return projects.sort((one, other) => madeAt(one) - madeAt(other));
});

/** Every project of a workspace, archived ones too, in the order of the sidebar, or, before 2.16, the oldest first. */
export function projectsOf(workspaceId: string): KeptList<Project[]> {
  const query = { workspaceId, includeArchived: true };
  return { endpoint: withQuery(endpoint`/api/project`, query), schema: projectList };
}

export const columnSchema = z.object({
  id: kaneoId,
  name: z.string(),
  slug: word,
  isFinal: z.boolean(),
  icon: optional(z.string()),
  color: optional(z.string()),
});
export type Column = z.infer<typeof columnSchema>;
export const columnListSchema = list(columnSchema, MOST);

/** A project's columns in board order, without `planned` and `archived`. */
export function columnsOf(projectId: string): KeptList<Column[]> {
  return { endpoint: endpoint`/api/column/${projectId}`, schema: columnListSchema };
}

/** A workspace label (`taskId` absent) or a task's own copy of one. */
export const labelSchema = z.object({
  id: kaneoId,
  name: z.string(),
  color: z.string(),
  taskId: optional(kaneoId),
});
export type Label = z.infer<typeof labelSchema>;
export const labelListSchema = list(labelSchema);
const ownLabelList = labelListSchema.transform((labels) =>
  labels.filter((label) => label.taskId === undefined),
);

/** A workspace's own labels; the answer also holds every task's copies (docs/kaneo.md, "Labels"). */
export function labelsOf(workspaceId: string): KeptList<Label[]> {
  return { endpoint: endpoint`/api/label/workspace/${workspaceId}`, schema: ownLabelList };
}

/** The columns of the task table, which every route that answers a task gives. */
export const taskSchema = z.object({
  id: kaneoId,
  projectId: kaneoId,
  number: whole,
  title: z.string(),
  description: optional(z.string()),
  /** A column's slug, `planned` or `archived`. */
  status: word,
  priority: optional(word),
  startDate: optional(moment),
  dueDate: optional(moment),
  position: optional(z.int().min(-1_000_000_000).max(1_000_000_000)),
  createdAt: moment,
  /** In the answers of writes. */
  updatedAt: optional(moment),
  userId: optional(kaneoId),
  assigneeName: optional(z.string()),
});
export type TaskRow = z.infer<typeof taskSchema>;

/** A task in a list; only there Kaneo adds the labels. */
export const listedTaskSchema = taskSchema.extend({
  labels: list(z.object({ id: kaneoId, name: z.string(), color: z.string() })),
  externalLinks: optional(list(z.object({ url: z.string() }))),
});
export type ListedTask = z.infer<typeof listedTaskSchema>;

/** `PUT /api/task/move/:id`. */
export const movedTaskSchema = z.object({ task: taskSchema });

/** `GET /api/task/tasks/:projectId`: columns in board order, tasks in none. A column's `id` is its slug here. */
export const boardSchema = boardSchemaOf(listedTaskSchema);

/** The same without descriptions, which are most of what tasks weigh. */
export const lightBoardSchema = boardSchemaOf(
  listedTaskSchema.extend({ description: optional(z.unknown()).transform(() => undefined) }),
);

function boardSchemaOf<T extends z.ZodType>(task: T) {
  const tasks = list(task);
  const column = z.object({ slug: word, name: z.string(), isFinal: z.boolean(), tasks });
  return z
    .object({
      data: z.object({
        slug: word,
        columns: list(column, MOST),
        plannedTasks: tasks,
        archivedTasks: tasks,
      }),
      pagination: z.object({ total: whole }),
    })
    .transform(
      ({ data: { slug, columns, plannedTasks, archivedTasks }, pagination: { total } }) => ({
        /** The project's as it is now, which {@link projectsOf} may not be yet. */
        slug,
        columns: columns.map(({ tasks: _, ...column }) => column),
        rows: [...columns.flatMap((one) => one.tasks), ...plannedTasks, ...archivedTasks],
        /** Of those that match, on all pages. */
        total,
      }),
    );
}
export type Board = z.infer<typeof boardSchema>;
