// Apart from errors.ts, which every start reads.
import { codeOf } from "./errors.ts";

const DISK_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "there is no permission",
  EPERM: "there is no permission",
  EISDIR: "it is a folder",
  ELOOP: "links lead in a circle",
  ENOTDIR: "a part of the path is a file",
  ENOENT: "it does not exist",
  EAGAIN: "it is a pipe to which nothing was written",
  EIO: "the disk fails (EIO)",
};

/** Why something on disk failed, in words that follow the name of the file or folder. */
export function diskReasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== "") return DISK_REASONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}
