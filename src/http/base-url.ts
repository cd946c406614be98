import { KaneoMcpError } from "../errors.ts";

/**
 * Normalises the address of a Kaneo instance: `https://kaneo.example.org/sub`, without a trailing `/` and without the
 * final `/api`, so that every path starts with `/api/`. `name` is the variable or flag that gave it.
 *
 * @throws KaneoMcpError "config" when it is not an address credentials may be sent to. The text is never repeated: it
 * may hold a password.
 */
export function readBaseUrl(
  text: string,
  { allowInsecureHttp, name = "KANEO_API_URL" }: { allowInsecureHttp: boolean; name?: string },
): string {
  const refused = (problem: string, hint = "Write it like https://kaneo.example.org.") =>
    new KaneoMcpError("config", `${name} ${problem}.`, { hint });
  if (text.trim() === "") throw refused("is empty");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    const hasScheme = text.includes("://");
    throw refused(hasScheme ? "is not an http or https URL" : "lacks https:// at its start");
  }
  if (url.username || url.password) {
    throw refused(
      "contains a user name or password",
      "Leave it out: Kaneo does not use it. If something in front of Kaneo asks for it, let that accept a header of KANEO_HEADERS instead, or let requests to /api/ through.",
    );
  }
  if (/[?#]/.test(text)) {
    throw refused("contains a query (?) or fragment (#)", "Give only the address and the path.");
  }
  if (isExposed(url, allowInsecureHttp)) {
    throw refused(
      `uses http:// for ${url.hostname}, which would send the credentials unencrypted`,
      "Use https://, or set KANEO_ALLOW_INSECURE_HTTP=1 if you trust the whole network between here and there.",
    );
  }
  return url.origin + url.pathname.replace(/\/*(?:\/api\/*)?$/, "");
}

/** Whether what goes there can be read on the way, and nobody has allowed that. */
export function isExposed({ protocol, hostname }: URL, allowInsecureHttp: boolean): boolean {
  return protocol === "http:" && !allowInsecureHttp && !isLoopback(hostname);
}

/** Whether `hostname`, as a parsed URL gives it, is this machine: `localhost`, `*.localhost`, 127/8 or `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
