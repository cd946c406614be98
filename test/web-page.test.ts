/** The address of Kaneo's page at the end of answers about one task or project. */
import { expect, test } from "vitest";
import { startHostServer } from "./board/host-server.ts";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import type { ConnectedClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { taskOf } from "./support/scenario-state.ts";
import { codeIn } from "./support/temp-home.ts";

async function startWithKey(sandbox: Sandbox): Promise<ConnectedClient> {
  const { apiKey } = sandbox.people.alice;
  return connectHere({ env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey } });
}

const DEVICE = "/api/auth/device?ui=1";

function looks(sandbox: Sandbox): string[] {
  return sandbox.requests.map(({ path }) => path).filter((path) => ["/", DEVICE].includes(path));
}

test("an answer about one task or project ends with the address of its page, looked for once", async () => {
  await using sandbox = await startSandbox({ seed: "acme" });
  await using server = await startWithKey(sandbox);
  const { id, projectId } = taskOf(sandbox, "WEB-12");
  const workspaceId = sandbox.data.projects.get(projectId)?.workspaceId;
  const project = `${sandbox.url}/dashboard/workspace/${workspaceId}/project/${projectId}`;

  const early = await server.call("update_task", { task: "WEB-12", priority: "low" });
  const endings = [
    await server.call("get_task", { task: "WEB-12" }),
    await server.call("update_task", { task: "WEB-12", priority: "high" }),
    await server.call("add_comment", { task: "WEB-12", content: "Seen" }),
    await server.call("get_project", { project: "WEB" }),
    await server.call("show_board", { project: "WEB" }),
    await server.call("update_project", { project: "WEB", description: "All of it" }),
  ].map(({ text }) => text.split("\n").at(-1));
  const created = await server.call("create_task", { project: "WEB", title: "One more" });
  const both = await server.call("get_task", { task: ["WEB-12", "WEB-13"] });

  const task = `${project}/task/${id}`;
  const board = `${project}/board`;
  expect(endings).toEqual([task, task, task, board, board, board]);
  expect(created.text).toMatch(/\/task\/\w+$/);
  expect(early.text + both.text).not.toContain("/dashboard/");
  expect(looks(sandbox)).toEqual([DEVICE]);
});

test("a public project has the address for those who do not sign in", async () => {
  await using sandbox = await startSandbox({ seed: "acme" });
  await using server = await startWithKey(sandbox);
  const { projectId } = taskOf(sandbox, "WEB-12");

  const made = await server.call("update_project", { project: "WEB", public: true });
  const shown = await server.call("get_project", { project: "WEB" });
  const task = await server.call("get_task", { task: "WEB-12" });

  const link = `For anyone: ${sandbox.url}/public-project/${projectId}`;
  expect([made.text, shown.text].map((text) => text.split("\n").at(-1))).toEqual([link, link]);
  expect(task.text).not.toContain("public-project");
});

test("the board's view is told the address of its project's page", async () => {
  await using sandbox = await startSandbox({ seed: "acme" });
  const { projectId } = taskOf(sandbox, "WEB-12");
  await using server = await startHostServer({
    KANEO_API_URL: sandbox.url,
    KANEO_API_KEY: sandbox.people.alice.apiKey,
  });

  const { call } = await server.show("WEB");
  const data = await call("board_data", { project_id: projectId });

  const url = expect.stringMatching(new RegExp(`/project/${projectId}/board$`));
  expect(data["structuredContent"]).toMatchObject({ project: { url } });
});

test("after a sign-in the page is where its link led, though the instance does not serve it", async () => {
  const clientUrl = "http://localhost:5173/kaneo";
  await using sandbox = await startSandbox({ seed: "acme", clientUrl, deviceInterval: "1s" });
  await using server = await connectHere({ env: { KANEO_API_URL: sandbox.url } });
  const asked = await server.call("get_task", { task: "WEB-12" });
  await sandbox.approve(codeIn(asked.text));
  await server.call("sign_in", { wait_seconds: 20 });
  await using second = await connectHere({
    home: server.home,
    env: { KANEO_API_URL: sandbox.url },
  });

  const answers = [
    await server.call("get_task", { task: "WEB-12" }),
    await second.call("get_task", { task: "WEB-12" }),
  ];

  const { id } = taskOf(sandbox, "WEB-12");
  const page = new RegExp(`\n${clientUrl}/dashboard/workspace/\\w+/project/\\w+/task/${id}$`);
  expect(answers[0]?.text).toMatch(page);
  expect(answers[1]?.text).toMatch(page);
  expect(looks(sandbox)).toEqual([]);
});

test("with an API key the page is where the API alone sends browsers", async () => {
  const clientUrl = "http://localhost:5173/kaneo";
  await using sandbox = await startSandbox({ seed: "acme", clientUrl });
  await using server = await startWithKey(sandbox);

  const { text } = await server.call("get_task", { task: "WEB-12" });

  expect(text).toContain(`\n${clientUrl}/dashboard/workspace/`);
});

test.for([
  "https://elsewhere.example.net/device",
  "http://user@127.0.0.1/device",
  "javascript:alert(1)",
  "/device",
])("where it sends browsers to %s, the page is the instance's own", async (location) => {
  await using sandbox = await startSandbox({ seed: "acme" });
  sandbox.fail({ path: "/api/auth/device" }, { kind: "redirect", to: location });
  sandbox.fail({ method: "GET", path: "/" }, { kind: "html" });
  await using server = await startWithKey(sandbox);

  const { text } = await server.call("get_task", { task: "WEB-12" });

  expect(text).toContain(`\n${sandbox.url}/dashboard/workspace/`);
  expect(looks(sandbox)).toEqual([DEVICE, "/"]);
});

test("no address is shown where the instance has no page, and none of that fails a call", async () => {
  await using sandbox = await startSandbox({ seed: "acme" });
  const times = Number.POSITIVE_INFINITY;
  sandbox.fail({ path: "/api/auth/device", times }, { kind: "reset", when: "before" });
  sandbox.fail({ method: "GET", path: "/" }, { kind: "reset", when: "before" });
  await using server = await startWithKey(sandbox);

  const answers = [
    await server.call("get_task", { task: "WEB-12" }),
    await server.call("get_project", { project: "WEB" }),
  ];

  expect(answers.map(({ isError }) => isError ?? false)).toEqual([false, false]);
  expect(answers.map(({ text }) => text).join("\n")).not.toContain("/dashboard/");
});
