import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { createApiKeySession } from "../../src/auth/credentials.ts";
import { KaneoMcpError } from "../../src/errors.ts";
import type { SessionState } from "../../src/session.ts";
import { allTools } from "../../src/tools/index.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { modernMeta } from "../support/modern-meta.ts";
import { serveKaneo } from "../support/serve-kaneo.ts";
import { serve } from "../support/serve-tools.ts";
import { toolNamed } from "../support/tool-named.ts";
import { until } from "../support/until.ts";

const signedIn = { kind: "signed_in", expiresAt: undefined, kept: "in memory" } as const;
const question = new KaneoMcpError(
  "sign_in_required",
  "Sign in to Kaneo: https://kaneo.example.org",
);
const pending = { kind: "pending", question } as const;
const call = { name: "list_projects", arguments: {} };
const method = "notifications/resources/list_changed";
const _meta = { "io.modelcontextprotocol/subscriptionId": "listen:0" };

/** A server where nobody has signed in yet. */
async function startSignedOut() {
  let now: SessionState = { kind: "signed_out" };
  const state = async () => now;
  const signOut = async () => ({ outcome: "nothing" }) as const;
  const session = { instance: "", state, signIn: state, signOut };
  const server = await serveKaneo({ session });
  return {
    ...server,
    become: (state: SessionState) => {
      now = state;
    },
    told: () => server.received.filter((one) => "method" in one),
    /** Resolves when so many messages have come that answer nothing. */
    hasTold: (count: number) =>
      until(() => server.received.filter((one) => "method" in one).length >= count),
    listen: (notifications: object) =>
      server.tell({
        id: "listen:0",
        method: "subscriptions/listen",
        params: { ...modernMeta(), notifications },
      }),
  };
}

test("says that there are projects to list once somebody has signed in (2025-11-25)", async () => {
  await using server = await startSignedOut();
  await server.ask("2025-11-25", "resources/list");
  await server.ask("2025-11-25", "resources/list");

  await server.ask("2025-11-25", "tools/call", call);
  const before = server.told();
  server.become(signedIn);
  await server.ask("2025-11-25", "tools/call", call);
  await server.ask("2025-11-25", "tools/call", call);
  await server.hasTold(1);

  expect(before).toEqual([]);
  expect(server.told()).toMatchObject([{ method }]);
});

test("says so on a stream that asks for it, and on no other (2026-07-28)", async () => {
  await using server = await startSignedOut();
  await server.ask("2026-07-28", "resources/list");
  await server.listen({ resourcesListChanged: true, toolsListChanged: true });

  server.become(signedIn);
  await server.ask("2026-07-28", "tools/call", call);
  await server.hasTold(2);

  expect(server.told()).toMatchObject([
    { params: { _meta, notifications: { resourcesListChanged: true } } },
    { method, params: { _meta } },
  ]);
});

test("says nothing to a client that was never given an empty list, or whose stream is over", async () => {
  await using server = await startSignedOut();
  await server.listen({ resourcesListChanged: true });
  await server.tell({ method: "notifications/cancelled", params: { requestId: "listen:0" } });
  await server.ask("2026-07-28", "resources/list");

  server.become(signedIn);
  await server.ask("2026-07-28", "tools/call", call);
  await server.ask("2026-07-28", "tools/call", call);

  expect(server.told()).toMatchObject([{ method: "notifications/subscriptions/acknowledged" }]);
});

test("says that there are other projects once somebody has signed in anew, perhaps somebody else", async () => {
  await using server = await startSignedOut();
  server.become(signedIn);
  await server.ask("2025-11-25", "resources/list");

  await server.ask("2025-11-25", "tools/call", call);
  const before = server.told();
  server.become(pending);
  await server.ask("2025-11-25", "tools/call", { name: "sign_in", arguments: {} });
  server.become(signedIn);
  await server.ask("2025-11-25", "tools/call", call);
  await server.hasTold(1);

  expect(before).toEqual([]);
  expect(server.told()).toMatchObject([{ method }]);
});

test("gives up on a list that Kaneo does not give within five seconds", async () => {
  const clock = new FakeClock({ byHand: true });
  const asked = createDeferred<void>();
  const session = createApiKeySession("");
  const createContext = (signal: AbortSignal) => {
    const kept = () => {
      asked.resolve();
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    };
    // What lists projects looks at these only.
    return { signal, session, kaneo: { kept, defaults: {} } } as unknown as ToolContext;
  };
  const getProject = toolNamed(allTools, "get_project");
  const { transport, log } = serve([getProject], { clock, createContext });
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void received.push(message);

  await transport.send({ jsonrpc: "2.0", id: 1, method: "resources/list" });
  await asked.promise;
  await clock.advance(4_900);
  const early = received.length;
  await clock.advance(200);
  await until(() => received.length > 0);

  expect(early).toBe(0);
  expect(received).toMatchObject([{ id: 1, result: { resources: [] } }]);
  expect(log.lines).toEqual(["warn: Nothing to choose from: 5 seconds went by."]);
});
