/** /api/task/image-upload and /api/asset: pictures, whose bytes go to the storage by an address that Kaneo signs. */
import { requireMember } from "../access.ts";
import { createId, now, type SandboxData } from "../data.ts";
import { Refusal, requireRow } from "../refusal.ts";
import { FileAnswer, route } from "../router.ts";
import { number, oneOf, text } from "../shape.ts";
import type { Storage } from "../storage.ts";

const shape = {
  filename: text(),
  contentType: text(),
  size: number(),
  surface: oneOf("description", "comment"),
};
const access = { from: "task", key: "id" } as const;
const needs = { task: ["update"] };

const begin = route({
  method: "PUT",
  path: "/api/task/image-upload/:id",
  access,
  needs,
  body: shape,
  run: ({ data, param, body }) => {
    assertSize(body);
    const storage = requireStorage(data);
    const [, stem = "", extension = ""] = /^(.*?)(?:\.([^.]*))?$/.exec(body.filename) ?? [];
    const name = [`${segment(stem)}-${Date.now()}-${createId()}`, segment(extension)].join(".");
    const key = `${prefixOf(data, param("id"), body.surface)}/${name}`;
    const headers = { "Content-Type": body.contentType };
    return { key, uploadUrl: storage.presign(key), headers };
  },
});

const finalize = route({
  method: "POST",
  path: "/api/task/image-upload/:id/finalize",
  access,
  needs,
  body: { key: text(), ...shape },
  run: ({ data, caller, workspaceId, param, body }) => {
    assertSize(body);
    requireStorage(data);
    const taskId = param("id");
    const { key, filename, contentType, size, surface } = body;
    if (!key.startsWith(`${prefixOf(data, taskId, surface)}/`)) {
      throw new Refusal(400, "Image upload key does not match the task context.");
    }
    const known = [...data.assets.values()].find(({ objectKey }) => objectKey === key);
    const id = known?.id ?? createId();
    const row = { id, workspaceId, taskId, objectKey: key, filename, mimeType: contentType };
    data.assets.set(id, { ...row, size, surface, createdBy: caller.userId, createdAt: now() });
    return { id, url: `${data.origin}/api/asset/${id}` };
  },
});

/** Kaneo index.ts: what a browser shows in its place; all else is a download. */
const INLINE = new Set([
  "image/apng",
  "image/avif",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
]);

const read = route({
  method: "GET",
  path: "/api/asset/:id",
  run: ({ data, caller, param }) => {
    const asset = requireRow(data.assets, param("id"), "Asset");
    requireMember(data, asset.workspaceId, caller.userId);
    const object = data.storage?.objects.get(asset.objectKey);
    if (!object) throw new Refusal(404, "Asset object not found");
    const type = object.contentType ?? asset.mimeType;
    return new FileAnswer(object.bytes, {
      "content-type": INLINE.has(type) ? type : "application/octet-stream",
      "cache-control": "private, max-age=120",
      "x-content-type-options": "nosniff",
    });
  },
});

export const assetRoutes = [begin, finalize, read];

function assertSize({ size, contentType }: { size: number; contentType: string }): void {
  if (contentType.trim() === "") throw new Refusal(400, "A valid content type is required.");
  if (size <= 0) throw new Refusal(400, "Upload size must be greater than zero.");
  if (size > 10 * 2 ** 20)
    throw new Refusal(400, "Upload exceeds the maximum upload size of 10MB.");
}

function requireStorage({ storage }: SandboxData): Storage {
  if (storage) return storage;
  throw new Refusal(
    503,
    "S3 uploads are not configured. Set S3_ENDPOINT and S3_BUCKET (and either both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither to use the default AWS credential provider chain / IAM role).",
  );
}

function prefixOf(data: SandboxData, taskId: string, surface: string): string {
  const task = requireRow(data.tasks, taskId, "Task");
  const workspaceId = data.projects.get(task.projectId)?.workspaceId ?? "";
  const parts = ["workspace", workspaceId, "project", task.projectId, "task", taskId];
  return [...parts.map(segment), surface === "comment" ? "comments" : "descriptions"].join("/");
}

function segment(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, "-")
      .slice(0, 64) || "file"
  );
}
