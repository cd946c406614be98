import type { Http } from "../http/http.ts";
import type { Session } from "../session.ts";

/** How requests get their credential, and what a person can do about it. */
export interface Credentials {
  http: Http;
  session: Session;
  /** What calls wait for when that is a person. */
  waitingFor(): string | undefined;
  close(): Promise<void>;
}
