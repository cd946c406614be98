import { Client as NewerClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as NewerTransport } from "@modelcontextprotocol/client/stdio";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  StdioClientTransport,
  type StdioServerParameters,
} from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { codesGiven, linkIn } from "./support/scenario-sign-in.ts";
import { bareEnvironment, builtFile } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

/** What a client does when it is to lead its person to a page. */
type OpenLink = (url: string) => Promise<"accept" | "decline">;

interface CallOptions {
  signal?: AbortSignal;
  onprogress?(progress: unknown): void;
}

/** What all of these clients have. */
interface AnyClient {
  onerror?: ((error: Error) => void) | undefined;
  fallbackNotificationHandler?: ((told: Told) => Promise<void>) | undefined;
  listTools(): Promise<{ tools: unknown[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  readResource(about: { uri: string }): Promise<{ contents: object[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(about: { name: string; arguments: Record<string, string> }): Promise<object>;
  setLoggingLevel(level: "info"): Promise<object>;
  complete(about: Completing): Promise<{ completion: { values: string[] } }>;
  close(): Promise<void>;
}

interface Told {
  method: string;
  params?: Record<string, unknown> | undefined;
}

interface Completing {
  ref: { type: "ref/resource"; uri: string };
  argument: { name: string; value: string };
}

type Make<C extends AnyClient> = (
  place: StdioServerParameters,
  openLink?: OpenLink,
) => {
  client: C;
  version(): string | undefined;
  connect(): Promise<void>;
  call(name: string, args: Record<string, unknown>, options: CallOptions): Promise<object>;
};

const about = { name: "test", version: "1" };

function abilities(openLink: OpenLink | undefined) {
  return openLink ? { elicitation: { url: {} } } : {};
}

const sdkClient: Make<Client> = (place, openLink) => {
  const client = new Client(about, { capabilities: abilities(openLink) });
  if (openLink) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      return { action: await openLink("url" in params ? params.url : "") };
    });
  }
  return {
    client,
    version: () => "2025-11-25",
    connect: () => client.connect(new StdioClientTransport(place)),
    call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
  };
};

function newerClient(mode: "legacy" | "auto" | { pin: string }): Make<NewerClient> {
  return (place, openLink) => {
    const capabilities = abilities(openLink);
    const client = new NewerClient(about, { capabilities, versionNegotiation: { mode } });
    if (openLink) {
      client.setRequestHandler("elicitation/create", async ({ params }) => {
        return { action: await openLink("url" in params ? params.url : "") };
      });
    }
    return {
      client,
      version: () => client.getNegotiatedProtocolVersion(),
      connect: () => client.connect(new NewerTransport(place)),
      call: (name, args, options) => client.callTool({ name, arguments: args }, options),
    };
  };
}

const modern = newerClient({ pin: "2026-07-28" });
/** The client of the SDK 1.32, and MCP's client 2.4 in each of its modes; with the version that they agree on. */
const clients: { name: string; make: Make<AnyClient>; version: string }[] = [
  { name: "SDK 1.32", make: sdkClient, version: "2025-11-25" },
  { name: "2.4 legacy", make: newerClient("legacy"), version: "2025-11-25" },
  { name: "2.4 auto", make: newerClient("auto"), version: "2026-07-28" },
  { name: "2.4 modern", make: modern, version: "2026-07-28" },
];

/** The built file behind a client. The end of the block fails when anything came that the client could not read. */
async function connect<C extends AnyClient>(make: Make<C>, { url }: Sandbox, openLink?: OpenLink) {
  const folder = await makeTemporaryFolder();
  const env = bareEnvironment(folder.path, { KANEO_API_URL: url });
  const place = { command: process.execPath, args: [builtFile], env };
  const connected = make({ ...place, stderr: "ignore" }, openLink);
  const { client } = connected;
  const strays: Error[] = [];
  client.onerror = (error) => strays.push(error);
  await connected.connect();
  return {
    client,
    version: connected.version(),
    /** Gives the text of the answer. */
    async call(name: string, args: Record<string, unknown> = {}, options: CallOptions = {}) {
      const answer = await connected.call(name, args, options);
      // The SDK's type also allows for answers of protocol versions that had no content.
      const { content } = answer as { content: { text?: string }[] };
      return content.map(({ text }) => text ?? "").join("\n");
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await folder[Symbol.asyncDispose]();
      if (strays.length > 0) throw new AggregateError(strays, "The client could not read it all");
    },
  };
}

test.concurrent.each(clients)(
  "$name leads its person to the page, lists tasks once they have approved, and creates one",
  async ({ make, version }) => {
    await using sandbox = await startSandbox({ deviceInterval: "1s" });
    const links: string[] = [];
    await using session = await connect(make, sandbox, async (url) => {
      links.push(url);
      await sandbox.approve(linkIn(url).code);
      return "accept";
    });

    const { tools } = await session.client.listTools();
    const listed = await session.call("list_tasks", { project: "WEB" });
    const created = await session.call("create_task", { project: "WEB", title: "Both eras" });

    expect(session.version).toBe(version);
    expect(tools.length).toBeGreaterThan(20);
    expect(links).toHaveLength(1);
    expect(listed).toContain("Fix login redirect loop");
    expect(created).toMatch(/WEB-\d+/);
    expect(codesGiven(sandbox)).toBe(1);
  },
);

test.concurrent.each(clients)(
  "$name gets the text with the link when its person declines",
  async ({ make }) => {
    await using sandbox = await startSandbox();
    await using session = await connect(make, sandbox, async () => "decline");

    const answer = await session.call("sign_in");

    expect(answer).toContain(`Sign in to Kaneo: ${sandbox.url}/device?user_code=`);
    expect(answer).toContain("Nothing was done yet");
  },
);

test.concurrent.each(clients)(
  "$name without elicitation gets the text, sees progress, cancels, and lists after the approval",
  async ({ make }) => {
    await using sandbox = await startSandbox({ deviceInterval: "1s" });
    await using session = await connect(make, sandbox);
    const cancel = new AbortController();
    const seen: unknown[] = [];
    const onprogress = (progress: unknown) => {
      seen.push(progress);
      cancel.abort(new Error("enough"));
    };

    const asked = await session.call("list_tasks", { project: "WEB" });
    const waiting = session.call("list_tasks", {}, { signal: cancel.signal, onprogress });
    await expect(waiting).rejects.toThrow("enough");
    await sandbox.approve(linkIn(asked).code);
    const listed = await session.call("list_tasks", { project: "WEB" });

    const message = expect.stringContaining("to be approved");
    expect(seen).toMatchObject([{ progress: 6, message }]);
    expect(listed).toContain("Fix login redirect loop");
  },
  30_000,
);

test.concurrent.each(clients)(
  "$name leads its person to the page for a resource, and has lists, prompts and completion",
  async ({ make }) => {
    await using sandbox = await startSandbox({ deviceInterval: "1s" });
    await using session = await connect(make, sandbox, async (url) => {
      await sandbox.approve(linkIn(url).code);
      return "accept";
    });
    const { client } = session;

    const before = await client.listResources();
    const { contents } = await client.readResource({ uri: "kaneo://task/WEB-12" });
    const missing = client.readResource({ uri: "kaneo://task/WEB-999" });
    await expect(missing).rejects.toThrow("There is no task WEB-999");
    const { resourceTemplates } = await client.listResourceTemplates();
    const { prompts } = await client.listPrompts();
    const prompt = await client.getPrompt({ name: "standup", arguments: { project: "WEB" } });
    const { completion } = await client.complete({
      ref: { type: "ref/resource", uri: "kaneo://project/{slug}" },
      argument: { name: "slug", value: "w" },
    });

    expect(before.resources).toEqual([]);
    expect(contents).toMatchObject([{ text: expect.stringContaining("WEB-12") }]);
    expect(resourceTemplates).toHaveLength(3);
    expect(prompts.map(({ name }) => name)).toContain("break_down");
    expect(prompt).toMatchObject({ messages: [{ role: "user" }] });
    expect(completion.values).toEqual(["WEB"]);
    expect(codesGiven(sandbox)).toBe(1);
  },
);

test.concurrent.each(clients.filter(({ version }) => version === "2025-11-25"))(
  "$name is told of what is logged as soon as it sets a level",
  async ({ make }) => {
    await using sandbox = await startSandbox();
    await using session = await connect(make, sandbox);
    const told: Told[] = [];
    session.client.fallbackNotificationHandler = async (one) => void told.push(one);

    await session.call("list_projects");
    await session.client.setLoggingLevel("info");
    await session.call("whoami");

    const params = { level: "info", logger: "kaneo-mcp", data: expect.stringMatching(/^whoami: /) };
    expect(told).toMatchObject([{ method: "notifications/message", params }]);
  },
);

/** At most 1.5 kB: clients keep it with every server. */
const svgData = /^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]{1,1470}$/;

test("2.4 knows who it talks to, and opens and closes a stream of changes", async () => {
  await using sandbox = await startSandbox();
  await using session = await connect(modern, sandbox);
  const { client } = session;

  const stream = await client.listen({ toolsListChanged: true, resourcesListChanged: true });
  await stream.close();

  expect(stream.honoredFilter).toEqual({ resourcesListChanged: true });
  const src = expect.stringMatching(svgData);
  expect(client.getServerVersion()).toMatchObject({
    name: "kaneo-mcp",
    title: "Kaneo",
    icons: [{ src }],
  });
  expect(client.getInstructions()).toContain("Kaneo");
  expect(sandbox.requests).toEqual([]);
});
