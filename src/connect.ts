/** Everything between the tools and Kaneo, built once, at the first call: http → credential → kaneo. */
import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import envPaths from "env-paths";
import { createApiKeySession, socketWith, withApiKey, withBearer } from "./auth/credentials.ts";
import { createSignIn } from "./auth/sign-in.ts";
import { webPageOf } from "./auth/verification-link.ts";
import type { Clock } from "./clock.ts";
import { KaneoMcpError } from "./errors.ts";
import { openFilesFolder } from "./files/folder.ts";
import { CREDENTIAL } from "./http/headers.ts";
import type { Http, OpenSocket } from "./http/http.ts";
import { type ClosableHttp, createHttp, notedHttp, readOnlyHttp } from "./http/http-client.ts";
import type { Redactor } from "./http/redactor.ts";
import { createUploader } from "./http/upload.ts";
import { isWebPage } from "./http/who-answered.ts";
import { connectKaneo } from "./kaneo/api/client.ts";
import { zoneOfMachine } from "./kaneo/dates/read-dates.ts";
import type { Log } from "./log.ts";
import { readStart, secretsInHeader, secretsOf } from "./secrets.ts";
import { assertFilledIn, type Config, settings } from "./settings.ts";
import type { ToolContext } from "./tools/tool.ts";

export interface ConnectOptions {
  config: Config;
  warnings: readonly string[];
  version: string;
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Of this process and its user; undefined where there are no such users. */
  pid: number;
  uid: number | undefined;
  /** `v20.18.1`. */
  nodeVersion: string;
  /** Where the proxy variables are looked up. */
  env: Record<string, string | undefined>;
}

/** The way to Kaneo, which all calls share. */
export interface Connection {
  /** What one call works with; `signal` aborts when the call is over. Unattended, it asks nobody to sign in. */
  contextFor(signal: AbortSignal, how?: { isUnattended: boolean }): ToolContext;
  /** What calls wait for when that is a person. */
  waitingFor(): string | undefined;
  /** Lets other processes go on with the sign-in. */
  close(): Promise<void>;
}

/**
 * Builds all that calls need; nothing is sent yet.
 *
 * @throws KaneoMcpError "config" when the file of the API key cannot be read.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { config, clock, version, env, redactor, log } = options;
  limitMemory();
  const { apiUrl, workspace, project, timezone } = config;
  const http = openHttp(options);
  const noted = notedHttp(http, clock, log.debug);
  const guarded = config.isReadOnly ? readOnlyHttp(noted) : noted;
  const credential = await openCredential(guarded, http.openSocket, {
    ...options,
    onTokenReplaced: () => kaneo.forget(),
  });
  const kaneo = connectKaneo({
    http: credential.http,
    openSocket: credential.openSocket,
    upload: createUploader({
      instance: apiUrl,
      allowInsecureHttp: config.allowInsecureHttp,
      userAgent: `kaneo-mcp/${version}`,
      clock,
      proxyEnv: env,
    }),
    clock,
    instance: apiUrl,
    defaults: { workspace, project },
    findWebPage: async () => (await credential.webPage()) ?? askForWebPage(http, config),
  });
  const shared = {
    session: credential.session,
    timeZone: timezone ?? zoneOfMachine(clock.now()),
    assumedZone: timezone === undefined ? { isSaid: false } : undefined,
    now: clock.now,
    isReadOnly: config.isReadOnly,
    configWarnings: options.warnings,
    files: openFilesFolder({
      path: config.filesDir,
      isReadOnly: config.isReadOnly,
      uid: options.uid,
    }),
    readSecret: secretsOf(env, redactor),
  };
  return {
    contextFor: (signal, how) => ({ ...shared, kaneo: kaneo.forCall(signal, how), signal }),
    waitingFor: credential.waitingFor,
    close: credential.close,
  };
}

/** The way to the instance without a credential, with what something in front of it wants. */
export function openHttp({
  config: { apiUrl, headers = {} },
  version,
  clock,
  env,
  redactor,
  nodeVersion,
}: Omit<ConnectOptions, "warnings" | "log" | "pid" | "uid">): ClosableHttp {
  // Node 20 would compile undici's parser, which is WebAssembly, once more behind the first answer, and no process can end
  // before that is done: a tenth of a second in which a client that left waits for us.
  if (nodeVersion.startsWith("v20.")) setFlagsFromString("--liftoff-only");
  for (const secret of Object.values(headers).flatMap(secretsInHeader)) redactor.add(secret);
  return createHttp({
    baseUrl: apiUrl,
    userAgent: `kaneo-mcp/${version}`,
    clock,
    proxyEnv: env,
    extraHeaders: headers,
    hide: redactor.hide,
  });
}

