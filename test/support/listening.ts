import { systemClock } from "../../src/clock.ts";
import { createHttp } from "../../src/http/http-client.ts";
import { channelOf, createLive } from "../../src/kaneo/events/live.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { FakeClock } from "./fake-clock.ts";

/** Alice listens to a sandbox of one project; time stands still unless a test moves it. */
export async function startListening() {
  const sandbox = await startSandbox({ seed: "empty" });
  const { data, people } = sandbox;
  const workspaceId = data.workspaces[0]?.id ?? "";
  const project = addProject(data, { name: "Web", slug: "WEB", icon: "Globe", workspaceId });
  const task = addTask(data, project.id, { title: "One", status: "to-do" });
  const http = createHttp({ baseUrl: sandbox.url, userAgent: "test", clock: systemClock });
  const authorization = `Bearer ${people.alice.apiKey}`;
  const clock = new FakeClock({ byHand: true });
  let announced = 0;
  const live = createLive({
    clock,
    openSocket: (request) => http.openSocket({ ...request, headers: { authorization } }),
    windowId: "mine",
    onAnnounced: () => {
      announced += 1;
    },
    random: () => 1,
  });
  const write = (title: string, windowId?: string) =>
    http({
      method: "PUT",
      path: `/api/task/title/${task.id}`,
      body: { title },
      headers: { authorization, ...(windowId && { "x-kaneo-window-id": windowId }) },
    });
  return {
    sandbox,
    sockets: sandbox.sockets,
    clock,
    live,
    task,
    write,
    channel: channelOf(project.id),
    announced: () => announced,
    [Symbol.asyncDispose]: async () => {
      live.close();
      await http.close();
      await sandbox.close();
    },
  };
}
