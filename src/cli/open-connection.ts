import { createApiKeySession, withApiKey } from "../auth/api-key-http.ts";
import type { Http } from "../http/http.ts";
import { createHttp } from "../http/http-client.ts";
import { readOnlyHttp } from "../http/read-only-http.ts";
import { connectKaneo } from "../kaneo/client.ts";
import type { ToolContext } from "../tools/tool.ts";
import { readApiKeyFile } from "./api-key-file.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { Credentials } from "./credentials.ts";
import { compileParserOnce } from "./parser-compilation.ts";

export interface OpenConnection extends Pick<Credentials, "waitingFor" | "close"> {
  contextFor(signal: AbortSignal): ToolContext;
}

/**
 * Builds all that calls need; nothing is sent yet.
 *
 * @throws KaneoMcpError "config" when the file of the API key cannot be read.
 */
export async function openConnection(options: ConnectionOptions): Promise<OpenConnection> {
  const { config, clock, version, env } = options;
  compileParserOnce();
  const http = createHttp({
    baseUrl: config.apiUrl,
    userAgent: `kaneo-mcp/${version}`,
    clock,
    proxyEnv: env,
  });
  const bare = config.isReadOnly ? readOnlyHttp(http) : http;
  const credentials = await openCredentials(bare, options, () => kaneo.forget());
  const { apiUrl, workspace, project } = config;
  const kaneo = connectKaneo({
    http: credentials.http,
    clock,
    instance: apiUrl,
    defaults: { workspace, project },
  });
  const shared = {
    session: credentials.session,
    timeZone: config.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    assumedZone: config.timezone === undefined ? { isSaid: false } : undefined,
    now: clock.now,
  };
  return {
    contextFor: (signal) => ({ ...shared, kaneo: kaneo.forCall(signal), signal }),
    waitingFor: credentials.waitingFor,
    close: credentials.close,
  };
}

async function openCredentials(
  http: Http,
  options: ConnectionOptions,
  onTokenReplaced: () => void,
): Promise<Credentials> {
  const { apiUrl, apiKeyFile } = options.config;
  const apiKey =
    apiKeyFile === undefined ? options.config.apiKey : await readApiKeyFile(apiKeyFile);
  if (apiKey === undefined) {
    const { openSignIn } = await import("./sign-in-credentials.ts");
    return openSignIn(http, options, onTokenReplaced);
  }
  options.redactor.add(apiKey);
  return {
    http: withApiKey(http, apiKey),
    session: createApiKeySession(apiUrl),
    waitingFor: () => undefined,
    close: async () => {},
  };
}
