import { withBearer } from "../auth/bearer-http.ts";
import { createSignIn } from "../auth/sign-in.ts";
import type { Http } from "../http/http.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import { identifyProcess } from "./process-identity.ts";
import { findDataDir } from "./user-folders.ts";

/** The credentials of a person who signs in, or has done so before. */
export function openSignIn(
  http: Http,
  { config, clock, log, redactor }: ConnectionOptions,
  onTokenReplaced: () => void,
): Credentials {
  const signIn = createSignIn({
    http,
    clock,
    baseUrl: config.apiUrl,
    clientId: config.clientId,
    dataDir: config.dataDir ?? findDataDir(),
    identity: identifyProcess(),
    allowInsecureHttp: config.allowInsecureHttp,
    warn: log.warn,
    addSecret: redactor.add,
    onTokenReplaced,
  });
  return {
    http: withBearer(http, signIn),
    session: signIn.session,
    waitingFor: signIn.waitingFor,
    close: signIn.close,
  };
}
