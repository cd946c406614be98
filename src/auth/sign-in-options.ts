import type { Clock } from "../clock.ts";
import type { Http } from "../http/http.ts";

/** All that a sign-in and its parts are made of. */
export interface SignInOptions {
  /** Without credentials. */
  http: Http;
  clock: Clock;
  /** As `readBaseUrl` gives it. */
  baseUrl: string;
  clientId: string;
  /** Also accept links of plain http to other hosts than this machine. */
  allowInsecureHttp: boolean;
  /** `auth/` is made in it, at the first need. */
  dataDir: string;
  /** Of this process; no user where files have no owner (Windows). */
  pid: number;
  uid: number | undefined;
  /** IANA name of the zone that times are told in; undefined means the system's. */
  timeZone: string | undefined;
  warn(message: string): void;
  /** Told every token and device code, so that they can be kept out of the log. */
  addSecret(secret: string): void;
  /** Told that requests are made with another token than before from now on, perhaps of another account. */
  onTokenReplaced(): void;
}
