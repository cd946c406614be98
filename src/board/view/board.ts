/** The board in the chat: starts with the page, speaks with the host, and puts the parts together. */
import { App } from "./app.ts";
import { createBridge, type Params, type Wire } from "./bridge.ts";
import { applyContext, type HostContext, reportSize } from "./host.ts";
import type { ToolResult } from "./store.ts";

/** The revision of MCP Apps whose messages these are. */
const PROTOCOL_VERSION = "2026-01-26";

const toHost: Wire = {
  // The host's origin is not known to a view; what is sent is meant for whoever embeds it.
  send: (message) => parent.postMessage(message, "*"),
  listen(receive) {
    const listener = ({ source, data }: MessageEvent) => {
      if (source === parent) receive(data);
    };
    addEventListener("message", listener);
    return () => removeEventListener("message", listener);
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

let context: HostContext = {};
let toolArguments: object = {};

const merge = (changes: HostContext) => {
  context = { ...context, ...changes };
  applyContext(context);
  app.contextChanged();
};

const bridge = createBridge(toHost, {
  "ui/notifications/tool-input": ({ arguments: given }) => {
    toolArguments = typeof given === "object" && given !== null ? given : {};
  },
  "ui/notifications/tool-result": (result) => app.open(toolArguments, result as ToolResult),
  "ui/notifications/tool-cancelled": () => app.open(toolArguments, CANCELLED),
  "ui/notifications/host-context-changed": (changes) => merge(changes),
  "ui/resource-teardown": () => stop(),
  ping: () => ({}),
});

const CANCELLED: ToolResult = {
  isError: true,
  content: [{ type: "text", text: "The call that would have shown the board was cancelled." }],
};

let stopReporting = () => {};
const app = new App({
  bridge,
  after: toHost.after,
  context: () => context,
  // Not before, or the frame would shrink to one line and grow again.
  shown: () => {
    stopReporting = reportSize((size) => bridge.notify("ui/notifications/size-changed", size));
  },
});
document.body.append(app.element);

const seen = () => app.setVisible(document.visibilityState === "visible");
document.addEventListener("visibilitychange", seen);
seen();

const stop = () => {
  document.removeEventListener("visibilitychange", seen);
  stopReporting();
  app.stop();
  // The answer to the host that says so has to go out first.
  queueMicrotask(() => bridge.close());
};

const start = async () => {
  const host = await bridge.request("ui/initialize", {
    appInfo: { name: "kaneo-board", title: "Kaneo board", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    protocolVersion: PROTOCOL_VERSION,
  });
  // Both are the host's words, of which only parts are read, and none is relied on.
  app.setCapabilities((host["hostCapabilities"] ?? {}) as Params);
  merge((host["hostContext"] ?? {}) as HostContext);
  bridge.notify("ui/notifications/initialized", {});
};
start().catch(({ message }: Error) => app.element.replaceChildren(message));
