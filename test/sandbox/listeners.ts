/** Who may listen to what (Kaneo index.ts, `/ws/user` and `/ws/:projectId`). */
import type { IncomingMessage } from "node:http";
import { initiatorOf, requireMember } from "./access.ts";
import { type Kaneo, toHeaders } from "./kaneo.ts";
import { Refusal } from "./refusal.ts";
import type { Admit } from "./sockets.ts";

/** The channel that a request wants to listen to, or the status with which it is refused. */
export async function admitListeners(
  { data, options, identify }: Kaneo,
  incoming: IncomingMessage,
): ReturnType<Admit> {
  const url = new URL(incoming.url ?? "/", options.url);
  const [, channel] = /^\/api\/ws\/([^/]+)$/.exec(url.pathname) ?? [];
  if (channel === undefined) return 404;
  const caller = await identify(toHeaders(incoming, options.cloud));
  if (!caller) return 401;
  const { userId } = caller;
  const initiator = initiatorOf(caller, url.searchParams.get("windowId"));
  // As the literal route comes first, a project of this name could not be listened to.
  if (channel === "user") return { channel: `user:${userId}`, initiator };
  const project = data.projects.get(channel);
  if (!project) return 401;
  try {
    requireMember(data, project.workspaceId, userId);
    return { channel, initiator };
  } catch (error) {
    return error instanceof Refusal ? error.status : 500;
  }
}
