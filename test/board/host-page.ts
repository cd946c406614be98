/** A host of MCP Apps as small as one can be: a page with a sandboxed frame, and this process behind it. */
import type { Frame, Page } from "playwright-core";

/** Stricter than the default of MCP Apps: nothing but what the document has in it. */
const CSP = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">`;

type Json = Record<string, unknown>;

interface Message {
  id?: number;
  method: string;
  params: Json;
}

export interface HostOptions {
  /** The view's document. */
  html: string;
  /** Answers a call of the view's: the tool's result, or an error that is thrown. */
  call(name: string, args: Json): Promise<Json> | Json;
  toolArguments?: Json;
  /** The result of the `show_board` that the view belongs to. */
  toolResult?: Json;
  capabilities?: Json;
  context?: Json;
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
  /** Nobody looks at the tab, until it sets `isSeen`: a browser without a window says that of none. */
  isHidden?: boolean;
  /** Whether links that the view wants are opened, default true. */
  opensLinks?: boolean;
}

export interface Host extends AsyncDisposable {
  readonly page: Page;
  readonly frame: Frame;
  /** Everything that the view sent, in order. */
  readonly sent: readonly Message[];
  /** What the view sent with a method. */
  sentBy(method: string): Json[];
  /** The addresses that anything in the page asked for, the page itself left out. */
  readonly requests: readonly string[];
  /** What went wrong in the page, by its console. */
  readonly complaints: readonly string[];
  /** Sends the view a notification, or a request when it has an id. */
  post(message: { id?: number; method: string; params: Json }): Promise<void>;
}

const CAPABILITIES = { serverTools: {}, openLinks: {}, updateModelContext: { text: {} } };

/** Opens the view in an empty tab, as a host does after a call of `show_board`, and leaves the tab empty. */
export async function openInHost(page: Page, options: HostOptions): Promise<Host> {
  page.setDefaultTimeout(60_000);
  const host = listenTo(page, options);
  await page.setViewportSize(options.viewport ?? { width: 1000, height: 700 });
  await page.emulateMedia({ colorScheme: options.colorScheme ?? "light", reducedMotion: "reduce" });
  const exposed = await page.exposeFunction("take", host.take);
  await page.setContent(HOST_PAGE, { waitUntil: "commit" });
  const head = `<head>${CSP}${options.isHidden ? HIDDEN : ""}`;
  await page.evaluate(`frame.srcdoc = ${JSON.stringify(options.html.replace("<head>", head))}`);
  const element = await page.waitForSelector("iframe");
  const frame = await element.contentFrame();
  if (!frame) throw new Error("The page has no frame.");
  await frame.waitForSelector("main");
  return {
    page,
    frame,
    ...host,
    async [Symbol.asyncDispose]() {
      await page.mouse.move(0, 0);
      await page.goto("about:blank");
      await exposed.dispose();
      page.removeAllListeners();
    },
  };
}

/** In the document itself: what Playwright adds to a frame may come too late for its first script. */
const HIDDEN = `<script>
  Object.defineProperty(Document.prototype, "visibilityState", {
    get: () => (window.isSeen ? "visible" : "hidden"),
  });
</script>`;

/** The frame grows with what it holds, as those of chats do. */
const HOST_PAGE = `<!doctype html><title>Host</title>
<style>body { margin: 0 } iframe { display: block; border: 0; width: 100%; height: 100vh }</style>
<iframe sandbox="allow-scripts"></iframe>
<script>
  const frame = document.querySelector("iframe");
  const post = (message) => frame.contentWindow.postMessage(message, "*");
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data.method === "ui/notifications/size-changed") frame.style.height = data.params.height + "px";
    take(data);
  });
</script>`;

function listenTo(page: Page, options: HostOptions) {
  const sent: Message[] = [];
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const post = (message: object) =>
    page.evaluate(`post(${JSON.stringify({ jsonrpc: "2.0", ...message })})`).then(
      () => {},
      // The tab may be closed while an answer is under way.
      () => {},
    );
  return {
    sent,
    requests,
    complaints,
    post,
    sentBy: (method: string) =>
      sent.filter((one) => one.method === method).map((one) => one.params),
    take: async (message: Message) => {
      sent.push(message);
      if (message.id !== undefined && message.method !== undefined) {
        const outcome = await answer(message, options).then(
          (result) => ({ result }),
          ({ message: text }: Error) => ({ error: { code: -32000, message: text } }),
        );
        await post({ id: message.id, ...outcome });
      }
      if (message.method === "ui/notifications/initialized") {
        const { toolArguments = {}, toolResult = { _meta: { projectId: "web" } } } = options;
        await post({ method: "ui/notifications/tool-input", params: { arguments: toolArguments } });
        await post({ method: "ui/notifications/tool-result", params: toolResult });
      }
    },
  };
}

async function answer({ method, params }: Message, options: HostOptions): Promise<Json> {
  switch (method) {
    case "ui/initialize":
      return {
        protocolVersion: "2026-01-26",
        hostInfo: { name: "test", version: "1" },
        hostCapabilities: options.capabilities ?? CAPABILITIES,
        hostContext: {
          theme: "light",
          locale: "en-US",
          timeZone: "Europe/Berlin",
          ...options.context,
        },
      };
    case "tools/call":
      // The view asks with a name and arguments; a test that gets something else fails by that.
      return options.call(params["name"] as string, (params["arguments"] ?? {}) as Json);
    case "ui/open-link":
      return options.opensLinks === false ? { isError: true } : {};
    default:
      return {};
  }
}
