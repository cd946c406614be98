import {
  ListResourcesResultSchema,
  ReadResourceResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { mapTexts } from "../../src/json.ts";
import { signInQuestion } from "../../src/session.ts";
import { allTools } from "../../src/tools/index.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { eras, type KaneoServer, serveKaneo } from "../support/serve-kaneo.ts";
import { tool } from "../support/serve-tools.ts";
import { pending } from "../support/signed-out-server.ts";
import { toolNamed } from "../support/tool-named.ts";

const both = eras.map((era) => ({ era }));
const notFound = { "2025-11-25": -32002, "2026-07-28": -32602 };

/** The text behind an address. */
async function read(server: KaneoServer, uri: string): Promise<string> {
  const { result, error } = await server.ask("2026-07-28", "resources/read", { uri });
  expect(error).toBeUndefined();
  expect(result).toMatchObject({ contents: [{ uri, mimeType: "text/plain" }] });
  const [content] = ReadResourceResultSchema.parse(result).contents;
  return content !== undefined && "text" in content ? content.text : "";
}

test.each(both)("lists the projects in $era", async ({ era }) => {
  await using server = await serveKaneo();
  const { data } = server.sandbox;
  const fields = { icon: "X", workspaceId: server.workspaceId };
  addProject(data, { name: "Old", slug: "OLD", ...fields, archivedAt: "2025-01-01T00:00:00.000Z" });
  addProject(data, { name: "Ü / ?", slug: "Ü/1", ...fields });

  const { result } = await server.ask(era, "resources/list");

  expect(result).toMatchObject({
    resources: [
      {
        uri: "kaneo://project/WEB",
        name: "WEB",
        title: "Website",
        description: "Project in Acme",
        mimeType: "text/plain",
      },
      { uri: "kaneo://project/%C3%9C%2F1", name: "Ü/1", title: "Ü / ?" },
    ],
  });
});

test("lists at most 50 projects, and those that share a slug by their ids", async () => {
  await using server = await serveKaneo();
  const { data } = server.sandbox;
  const fields = { icon: "X", workspaceId: server.workspaceId };
  const { id } = addProject(data, { name: "Twin", slug: "web", ...fields });
  for (let number = 1; number <= 60; number += 1) {
    addProject(data, { name: `P${number}`, slug: `P${number}`, ...fields });
  }

  const { result } = await server.ask("2025-11-25", "resources/list");

  const { resources: listed } = ListResourcesResultSchema.parse(result);
  expect(listed).toHaveLength(50);
  expect(listed.map(({ uri }) => uri)).toContain(`kaneo://project/${id}`);
  expect(await read(server, `kaneo://project/${id}`)).toContain("Twin");
});

test.each(both)(
  "lists by its id a project without a slug, or whose slug an archived one has too, in $era",
  async ({ era }) => {
    await using server = await serveKaneo();
    const old = { name: "Old", slug: "web", icon: "X", workspaceId: server.workspaceId };
    addProject(server.sandbox.data, { ...old, archivedAt: "2025-01-01T00:00:00.000Z" });
    const bare = addProject(server.sandbox.data, { ...old, name: "Bare", slug: "" });

    const { result } = await server.ask(era, "resources/list");

    const { resources: listed } = ListResourcesResultSchema.parse(result);
    expect(listed.map(({ uri }) => uri.split("/").at(-1))).toEqual([server.projectId, bare.id]);
  },
);

test("a resource is read whatever else the request says", async () => {
  await using server = await serveKaneo();
  const params = { uri: "kaneo://project/WEB", name: { toString: 1 } };

  const { result } = await server.ask("2025-11-25", "resources/read", params);

  expect(result).toMatchObject({ contents: [{ uri: params.uri }] });
});

test("hides credentials that Kaneo shows in a name", async () => {
  await using server = await serveKaneo();
  const fields = { name: "My s3cret", slug: "s3cret", icon: "X" };
  addProject(server.sandbox.data, { ...fields, workspaceId: server.workspaceId });
  const ref = { type: "ref/resource", uri: "kaneo://project/{slug}" };
  const argument = { name: "slug", value: "s3" };

  const listed = await server.ask("2025-11-25", "resources/list");
  const completed = await server.ask("2025-11-25", "completion/complete", { ref, argument });

  expect(JSON.stringify([listed.result, completed.result])).not.toContain("s3cret");
  expect(listed.result).toMatchObject({ resources: [{ name: "WEB" }, { title: "My [redacted]" }] });
  expect(completed.result).toMatchObject({ completion: { values: ["[redacted]"] } });
});

test("hides a secret as it is, however JSON writes it", () => {
  const hide = (text: string) => text.replaceAll('s3"cret', "[redacted]");

  const hidden = mapTexts([{ title: 'My s3"cret', count: 1 }], hide);

  expect(hidden).toEqual([{ title: "My [redacted]", count: 1 }]);
});

test.each(both)("lists the templates in $era", async ({ era }) => {
  await using server = await serveKaneo();

  const { result } = await server.ask(era, "resources/templates/list");

  expect(result).toMatchObject({
    resourceTemplates: [
      { name: "project", uriTemplate: "kaneo://project/{slug}", mimeType: "text/plain" },
      { name: "board", uriTemplate: "kaneo://project/{slug}/board" },
      { name: "task", uriTemplate: "kaneo://task/{key}" },
    ],
  });
});

test("shows what the tools show", async () => {
  await using server = await serveKaneo();

  const shown = [
    await read(server, "kaneo://project/WEB"),
    await read(server, "kaneo://project/WEB/board"),
    await read(server, "kaneo://task/WEB-1"),
  ];

  expect(shown).toEqual([
    await server.call(toolNamed(allTools, "get_project"), { project: "WEB" }),
    await server.call(toolNamed(allTools, "show_board"), { project: "WEB" }),
    await server.call(toolNamed(allTools, "get_task"), { task: "WEB-1" }),
  ]);
});

test.each([
  "KANEO://PROJECT/web",
  "kaneo://project/%57EB",
  "kaneo://project/%20web%20",
  "kaneo://project/Website",
  "kaneo://Project/WEB/Board",
  "kaneo://task/web-2",
  "kaneo://task/WEB%2D2",
  "kaneo://task/%23WEB-2",
])("reads %s", async (uri) => {
  await using server = await serveKaneo();

  expect(await read(server, uri)).toContain("WEB");
});

const unknown = [
  "",
  " ",
  "kaneo://",
  "kaneo://project",
  "kaneo://project/",
  "kaneo://project/%20",
  "kaneo://project//board",
  "kaneo://project/NOPE",
  "kaneo://project/NOPE/board",
  "kaneo://project/WEB/tasks",
  "kaneo://project/WEB?x=1",
  "kaneo://project/WEB#top",
  "kaneo://project/%",
  "kaneo://project/%ff",
  "kaneo://project/..%2f..%2fapi",
  "kaneo://task/",
  "kaneo://task/1",
  "kaneo://task/WEB",
  "kaneo://task/WEB-99",
  "kaneo://task/WEB-1,WEB-2",
  "kaneo://task/WEB-1%0AWEB-2",
  "kaneo://user/alice",
  "http://project/WEB",
  "file:///etc/passwd",
  "constructor",
  `kaneo://project/${"x".repeat(2_032)}`,
];

test.each(both)(
  "says of an address without anything behind it that there is nothing, in $era",
  async ({ era }) => {
    // Must not stand in for a name that is left out.
    await using server = await serveKaneo({ defaults: { project: "WEB" } });

    for (const uri of unknown) {
      const { error } = await server.ask(era, "resources/read", { uri });

      const code = uri === "" ? -32602 : notFound[era];
      expect(error, uri).toMatchObject({ code, ...(uri !== "" && { data: { uri } }) });
      expect(error?.message.length, uri).toBeLessThan(1_000);
    }
  },
);

test.each([[undefined], [null], [7], [{}], [["kaneo://task/WEB-1"]], ["x".repeat(2_049)]])(
  "says that %j is no address",
  async (uri) => {
    await using server = await serveKaneo();

    for (const era of eras) {
      const { error } = await server.ask(era, "resources/read", { uri });

      expect(error).toEqual({
        code: -32602,
        message: '"uri" must be a string of 1 to 2048 characters.',
      });
    }
  },
);

test.each(both)(
  "names the candidates when two workspaces have the slug, in $era",
  async ({ era }) => {
    await using server = await serveKaneo();
    const { data, people } = server.sandbox;
    const id = "second";
    data.workspaces.push({
      id,
      name: "Second",
      slug: id,
      description: null,
      createdAt: new Date(),
    });
    data.members.push({
      id: "alice-in-second",
      organizationId: id,
      userId: people.alice.id,
      role: "owner",
    });
    addProject(data, { name: "Other web", slug: "WEB", icon: "X", workspaceId: id });

    const { error } = await server.ask(era, "resources/read", { uri: "kaneo://project/WEB/board" });

    expect(error).toMatchObject({ code: -32602, data: { uri: "kaneo://project/WEB/board" } });
    expect(error?.message).toMatch(/Website.*in Acme.*Other web.*in Second/s);
  },
);

test.each(both)(
  "lists nothing and asks nothing of Kaneo before anybody has signed in, in $era",
  async ({ era }) => {
    const state = async () => ({ kind: "signed_out" }) as const;
    const session = {
      state,
      signIn: state,
      signOut: async () => ({ outcome: "nothing" }) as const,
    };
    await using server = await serveKaneo({ session: { instance: "", ...session } });

    const { result } = await server.ask(era, "resources/list");

    expect(result).toMatchObject({ resources: [] });
    expect(server.sandbox.requests).toEqual([]);
  },
);

test("shows the link of the sign-in in place of a resource, as of a tool", async () => {
  const question = signInQuestion(pending, { now: 0, leftMs: 0, timeZone: "UTC" });
  const signedOut = tool("get_project", () => Promise.reject(question));
  await using server = await serveKaneo({ tools: [signedOut] });

  expect(await read(server, "kaneo://project/WEB")).toContain(pending.link);
});

test.each(both)("has only the resources whose tools there are, in $era", async ({ era }) => {
  const selection = { toolsets: ["tasks"], isReadOnly: false };
  await using server = await serveKaneo({ selection });

  const templates = await server.ask(era, "resources/templates/list");
  const listed = await server.ask(era, "resources/list");
  const project = await server.ask(era, "resources/read", { uri: "kaneo://project/WEB" });

  expect(templates.result).toMatchObject({ resourceTemplates: [{ name: "task" }] });
  expect(listed.result).toMatchObject({ resources: [] });
  expect(project.error).toMatchObject({
    code: notFound[era],
    message: "There is no such resource here.",
  });
});

test("says why Kaneo gave nothing, and lists nothing then", async () => {
  await using server = await serveKaneo();
  await server.sandbox.close();

  const listed = await server.ask("2025-11-25", "resources/list");
  const project = await server.ask("2026-07-28", "resources/read", { uri: "kaneo://project/WEB" });

  expect(listed.result).toEqual({ resources: [] });
  expect(server.warnings()).toEqual([expect.stringContaining("warn: Nothing to choose from: ")]);
  expect(project.error).toMatchObject({ code: -32603, data: { uri: "kaneo://project/WEB" } });
});
