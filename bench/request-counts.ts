/** How many requests calls need, counted at the server. */
import type { Figure } from "./figure.ts";
import { startMcp } from "./mcp-process.ts";
import { ourCommand, type Surroundings, startOurs } from "./our-server.ts";
import type { SandboxProcess } from "./sandbox.ts";

/** What a task is found with, when its key is all that is known. */
const NEEDED = /^GET \/api\/(auth\/organization\/list|project\?|task\/)/;

/** The sandbox has the seed "contract". */
export async function countRequests(
  sandbox: SandboxProcess,
  place: Surroundings,
): Promise<Figure[]> {
  const all: string[] = [];
  const requestsOf = async (work: () => Promise<unknown>) => {
    await sandbox.takeRequests();
    await work();
    const requests = await sandbox.takeRequests();
    all.push(...requests);
    return requests;
  };
  const id = sandbox.taskIds["WEB-12"];
  await using reader = await startOurs(place);
  const first = await requestsOf(() => reader.call("get_task", { task: "WEB-12", include: [] }));
  const readById = () => reader.call("get_task", { task: id, include: [] });
  await readById();
  const read = await requestsOf(readById);
  await using writer = await startMcp(ourCommand(place, { KANEO_WORKSPACE: "acme" }));
  const update = (status: string, assignee: string, label: string) => () =>
    writer.call("update_task", { task: "WEB-12", status, assignee, add_labels: [label] });
  const cold = await requestsOf(update("in-review", "bob@example.com", "docs"));
  const warm = await requestsOf(update("done", "alice@example.com", "bug"));
  const count = (name: string, requests: string[], target: number): Figure => ({
    name,
    value: requests.length,
    unit: "requests",
    target,
    basis: "counted at the server",
  });
  const beyond = first.filter((request) => !NEEDED.test(request));
  const checks = all.filter((request) => request.includes("/get-session"));
  return [
    count("first call, beyond what the tool needs", beyond, 1),
    count("calls that only check the session", checks, 0),
    count("get_task by id, caches warm", read, 2),
    count("update_task: status, assignee, label; cold", cold, 8),
    count("update_task: status, assignee, label; warm", warm, 5),
  ];
}
