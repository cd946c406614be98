/** The way to where a picture is stored, which Kaneo names for each picture: another host, which gets nothing but it. */
import { isFailure, KaneoMcpError } from "../errors.ts";
import { isExposed, isLoopback } from "./base-url.ts";
import { createHttp, type HttpOptions } from "./http-client.ts";

export interface Upload {
  /** As Kaneo gave it, with a signature in it: never shown but for its host. */
  url: string;
  contentType: string;
  bytes: Buffer;
  signal?: AbortSignal | undefined;
}

interface UploaderOptions extends Pick<HttpOptions, "userAgent" | "clock" | "proxyEnv"> {
  /** Base URL of the instance that names the addresses. */
  instance: string;
  allowInsecureHttp: boolean;
}

export type Uploader = ReturnType<typeof createUploader>;

/**
 * Makes the function that puts bytes where Kaneo said, and gives the host that took them. Neither the credential nor a header of
 * KANEO_HEADERS goes along, and no redirect is followed.
 *
 * @throws KaneoMcpError "unexpected" for an address that nothing is sent to, "unavailable" when it was not taken.
 */
export function createUploader(options: UploaderOptions) {
  return async ({ url, contentType, bytes, signal }: Upload): Promise<string> => {
    const { origin, host, pathname, search } = readTarget(url, options);
    const http = createHttp({ ...options, baseUrl: origin, name: "The storage" });
    try {
      const { status } = await http({
        method: "PUT",
        path: pathname + search,
        body: bytes,
        headers: { "content-type": contentType, accept: "*/*" },
        mayRedirect: true,
        maxBytes: 2 ** 20,
        signal,
      });
      if (status < 300) return host;
      const what = status < 400 ? "points elsewhere, which is not followed" : "refused the picture";
      const why = `The storage at ${host} ${what} (status ${status}).`;
      throw new KaneoMcpError("unavailable", why);
    } catch (error) {
      if (!isFailure(error, "unavailable", "unexpected")) throw error;
      throw new KaneoMcpError("unavailable", `${error.message} Nothing was attached.`, {
        hint: "Call again; if it persists, the person who runs this Kaneo has to look at its storage (S3_ENDPOINT): can it be reached from here?",
        cause: error,
      });
    } finally {
      await http.close();
    }
  };
}

function readTarget(text: string, options: UploaderOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && mayGetPictures(url, options)) return url;
  const where = url?.host ? `${url.protocol}//${url.host}` : "no address";
  const why = `Kaneo names ${where} as the place for pictures, and nothing is sent there`;
  const message = `${why}: it must be https, or on this machine like Kaneo.`;
  throw new KaneoMcpError("unexpected", message, {
    hint: "The person who runs this Kaneo can give its storage an https address (S3_ENDPOINT). KANEO_ALLOW_INSECURE_HTTP=1 allows http.",
  });
}

/** https or this machine, and this machine only where Kaneo is on it too: none of its services is a remote Kaneo's to use. */
function mayGetPictures(url: URL, { instance, allowInsecureHttp }: UploaderOptions): boolean {
  const { protocol, hostname, username, password } = url;
  if (username !== "" || password !== "") return false;
  if (isLoopback(hostname) && !isLoopback(new URL(instance).hostname)) return false;
  return /^https?:$/.test(protocol) && !isExposed(url, allowInsecureHttp);
}
