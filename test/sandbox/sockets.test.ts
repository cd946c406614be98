import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { addProject } from "./routes/projects.ts";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";

async function listen(sandbox: Sandbox, path: string, key: string) {
  const url = `${sandbox.url.replace("http", "ws")}/api/ws/${path}`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } });
  const said: string[] = [];
  socket.on("message", (text) => said.push(String(text)));
  await once(socket, "open");
  return {
    said,
    next: () => once(socket, "message"),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

function write(
  sandbox: Sandbox,
  path: string,
  init: { key: string; body: object; window?: string },
) {
  const headers = {
    authorization: `Bearer ${init.key}`,
    "content-type": "application/json",
    ...(init.window && { "x-kaneo-window-id": init.window }),
  };
  return fetch(sandbox.url + path, { method: "POST", headers, body: JSON.stringify(init.body) });
}

const task = { title: "New", description: "", priority: "low", status: "to-do" };

test("who listens to a project hears of every change but those of its own window", async () => {
  await using sandbox = await startSandbox({ seed: "empty" });
  const { alice } = sandbox.people;
  const workspaceId = sandbox.data.workspaces[0]?.id ?? "";
  const { id } = addProject(sandbox.data, { name: "W", slug: "W", icon: "Globe", workspaceId });
  using mine = await listen(sandbox, `${id}?windowId=mine`, alice.apiKey);
  using other = await listen(sandbox, `${id}?windowId=other`, alice.apiKey);

  const heard = other.next();
  await write(sandbox, `/api/task/${id}`, { key: alice.apiKey, body: task, window: "mine" });
  await heard;
  const heardBoth = Promise.all([mine.next(), other.next()]);
  await write(sandbox, `/api/task/${id}`, { key: alice.apiKey, body: task });
  await heardBoth;

  const [first, second] = [...sandbox.data.tasks.keys()];
  const created = (taskId = "") => ({ type: "TASK_CREATED", projectId: id, taskId });
  expect(mine.said.map((text) => JSON.parse(text))).toEqual([created(second)]);
  expect(other.said.map((text) => JSON.parse(text))).toEqual([created(first), created(second)]);
});

test("a socket is refused without a credential, to outsiders, and for what is no project", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const [project] = sandbox.data.projects.values();
  const base = `${sandbox.url.replace("http", "ws")}/api/ws`;
  const statusOf = async (url: string, key?: string) => {
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    const socket = new WebSocket(url, { headers }).on("error", () => {});
    const [, response] = await once(socket, "unexpected-response");
    return response.statusCode;
  };

  const statuses = await Promise.all([
    statusOf(`${base}/${project?.id}`),
    statusOf(`${base}/nothing`, sandbox.people.alice.apiKey),
    statusOf(`${base}/user`),
  ]);

  expect(statuses).toEqual([401, 401, 401]);
});
