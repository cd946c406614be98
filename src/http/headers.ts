import { KaneoMcpError } from "../errors.ts";

/** What may stand in a header as a token or an API key. */
export const CREDENTIAL = /^[\x21-\x7e]{8,512}$/;

/**
 * Reads the headers that something in front of Kaneo wants, `Name: value` a line. The values are secrets and are never
 * repeated.
 *
 * @throws KaneoMcpError "config" for a line of another form or a header that is not to be set.
 */
export function readHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [, written = "", value = ""] =
      /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (!/^[\x20-\x7e]+$/.test(value)) {
      throw refused(`line ${index + 1} is not "Name: value", in printable ASCII`, EXAMPLE);
    }
    const name = written.toLowerCase();
    if (RESERVED.test(name)) throw refused(`sets ${name}, which Kaneo or HTTP needs`, INSTEAD);
    if (Object.hasOwn(headers, name)) throw refused(`sets ${name} twice`, "Leave one of them out.");
    headers[name] = value;
  }
  return headers;
}

/** What of a header's value must not be repeated: all of it, its parts, and what Basic authentication encodes (RFC 7617). */
export function secretsIn(value: string): string[] {
  // That of an Origin is no secret, and taken out of a link it would leave the person without one.
  if (/^https?:\/\/[^\s?#@]*$/i.test(value)) return [];
  const words = value.split(/[\s;,]+/);
  const [, encoded = ""] = /^Basic\s+(\S+)$/i.exec(value) ?? [];
  const pair = Buffer.from(encoded, "base64").toString();
  const parts = [...words, ...words.map(behind("=")), pair].filter(({ length }) => length >= 12);
  return [value, ...parts, behind(":")(pair)];
}

const behind = (sign: string) => (text: string) => text.slice(text.indexOf(sign) + 1);

const EXAMPLE = "Write one header per line, such as CF-Access-Client-Id: abc123.access.";

/**
 * A front that reads one of the first two would get Kaneo's token, or Kaneo the front's password. A cookie without an Origin
 * is answered 403, and one of Kaneo's own brings ended sessions back for minutes. The others are the connection's.
 */
const RESERVED =
  /^(authorization|x-api-key|cookie|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|accept.*|content-.*|proxy-.*)$/;
const INSTEAD =
  "Let what stands in front of Kaneo accept another header, such as that of a service token, or let requests to /api/ through: Kaneo checks each of them.";

function refused(problem: string, hint: string): KaneoMcpError {
  return new KaneoMcpError("config", `KANEO_HEADERS ${problem}.`, { hint });
}
