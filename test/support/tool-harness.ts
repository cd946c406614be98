import { createApiKeySession, socketWith, withApiKey } from "../../src/auth/credentials.ts";
import { systemClock } from "../../src/clock.ts";
import { type FilesFolder, openFilesFolder } from "../../src/files/folder.ts";
import { createHttp, readOnlyHttp } from "../../src/http/http-client.ts";
import { createRedactor } from "../../src/http/redactor.ts";
import { createUploader } from "../../src/http/upload.ts";
import { connectKaneo } from "../../src/kaneo/api/client.ts";
import type { Kaneo, KaneoDefaults } from "../../src/kaneo/api/kaneo.ts";
import { secretsOf } from "../../src/secrets.ts";
import type { Session } from "../../src/session.ts";
import type { Beside, ShownImage, Tool } from "../../src/tools/tool.ts";
import type { People } from "../sandbox/people.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/start-sandbox.ts";
import { EXAMPLE_SECRETS } from "./example-ids.ts";

export interface ToolHarnessOptions {
  /** Whose account the tools use, default alice, the owner. */
  person?: keyof People;
  seed?: SandboxOptions["seed"];
  /** Default Europe/Berlin, which is not the zone of any server. */
  timeZone?: string;
  /** The zone counts as that of the machine, which nobody configured. */
  isZoneAssumed?: boolean;
  configWarnings?: readonly string[];
  readOnly?: boolean;
  defaults?: KaneoDefaults;
  /** What the tools take for the present, in milliseconds since the epoch. Default: the real one. */
  nowMs?: number;
  /** Instead, for a present that moves on. */
  now?(): number;
  session?: Session;
  /** The folder of KANEO_FILES_DIR; default none. */
  filesDir?: string;
  /** Whether the instance has a place for pictures, default true. */
  hasStorage?: boolean;
  /** The variables in which secrets are looked up. */
  env?: Record<string, string>;
  /** How far each request moves the hands of the clock that tools measure durations with. Default: real time. */
  msPerRequest?: number;
}

export interface ToolHarness extends AsyncDisposable {
  sandbox: Sandbox;
  kaneo: Kaneo;
  files: FilesFolder;
  /** Every picture that was shown so far. */
  images: readonly ShownImage[];
  /** Calls a tool as a client would, which may cancel it, and gives the text of its answer; a failure is thrown as it is. */
  call(tool: Tool, args?: Record<string, unknown>, signal?: AbortSignal): Promise<string>;
  /** The same with what goes beside the text. */
  callView(tool: Tool, args?: Record<string, unknown>): Promise<Beside & { text: string }>;
  /** What was asked of the sandbox so far, such as `GET /api/project?workspaceId=…`. */
  requests(): string[];
}

/** Tools against the embedded Kaneo, over real HTTP, signed in with an API key. */
export async function startToolHarness(options: ToolHarnessOptions = {}): Promise<ToolHarness> {
  const { person = "alice", seed = "acme", timeZone = "Europe/Berlin" } = options;
  const sandbox = await startSandbox({ seed, hasStorage: options.hasStorage ?? true });
  const bytes = createHttp({ baseUrl: sandbox.url, userAgent: "test", clock: systemClock });
  const signedIn = withApiKey(bytes, sandbox.people[person].apiKey);
  const http = options.readOnly ? readOnlyHttp(signedIn) : signedIn;
  const instance = sandbox.url;
  const { defaults = {}, session = createApiKeySession(instance) } = options;
  const elapsed = () =>
    options.msPerRequest === undefined
      ? systemClock.elapsed()
      : sandbox.requests.length * options.msPerRequest;
  const upload = createUploader({
    instance,
    allowInsecureHttp: false,
    userAgent: "test",
    clock: systemClock,
  });
  const openSocket = socketWith(bytes.openSocket, async () => sandbox.people[person].apiKey);
  const way = { http, upload, openSocket, clock: { ...systemClock, elapsed } };
  const findWebPage = async () => undefined;
  const connection = connectKaneo({ ...way, instance, defaults, findWebPage });
  const kaneo = connection.forCall();
  const now = options.now ?? (() => options.nowMs ?? Date.now());
  const assumedZone = options.isZoneAssumed ? { isSaid: false } : undefined;
  const { filesDir, readOnly: isReadOnly = false, configWarnings = [] } = options;
  const files = openFilesFolder({ path: filesDir, isReadOnly, uid: process.getuid?.() });
  const images: ShownImage[] = [];
  const readSecret = secretsOf(options.env ?? EXAMPLE_SECRETS, createRedactor());
  const place = { timeZone, assumedZone, now };
  const shared = { session, files, readSecret, isReadOnly, configWarnings, ...place };
  const contextOf = (signal?: AbortSignal) => {
    return { ...shared, signal, kaneo: connection.forCall(signal) };
  };

  return {
    sandbox,
    kaneo,
    files,
    images,
    call: async (tool, args = {}, signal) => {
      const answer = await tool.call(args, contextOf(signal));
      images.push(...answer.images);
      return answer.text;
    },
    callView: async (tool, args = {}) => {
      const { text, beside } = await tool.call(args, contextOf());
      return { ...beside, text };
    },
    requests: () => sandbox.requests.map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: async () => {
      connection.forget();
      await bytes.close();
      await sandbox.close();
    },
  };
}
