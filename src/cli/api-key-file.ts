import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { API_KEY_PATTERN } from "../config.ts";
import { KaneoMcpError } from "../errors.ts";

/**
 * The API key that a file holds, without the blanks and newlines around it.
 *
 * @throws KaneoMcpError "config" when there is no such file, or no key in it.
 */
export async function readApiKeyFile(path: string): Promise<string> {
  const key = (await readText(path)).trim();
  if (API_KEY_PATTERN.test(key)) return key;
  throw new KaneoMcpError(
    "config",
    `${path}, named by KANEO_API_KEY_FILE, does not hold an API key: 8 to 512 visible ASCII characters without blanks.`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readStart(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new KaneoMcpError(
      "config",
      `${path}, named by KANEO_API_KEY_FILE, cannot be read${reason}.`,
      {
        cause: error,
      },
    );
  }
}

/** More than any key has. */
const MOST_BYTES = 4_096;

/** The beginning of a file; a pipe that nobody writes to is empty instead of a wait without end. */
async function readStart(path: string): Promise<string> {
  // Windows has no O_NONBLOCK, and no pipes among files.
  await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES);
  return buffer.toString("utf8", 0, bytesRead);
}
