import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Http } from "../http/http.ts";
import type { Redactor } from "../http/redactor.ts";
import type { Log } from "../mcp/log.ts";
import type { Session } from "../tools/session.ts";
import type { ToolContext } from "../tools/tool.ts";

export interface ConnectionOptions {
  config: Config;
  version: string;
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Where the proxy variables are looked up. */
  env: Record<string, string | undefined>;
}

/** The way to Kaneo. Until the first call it is not there: no module of it is loaded and no file or lock is touched. */
export interface Connection {
  contextFor(signal: AbortSignal): Promise<ToolContext>;
  /** What calls wait for when that is a person. */
  waitingFor(): string | undefined;
  close(): Promise<void>;
}

/** Makes the {@link Connection} of a process. */
export function createConnection(options: ConnectionOptions): Connection {
  let opening: Promise<OpenConnection> | undefined;
  let open: OpenConnection | undefined;

  const openOnce = async (): Promise<OpenConnection> => {
    opening ??= openConnection(options);
    try {
      open = await opening;
      return open;
    } catch (error) {
      // A key file that is missing now may be there at the next call.
      opening = undefined;
      throw error;
    }
  };

  return {
    contextFor: async (signal) => (await openOnce()).contextFor(signal),
    waitingFor: () => open?.credentials.waitingFor(),
    close: async () => open?.credentials.close(),
  };
}

interface OpenConnection {
  credentials: Credentials;
  contextFor(signal: AbortSignal): ToolContext;
}

/** How requests get their credential, and what a person can do about it. */
interface Credentials {
  http: Http;
  session: Session;
  waitingFor(): string | undefined;
  close(): Promise<void>;
}

async function openConnection(options: ConnectionOptions): Promise<OpenConnection> {
  const { config, clock, version, env } = options;
  const [{ createHttp }, { readOnlyHttp }, { connectKaneo }, { compileParserOnce }] =
    await Promise.all([
      import("../http/http-client.ts"),
      import("../http/read-only-http.ts"),
      import("../kaneo/client.ts"),
      import("./parser-compilation.ts"),
    ]);
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
    now: clock.now,
  };
  return {
    credentials,
    contextFor: (signal) => ({ ...shared, kaneo: kaneo.forCall(signal), signal }),
  };
}

async function openCredentials(
  http: Http,
  options: ConnectionOptions,
  onTokenReplaced: () => void,
): Promise<Credentials> {
  const { config, redactor } = options;
  const apiKey = await readApiKey(config);
  if (apiKey === undefined) return openSignIn(http, options, onTokenReplaced);
  redactor.add(apiKey);
  const { createApiKeySession, withApiKey } = await import("../auth/api-key-http.ts");
  return {
    http: withApiKey(http, apiKey),
    session: createApiKeySession(config.apiUrl),
    waitingFor: () => undefined,
    close: async () => {},
  };
}

async function readApiKey({ apiKey, apiKeyFile }: Config): Promise<string | undefined> {
  if (apiKeyFile === undefined) return apiKey;
  const { readApiKeyFile } = await import("./api-key-file.ts");
  return readApiKeyFile(apiKeyFile);
}

async function openSignIn(
  http: Http,
  options: ConnectionOptions,
  onTokenReplaced: () => void,
): Promise<Credentials> {
  const { config, clock, log, redactor } = options;
  const [{ createSignIn }, { withBearer }, { identifyProcess }, { findDataDir }] =
    await Promise.all([
      import("../auth/sign-in.ts"),
      import("../auth/bearer-http.ts"),
      import("./process-identity.ts"),
      import("./data-dir.ts"),
    ]);
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
