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
