/**
 * Secrets that tools pass on to Kaneo, such as the address of a chat's webhook: the model names one, and only whoever
 * set this server up can give it. Only variables with one prefix can be named, and a file only by such a variable: a
 * path as an argument would let whoever talks the model into it read any file here.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { unescape as percentDecoded } from "node:querystring";
import { diskReasonOf } from "./disk.ts";
import { KaneoMcpError } from "./errors.ts";
import type { Redactor } from "./http/redactor.ts";
import { assertFilledIn, SECRET_PREFIX } from "./settings.ts";

/** More than any key, token or address has. */
const MOST_BYTES = 4_096;

/** Gives the secret of a name: of KANEO_SECRET_<name>, else of the file that KANEO_SECRET_<name>_FILE names. */
export function secretsOf(
  env: Readonly<Record<string, string | undefined>>,
  redactor: Pick<Redactor, "add">,
): (name: string) => Promise<string> {
  return async (given) => {
    const variable = variableOf(given);
    const ofFile = `${variable}_FILE`;
    const value = env[variable]?.trim();
    const path = env[ofFile]?.trim();
    if (!value && !path) throw notGiven(variable, env);
    const secret = value || (await readSecretFile(path ?? "", ofFile));
    assertFilledIn(secret, value ? variable : ofFile);
    // From now on it leaves in no answer, error or log line.
    for (const part of [secret, ...secretPartsOf(secret)]) redactor.add(part);
    return secret;
  };
}

/** What is secret in an address, and may come back alone: its user name and password, and the values of its query. */
function secretPartsOf(secret: string): string[] {
  if (!URL.canParse(secret)) return [];
  const { username, password, searchParams } = new URL(secret);
  const credentials = [username, password].flatMap((part) => [part, percentDecoded(part)]);
  // Short ones of letters alone are words, such as the format of what is sent.
  const isWord = (value: string) => /^[a-z]{0,11}$/i.test(value);
  return [...credentials, ...[...searchParams.values()].filter((value) => !isWord(value))];
}

/** What of a header's value must not be repeated: all of it, its parts, and what Basic authentication encodes (RFC 7617). */
export function secretsInHeader(value: string): string[] {
  // That of an Origin is no secret, and taken out of a link it would leave the person without one.
  if (/^https?:\/\/[^\s?#@]*$/i.test(value)) return [];
  const words = value.split(/[\s;,]+/);
  const [, encoded = ""] = /^Basic\s+(\S+)$/i.exec(value) ?? [];
  const pair = Buffer.from(encoded, "base64").toString();
  const parts = [...words, ...words.map(textAfter("=")), pair].filter(({ length }) => length >= 12);
  return [value, ...parts, textAfter(":")(pair)];
}

const textAfter = (sign: string) => (text: string) => text.slice(text.indexOf(sign) + 1);

/** @throws KaneoMcpError "invalid_input" for what is no name, and may be the secret itself: it is not repeated. */
function variableOf(given: string): string {
  const name = given.trim().toUpperCase();
  const bare = name.startsWith(SECRET_PREFIX) ? name.slice(SECRET_PREFIX.length) : name;
  if (/^[A-Z][A-Z0-9_]{0,39}$/.test(bare)) return SECRET_PREFIX + bare;
  const why = `That is not the name of a secret, which is letters, digits and _ after ${SECRET_PREFIX}. Nothing was sent.`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: `A secret itself must never be an argument: if it was one, it has been in the chat, and should be replaced. The person sets it as ${SECRET_PREFIX}… where this server is configured.`,
  });
}

function notGiven(variable: string, env: Readonly<Record<string, string | undefined>>) {
  const set = Object.keys(env).filter(
    (name) => name.startsWith(SECRET_PREFIX) && env[name]?.trim(),
  );
  const names = [...new Set(set.map((name) => name.replace(/_FILE$/, "")))].slice(0, 20);
  const known = names.length === 0 ? "" : ` These are set: ${names.join(", ")}.`;
  return new KaneoMcpError("invalid_input", `${variable} is not set.${known} Nothing was sent.`, {
    hint: `The person sets it, or ${variable}_FILE with the path of a file that holds it, in the client's entry for this server and restarts the client. It must not be written into the chat.`,
  });
}

async function readSecretFile(path: string, name: string): Promise<string> {
  if (!isAbsolute(path)) {
    throw new KaneoMcpError("config", `${name} must be an absolute path.`);
  }
  const what = `The file that ${name} names`;
  const text = await readStart(path, MOST_BYTES + 1, what);
  const secret = text.trim();
  // Of any other file, such as one that a slip names, not even the beginning may be sent.
  if (secret !== "" && text.length <= MOST_BYTES && !/\p{Cc}/u.test(secret)) return secret;
  const why = `${what} holds no secret, which is one line of at most 4,096 bytes. Nothing was sent.`;
  throw new KaneoMcpError("config", why);
}

/**
 * The first bytes of a file, as text. A pipe that nobody writes to is empty instead of a wait without end.
 *
 * @throws KaneoMcpError "config", beginning with `what`, when it cannot be read.
 */
export async function readStart(path: string, most: number, what: string): Promise<string> {
  try {
    // Windows has no O_NONBLOCK, and no pipes among files.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const { bytesRead, buffer } = await file.read(Buffer.alloc(most), 0, most);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    const reason = diskReasonOf(error);
    throw new KaneoMcpError("config", `${what} cannot be read: ${reason}.`, { cause: error });
  }
}