/**
 * Has V8 collect garbage sooner. After a hundred long lists, of 5,000 tasks each, half of a process's 250 MiB was space for
 * young objects, which V8 doubles again and again, and much of the rest was garbage; with this it has 130, in the same time.
 */
function limitMemory(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=30");
}

/** More than any answer that only shows an address should wait for. */
const PAGE_MS = 3_000;
const PAGE_BYTES = 2 ** 20;

/**
 * Where people open Kaneo, by what it tells anybody: where it sends browsers that open its route of device codes, which is
 * KANEO_CLIENT_URL (index.ts), else the very address of the instance, where that serves a page.
 */
async function askForWebPage(
  http: Http,
  { apiUrl, allowInsecureHttp }: Config,
): Promise<string | undefined> {
  const rules = { baseUrl: apiUrl, allowInsecureHttp };
  const limits = { timeoutMs: PAGE_MS, maxBytes: PAGE_BYTES, mayRedirect: true };
  const ask = (path: string) => http({ method: "GET", path, ...limits });
  const told = ask("/api/auth/device?ui=1").then(({ headers: { location = "" } }) =>
    webPageOf(location, rules),
  );
  const page = await told.catch(() => undefined);
  if (page !== undefined) return page;
  const own = await ask("/").catch(() => undefined);
  return own?.status === 200 && isWebPage(own) ? apiUrl : undefined;
}

/** How requests get their credential, and what a person can do about it; `webPage` is as far as the credential tells. */
async function openCredential(
  http: Http,
  open: OpenSocket,
  options: ConnectOptions & { onTokenReplaced(): void },
) {
  const { config, clock, log, redactor, onTokenReplaced } = options;
  const { apiUrl, apiKeyFile } = config;
  const apiKey = apiKeyFile === undefined ? config.apiKey : await readApiKeyFile(apiKeyFile);
  if (apiKey !== undefined) {
    redactor.add(apiKey);
    return {
      http: withApiKey(http, apiKey),
      openSocket: socketWith(open, async () => apiKey),
      session: createApiKeySession(apiUrl),
      webPage: async () => undefined,
      waitingFor: () => undefined,
      close: async () => {},
    };
  }
  const signIn = createSignIn({
    http,
    clock,
    baseUrl: apiUrl,
    clientId: config.clientId,
    dataDir: dataDirOf(config),
    pid: options.pid,
    uid: options.uid,
    allowInsecureHttp: config.allowInsecureHttp,
    timeZone: config.timezone,
    warn: log.warn,
    addSecret: redactor.add,
    onTokenReplaced,
  });
  const openSocket = socketWith(open, signIn.tokenAtHand);
  return { ...signIn, http: withBearer(http, signIn), openSocket };
}

/** The folder of the account's sign-in; `auth/` is made in it. */
export function dataDirOf({ profile, dataDir = findDataDir() }: Config): string {
  return profile === undefined ? dataDir : join(dataDir, "profiles", profile);
}

/** The platform's place for data that stays on this machine and must not be purged. */
function findDataDir(): string {
  const { data } = envPaths("kaneo-mcp", { suffix: "" });
  // The XDG Base Directory Specification has a relative XDG_DATA_HOME ignored: it, and an empty HOME, would lead anywhere.
  if (isAbsolute(data)) return data;
  const home = isAbsolute(homedir()) ? homedir() : userInfo().homedir;
  return join(home, ".local", "share", "kaneo-mcp");
}

/** More than any key has. */
const MOST_KEY_BYTES = 4_096;

/**
 * The API key that a file holds, without the blanks and newlines around it.
 *
 * @throws KaneoMcpError "config" when there is no such file, or no key in it.
 */
export async function readApiKeyFile(path: string): Promise<string> {
  const name = `${path}, named by KANEO_API_KEY_FILE,`;
  const key = (await readStart(path, MOST_KEY_BYTES, name)).trim();
  assertFilledIn(key, name);
  if (CREDENTIAL.test(key)) return key;
  const { must } = settings.apiKey;
  throw new KaneoMcpError("config", `${name} does not hold an API key: ${must}.`);
}
