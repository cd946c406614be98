/** Pictures of tasks: their bytes lie in a storage that Kaneo signs addresses of, and texts show them by a link. */
import { z } from "zod";
import { KaneoMcpError, prefixed } from "../errors.ts";
import { UNCERTAIN } from "../http/failures.ts";
import { endpoint, type Kaneo } from "./api/kaneo.ts";
import { onFailure, saying } from "./api/outcomes.ts";
import { kaneoId } from "./api/schemas.ts";
import type { Task } from "./tasks/task.ts";

/** Kaneo refuses more (S3_MAX_IMAGE_UPLOAD_BYTES, if nobody changed it). */
export const MOST_IMAGE_BYTES = 10 * 2 ** 20;

export interface Picture {
  /** With an ending that fits its type. */
  filename: string;
  /** Such as `image/png`. */
  contentType: string;
  bytes: Buffer;
}

/** What kind of picture bytes are, by how they begin; undefined for anything but png, jpeg, gif and webp. */
export function imageTypeOf(bytes: Buffer): string | undefined {
  const start = bytes.toString("latin1", 0, 12);
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(start)) return "image/gif";
  return /^RIFF.{4}WEBP/s.test(start) ? "image/webp" : undefined;
}

/** A text of a task that may show pictures. */
export type Surface = "description" | "comment";

const grantSchema = z.object({ key: z.string().min(1), uploadUrl: z.string().min(1) });
const assetSchema = z.object({ id: kaneoId, url: z.string() });

/**
 * Stores a picture; until a text links to it, nobody sees it.
 *
 * @returns the address that a text links to, and the storage's host.
 * @throws KaneoMcpError "conflict" for an instance without storage, and that nothing was attached, unless that is unknown.
 */
export async function storePicture(
  kaneo: Kaneo,
  { id, key: taskKey }: Pick<Task, "id" | "key">,
  { surface, picture }: { surface: Surface; picture: Picture },
): Promise<{ url: string; host: string }> {
  const { filename, contentType, bytes } = picture;
  const about = { filename, contentType, size: bytes.length, surface };
  const route = endpoint`/api/task/image-upload/${id}`;
  const grant = await kaneo.put(route, grantSchema, about).catch(withoutStorage);
  const host = await kaneo.upload({ url: grant.uploadUrl, contentType, bytes });
  const body = { key: grant.key, ...about };
  const asset = await kaneo
    .post(endpoint`/api/task/image-upload/${id}/finalize`, assetSchema, body)
    .catch((error: unknown) => {
      throw prefixed(error, `The picture is not shown in ${taskKey}; its bytes may be stored.`);
    });
  // Kaneo knows by which address other people reach it; a text shows nothing behind another form.
  const isPlain = /^https?:\/\/[\w.:[\]~/-]+\/asset\/[\w-]+$/.test(asset.url);
  return { url: isPlain ? asset.url : `${kaneo.instance}/api/asset/${asset.id}`, host };
}

/** To sign an address changes nothing, so that no failure of it leaves anything uncertain. */
const withoutStorage = onFailure("outcome_unknown", (cause): never => {
  if (cause.message.includes("S3 uploads are not configured")) {
    const why = "This Kaneo has no storage for pictures, so nothing can be attached to its tasks.";
    throw new KaneoMcpError("conflict", why, {
      hint: "The person who runs it can set S3_ENDPOINT and S3_BUCKET. Until then, put a link to the picture into the description or a comment.",
      cause,
    });
  }
  const why = `Kaneo gave no place for the picture, so nothing was attached. ${cause.message}`;
  throw new KaneoMcpError("unavailable", why.replace(`${UNCERTAIN} `, ""), {
    hint: "Call again in a while; if it persists, the person who runs this Kaneo has to look at its storage.",
    cause,
  });
});

// As Kaneo's editor writes them (attachment-card.tsx), and as people write them.
const MARKDOWN = /!\[([^[\]\n]{0,300})\]\(\s*<?([^\s)>]{1,2000})/g;
const ASSET = /(?:^|\/)asset\/([A-Za-z0-9_-]{1,128})$/;
const ELEMENT = /<(?:img|kaneo-attachment)\s([^<>]{1,4000})>/g;

/** The pictures in a text, in their order, by the words that stand for them; `assetId` of those that lie in Kaneo. */
export function picturesIn(text: string) {
  const markdown = [...text.matchAll(MARKDOWN)].map(({ index, 1: name = "", 2: url = "" }) => {
    return { index, name, url };
  });
  const elements = [...text.matchAll(ELEMENT)].flatMap(({ index, 1: attributes = "" }) => {
    const read = (name: RegExp) => name.exec(attributes)?.[1] ?? "";
    const isOther = /mime-type="(?!image\/)/.test(attributes);
    const name = read(/(?:alt|filename)="([^"]{0,300})"/);
    return isOther ? [] : [{ index, name, url: read(/(?:src|url)="([^"]{1,2000})"/) }];
  });
  return [...markdown, ...elements]
    .toSorted((one, other) => one.index - other.index)
    .map(({ name, url }) => ({ name, assetId: ASSET.exec(url)?.[1] }));
}

/** Whether a text shows pictures that lie in Kaneo, which are those of a task and deleted with it (asset in Kaneo's schema.ts). */
export function showsKept(text: string): boolean {
  return picturesIn(text).some(({ assetId }) => assetId !== undefined);
}

/** The bytes of a picture that lies in Kaneo (`GET /api/asset/:id`). @throws KaneoMcpError "not_found" when they are gone. */
export function pictureBytes(kaneo: Kaneo, assetId: string): Promise<Buffer> {
  const gone = saying("not_found", {
    message:
      "The picture is gone: Kaneo no longer has it, as happens when the task that it belonged to is deleted.",
    hint: "The link to it is left in this text; somebody who has the picture can attach it.",
  });
  return kaneo.bytes(endpoint`/api/asset/${assetId}`, MOST_IMAGE_BYTES).catch(gone);
}
