/** The board in the chat: starts with the page, and speaks with whoever embeds it. */
import { App } from "./app.ts";

const app = new App({
  // The host's origin is not known to a view; what is sent is meant for whoever embeds it.
  send: (message) => parent.postMessage(message, "*"),
  listen(receive) {
    addEventListener("message", ({ source, data }) => {
      if (source === parent) receive(data);
    });
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});
document.body.append(app.element);
app.start().catch(({ message }: Error) => app.element.replaceChildren(message));
