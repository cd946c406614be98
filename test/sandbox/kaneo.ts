/** Kaneo's front door: which request goes to better-auth, to our routes, or to a page. */
import { initiatorOf, isInstanceAdmin } from "./access.ts";
import { watchRequest } from "./announcements.ts";
import { type Auth, type AuthOptions, type Identify, ownerOfKey, sessionOf } from "./auth.ts";
import type { SandboxData } from "./data.ts";
import { devicePage, notFoundPage } from "./device-page.ts";
import type { Answer } from "./faults.ts";
import type { RecordedRequest } from "./http-server.ts";
import { openApiDocument } from "./openapi.ts";
import { crash, Refusal } from "./refusal.ts";
import { dispatch, FileAnswer } from "./router.ts";
import { routes } from "./routes/index.ts";
import type { SocketServer } from "./sockets.ts";

export interface Kaneo {
  /** Made when it is needed first. */
  auth(): Auth;
  readonly identify: Identify;
  readonly data: SandboxData;
  readonly options: AuthOptions;
  readonly live: Pick<SocketServer, "announce" | "notify">;
}

export function createKaneo(kaneo: Kaneo): (request: RecordedRequest) => Promise<Answer> {
  return async (request) => {
    const url = new URL(request.path, kaneo.options.url);
    const headers = toHeaders(request, kaneo.options.cloud);
    try {
      if (url.pathname.startsWith("/api/auth/")) {
        return await answerAuth(kaneo, request, { url, headers });
      }
      return await answerOwn(kaneo, request, { url, headers });
    } catch (error) {
      return refuse(error instanceof Refusal ? error : crash());
    }
  };
}

interface Parsed {
  readonly url: URL;
  readonly headers: Headers;
}

export function toHeaders(request: Pick<RecordedRequest, "headers">, cloud: boolean): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  // Cloud's limits are per address, which its proxy states.
  if (cloud && !headers.has("x-forwarded-for")) headers.set("x-forwarded-for", "203.0.113.7");
  return headers;
}

async function answerAuth(kaneo: Kaneo, request: RecordedRequest, parsed: Parsed): Promise<Answer> {
  const { url, headers } = parsed;
  if (url.pathname === "/api/auth/device" && wantsPage(parsed)) {
    const location = new URL(`${kaneo.options.clientUrl}/device`);
    const code = url.searchParams.get("user_code");
    if (code) location.searchParams.set("user_code", code);
    return { status: 302, headers: { location: location.href }, body: "" };
  }
  if (url.pathname !== "/api/auth/get-session") await passKeyOn(kaneo, headers);
  const bodiless = request.method === "GET" || request.method === "HEAD";
  // Bytes, since a text would bring a content type of its own.
  const body = bodiless ? {} : { body: Buffer.from(request.body) };
  const init = { method: request.method, headers, ...body };
  const response = await kaneo.auth().handler(new Request(url, init));
  const cookies = response.headers.getSetCookie();
  response.headers.delete("set-cookie");
  const plain = Object.fromEntries(response.headers);
  return {
    status: response.status,
    headers: cookies.length > 0 ? { ...plain, "set-cookie": cookies } : plain,
    body: await response.text(),
  };
}

/** Kaneo index.ts: a person who opens the API's address is sent to the web app. */
function wantsPage({ url, headers }: Parsed): boolean {
  return url.searchParams.get("ui") === "1" || headers.get("sec-fetch-dest") === "document";
}

/** Kaneo index.ts: a Bearer that is no session is tried as an API key. */
async function passKeyOn({ auth, data }: Kaneo, headers: Headers): Promise<void> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined || headers.has("x-api-key")) return;
  // What the tables tell need not be asked, which takes longer than the answer.
  if (sessionOf(data.auth, bearer)) return;
  const isKey = ownerOfKey(data.auth, bearer) !== undefined;
  if (isKey || !(await auth().api.getSession({ headers }))) headers.set("x-api-key", bearer);
}

async function answerOwn(kaneo: Kaneo, request: RecordedRequest, parsed: Parsed): Promise<Answer> {
  const { url, headers } = parsed;
  const path = url.pathname;
  if (path === "/device") return page(200, devicePage());
  if (path === "/device/client") return json(await askingClient(kaneo.auth(), url));
  if (path === "/" || path.startsWith("/dashboard")) return page(404, notFoundPage());
  if (!path.startsWith("/api/")) throw new Refusal(404, "404 Not Found");
  if (path === "/api/openapi") return json(openApiDocument());
  const facts = request.method === "GET" ? publicFacts(kaneo.data)[path] : undefined;
  if (facts) return json(facts);
  const caller = await kaneo.identify(headers);
  if (!caller) throw new Refusal(401, "Unauthorized");
  const { method, body: rawBody } = request;
  const announced = watchRequest(kaneo.data, { method, path, body: parsedOrNothing(rawBody) });
  const notified = kaneo.data.notifications.size;
  const result = await dispatch(routes, {
    method,
    path,
    query: Object.fromEntries(url.searchParams),
    contentType: headers.get("content-type") ?? "",
    rawBody,
    caller,
    data: kaneo.data,
  });
  const initiator = initiatorOf(caller, headers.get("x-kaneo-window-id"));
  kaneo.live.announce(announced(result), initiator);
  const fresh = [...kaneo.data.notifications.values()].slice(notified);
  for (const { userId } of fresh) kaneo.live.notify(userId);
  return json(result);
}

function parsedOrNothing(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Which app asks with this code; the page shows it. */
async function askingClient(auth: Auth, url: URL): Promise<{ name: string | null }> {
  const { adapter } = await auth.$context;
  const value = url.searchParams.get("user_code") ?? "";
  const where = [{ field: "userCode", value }];
  const row = await adapter.findOne<{ clientId: string }>({ model: "deviceCode", where });
  return { name: row?.clientId ?? null };
}

/** What Kaneo tells everyone. */
function publicFacts(data: SandboxData): Record<string, object> {
  const hasAdmin = data.users.some(({ id }) => isInstanceAdmin(data, id));
  return {
    "/api/health": { status: "ok" },
    "/api/instance/status": { hasUsers: data.users.length > 0, hasAdmin },
    "/api/config": {
      disableRegistration: false,
      disablePasswordRegistration: false,
      disableEmailOtpSignIn: false,
      disableWorkspaceCreation: false,
      isDemoMode: false,
      hasSmtp: false,
      hasGithubSignIn: false,
      hasGoogleSignIn: false,
      hasDiscordSignIn: false,
      hasCustomOAuth: false,
      hasGuestAccess: true,
      disableLoginForm: false,
      customOAuthAutoLogin: false,
      customOAuthLogoutUrl: null,
      billingEnabled: false,
    },
  };
}

function json(value: unknown): Answer {
  if (value instanceof FileAnswer) {
    return { status: 200, headers: value.headers, body: value.bytes };
  }
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, body: JSON.stringify(value) ?? "" };
}

function page(status: number, body: string): Answer {
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  return { status, headers, body };
}

function refuse({ status, body }: Refusal): Answer {
  if (typeof body !== "string") return { ...json(body), status };
  return { status, headers: { "content-type": "text/plain;charset=UTF-8" }, body };
}
