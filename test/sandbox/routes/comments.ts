/** /api/comment and /api/activity: comments are activities of one type. */
import { type Activity, now, type SandboxData, userName, where } from "../data.ts";
import { addActivity, notifyAbout } from "../events.ts";
import { Refusal, requireRow } from "../refusal.ts";
import { type Call, route } from "../router.ts";
import { text } from "../shape.ts";

const ofTask = { from: "task", key: "taskId" } as const;
const ofComment = { from: "comment", key: "id" } as const;
const needs = { task: ["update"] };
const body = { content: text({ atLeast: 1 }) };

const list = route({
  method: "GET",
  path: "/api/comment/:taskId",
  access: ofTask,
  run: ({ data, param }) => {
    const onTask = data.comments().filter(({ taskId }) => taskId === param("taskId"));
    return onTask.flatMap(({ id, taskId, userId, content, createdAt, updatedAt }) => {
      const user = data.users.find((one) => one.id === userId);
      if (user === undefined) return [];
      const { name, image } = user;
      return [{ id, taskId, userId, content, createdAt, updatedAt, user: { name, image } }];
    });
  },
});

const create = route({
  method: "POST",
  path: "/api/comment/:taskId",
  body,
  access: ofTask,
  needs,
  run: ({ data, caller, param, body: { content } }) => {
    const taskId = param("taskId");
    const task = requireRow(data.tasks, taskId, "Task");
    const { userId } = caller;
    const mentioned = mentionsIn(content).filter((id) => id !== userId);
    for (const id of mentioned) {
      const details = { mentionerName: userName(data, userId) };
      notifyAbout(data, task, { userId: id, type: "task_mention", details });
    }
    if (task.userId && task.userId !== userId && !mentioned.includes(task.userId)) {
      const details = {
        commenterName: userName(data, userId),
        commentPreview: content.slice(0, 160),
      };
      notifyAbout(data, task, { userId: task.userId, type: "task_comment", details });
    }
    return addActivity(data, { taskId, userId, type: "comment", content });
  },
});

/** Kaneo parse-mentions.ts: nothing but the editor's tag is a mention. */
function mentionsIn(content: string): string[] {
  return [
    ...new Set(
      [...content.matchAll(/<kaneo-mention[^>]*\bid="([^"]+)"/gi)].map(([, id = ""]) => id),
    ),
  ];
}

const change = route({
  method: "PUT",
  path: "/api/comment/:id",
  body,
  access: ofComment,
  needs,
  run: (call) => Object.assign(requireOwn(call), call.body, { updatedAt: now() }),
});

const remove = route({
  method: "DELETE",
  path: "/api/comment/:id",
  access: ofComment,
  needs,
  run: (call) => {
    const comment = requireOwn(call);
    call.data.activities.delete(comment.id);
    return comment;
  },
});

/** Newest first, with blank lines taken out of the texts. */
const activity = route({
  method: "GET",
  path: "/api/activity/:taskId",
  access: ofTask,
  run: ({ data, param }) =>
    newestFirst(data, param("taskId")).map((row) => {
      return { ...row, content: row.content?.replace(/\n+/g, "\n") ?? null };
    }),
});

export const commentRoutes = [list, create, change, remove, activity];

function newestFirst(data: SandboxData, taskId: string): Activity[] {
  return where(data.activities, (row) => row.taskId === taskId)
    .reverse()
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

function requireOwn({ data, caller, param }: Call<unknown, unknown>): Activity {
  const comment = data.activities.get(param("id"));
  if (comment?.type === "comment" && comment.userId === caller.userId) return comment;
  throw new Refusal(404, "Comment not found or you are not the author");
}
