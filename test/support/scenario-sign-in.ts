import type { RecordedRequest } from "../sandbox/http-server.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";

/** The link in an answer that asks for approval, with the code that it carries. */
export function linkIn(text: string): { link: string; code: string } {
  const [, link, code] = /(?:^|\s)(https?:\/\/\S+[?&]user_code=([A-Za-z0-9-]+))$/m.exec(text) ?? [];
  if (link === undefined || code === undefined) throw new Error(`No link in:\n${text}`);
  return { link, code };
}

/** How many device codes Kaneo gave out. */
export function codesGiven({ requests }: Pick<Sandbox, "requests">): number {
  return codeRequests({ requests }).filter(({ status }) => status === 200).length;
}

/** Every request for a device code, with or without success. */
export function codeRequests({ requests }: Pick<Sandbox, "requests">): RecordedRequest[] {
  return requests.filter(({ path }) => path === "/api/auth/device/code");
}
