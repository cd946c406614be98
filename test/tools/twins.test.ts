/** Two projects with one slug: a person must be able to tell SITE-1 from SITE-1, and to name either. */
import { expect, test } from "vitest";
import { tellApart } from "../../src/kaneo/names/twins.ts";
import { choicesFor } from "../../src/resources/choices.ts";
import { allTools } from "../../src/tools/index.ts";
import type { Task } from "../sandbox/data.ts";
import { addActivity, notifyAbout } from "../sandbox/events.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addTimeEntry } from "../sandbox/routes/time-entries.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import type { ToolHarnessOptions } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

const nowMs = Date.parse("2026-03-04T12:00:00Z");

interface Twins extends SmallBoard {
  /** SITE-1 of Acme, and of Second. */
  tasks: [Task, Task];
  ask(tool: string, args?: Record<string, unknown>): Promise<string>;
}

/** A project SITE in two workspaces, with a task in each; or, with `isNear`, twice in one workspace. */
async function startTwins({
  isNear = false,
  ...options
}: ToolHarnessOptions & { isNear?: boolean } = {}): Promise<Twins> {
  const board = await startSmallBoard({ nowMs, ...options });
  const { data, people } = board.sandbox;
  const second = isNear ? board.workspaceId : addWorkspace(board, "Second");
  const make = (workspaceId: string, name: string) => {
    const { id } = addProject(data, { name, slug: "SITE", icon: "X", workspaceId });
    return addTask(data, id, { title: "Fix it", status: "to-do", userId: people.alice.id });
  };
  const tasks: Twins["tasks"] = [
    make(board.workspaceId, "Site"),
    make(second, isNear ? "Other site" : "Site"),
  ];
  const ask = (tool: string, args = {}) => board.call(toolNamed(allTools, tool), args);
  return { ...board, tasks, ask };
}

/** Comments, logs time on and notifies alice of both. */
function makeThingsHappen({ sandbox: { data, people }, tasks }: Twins): void {
  for (const task of tasks) {
    const userId = people.bob.id;
    addActivity(data, { taskId: task.id, userId, type: "comment", content: "A needle" });
    const [startTime, endTime] = ["2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z"];
    addTimeEntry(data, { taskId: task.id, userId, description: "", startTime, endTime });
    notifyAbout(data, task, { userId: people.alice.id, type: "task_overdue" });
  }
}

test("lists over several workspaces tell keys and slugs apart that two projects share", async () => {
  await using twins = await startTwins();

  const byBoard = await twins.ask("list_tasks", { text: "fix" });
  const byDue = await twins.ask("list_tasks", { text: "fix it", sort: "due" });
  const counts = await twins.ask("list_tasks", { text: "fix it", count_by: "project" });
  const one = await twins.ask("list_tasks", { workspace: "Second" });

  expect(byBoard.match(/^(SITE|WEB).*$/gm)).toEqual([
    "WEB to-do: 1",
    'WEB-1  "Fix login redirect loop"',
    "SITE (Acme) to-do: 1",
    expect.stringMatching(/^SITE-1 \(Acme\) {2}@.* {2}"Fix it"$/),
    "SITE (Second) to-do: 1",
    expect.stringMatching(/^SITE-1 \(Second\) {2}@.* {2}"Fix it"$/),
  ]);
  expect(byDue.match(/^SITE-1 \(\w+\)/gm)?.sort()).toEqual(["SITE-1 (Acme)", "SITE-1 (Second)"]);
  expect(counts).toMatch(/\nSITE \(Acme\) {2}"Site" {2}1\nSITE \(Second\) {2}"Site" {2}1$/);
  expect(one).toMatch(/\nto-do: 1\nSITE-1 {2}@/);
});

test("relations tell keys apart that two projects of a workspace share", async () => {
  await using twins = await startTwins({ isNear: true });
  const [task, other] = ["SITE-1 (Site)", "SITE-1 (Other site)"];

  const linked = await twins.ask("link_tasks", { task, relation: "blocks", other });
  const shown = await twins.ask("get_task", { task: [task] });
  const listed = await twins.ask("list_tasks", { project: "Site", blocked: false });
  const closed = await twins.ask("update_task", { task, status: "done", related_to: [other] });

  expect(linked).toBe(`${task} "Fix it" blocks ${other} "Fix it".`);
  expect(shown).toContain(`Blocks:\n  ${other}  to-do`);
  expect(listed).toContain(`blocks ${other}`);
  expect(closed).toContain(`added related to ${other}`);
  expect(closed).toContain(`${other} "Fix it" is no longer blocked.`);
});

test.each([
  ["list_activity", { since: "2020-01-01", kinds: ["comment", "time"] }, 4],
  ["search", { query: "fix" }, 2],
  ["search", { query: "needle" }, 2],
  ["search", { query: "site", kind: "projects" }, 2],
  ["report_time", {}, 4],
  ["list_notifications", {}, 2],
])("%s with %j tells whose SITE-1 is meant", async (tool, args, mentions) => {
  await using twins = await startTwins();
  makeThingsHappen(twins);

  const answer = await twins.ask(tool, args);

  const [all, acme, second] = [/SITE\b/g, /SITE(-1)? \(Acme\)/g, /SITE(-1)? \(Second\)/g].map(
    (pattern) => answer.match(pattern)?.length ?? 0,
  );
  expect([all, acme, second]).toEqual([mentions, mentions / 2, mentions / 2]);
});

test("search tells a key apart that a project has which it did not find", async () => {
  await using twins = await startTwins();
  twins.tasks[1].title = "Only here";

  const all = await twins.ask("search", { query: "only", kind: "tasks" });
  const near = await twins.ask("search", { query: "only", workspace: "Second" });

  expect(all).toMatch(/\nSITE-1 \(Second\) {2}/);
  expect(near).toMatch(/\nSITE-1 {2}/);
});

test("a key is taken as an answer writes it, by whichever tool", async () => {
  await using twins = await startTwins({ defaults: { workspace: "Acme" } });
  const [mine, other] = twins.tasks;

  const changed = await twins.ask("update_task", { task: "site-1 (second)", priority: "high" });
  const both = await twins.ask("update_tasks", {
    tasks: ["SITE-1 (Acme), SITE-1 (Second)"],
    status: "done",
  });
  const read = await twins.ask("get_task", { task: ["SITE-1 (Second)", mine.id] });
  const unknown = twins.ask("get_task", { task: "SITE-1 (Third)" });

  expect(changed).toMatch(/priority/);
  expect([mine.priority, other.priority]).toEqual(["no-priority", "high"]);
  expect(both).toBe("Changed 2 tasks.\nstatus to-do → done: SITE-1 (Acme), SITE-1 (Second)");
  expect(read).toMatch(/^SITE-1 \(Second\) {2}"Fix it"\n[\s\S]*\nSITE-1 \(Acme\) {2}"Fix it"\n/);
  await expect(unknown).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringMatching(/^No project "SITE \(Third\)"/),
  });
});

test("a project is taken as an answer writes it", async () => {
  await using twins = await startTwins();
  const second = addWorkspace(twins, "Bakery-Street");
  addProject(twins.sandbox.data, { name: "Site", slug: "SITE", icon: "X", workspaceId: second });

  const asShown = await twins.ask("list_tasks", { project: "SITE (Second)" });
  const key = await twins.ask("get_task", { task: "SITE-1 (Second)", include: [] });
  const like = await twins.ask("create_project", {
    name: "Sitemap",
    workspace: "Acme",
    like: "Site (Bakery-Street)",
  });
  const unknown = twins.ask("get_task", { task: "SITE-1 (Third)" });

  expect(asShown).toContain("Site (SITE): 1 task\n");
  expect(key).toMatch(/^SITE-1 /);
  expect(like).toMatch(/^Created project SIT /);
  await expect(unknown).rejects.toMatchObject({
    message: expect.stringMatching(
      /^No project "SITE \(Third\)"\..* SITE \(Site, id \w+, in Acme\), /,
    ),
  });
});

test("a new project's slug is none that another workspace has", async () => {
  await using twins = await startTwins();
  addProject(twins.sandbox.data, {
    name: "Shop",
    slug: "SHO",
    icon: "X",
    workspaceId: twins.workspaceId,
  });

  const made = await twins.ask("create_project", { name: "Shop", workspace: "Second" });

  expect(made).toMatch(/^Created project SHO2 /);
});

test("a key that two projects of different workspaces have is refused with what tells them apart", async () => {
  await using twins = await startTwins();
  const [mine, other] = twins.tasks;

  const call = twins.ask("get_task", { task: "SITE-1" });

  await expect(call).rejects.toMatchObject({
    kind: "ambiguous",
    message: `Several projects share the key SITE-1. There are: SITE-1 (Acme) "Fix it" (id ${mine.id}), SITE-1 (Second) "Fix it" (id ${other.id}).`,
    hint: "Call again with one of these.",
  });
});

test("projects of one workspace that share a slug are told apart by their names", async () => {
  await using twins = await startTwins({ isNear: true });

  const rows = await twins.ask("list_tasks", { text: "fix it", sort: "due" });
  const read = await twins.ask("get_task", { task: "SITE-1 (Other site)" });

  expect(rows.match(/^SITE-1 \([^)]+\)/gm)?.sort()).toEqual([
    "SITE-1 (Other site)",
    "SITE-1 (Site)",
  ]);
  expect(read).toContain("\nProject: Other site\n");
});

test("what stands behind a key names that project alone, also among those that an answer does not show", async () => {
  await using twins = await startTwins({ defaults: { workspace: "Second" } });
  const { sandbox, workspaceId, tasks } = twins;
  const [second = ""] = [...sandbox.data.projects.values()].flatMap(({ id, workspaceId: of }) =>
    id === tasks[1].projectId ? of : [],
  );
  const make = (name: string, title: string, of: string) => {
    const { id } = addProject(sandbox.data, { name, slug: "SITE", icon: "X", workspaceId: of });
    return addTask(sandbox.data, id, { title, status: "to-do" });
  };
  make("Old site", "Left out", workspaceId);
  make("Acme", "A namesake", second);

  const answer = await twins.ask("get_task", { task: tasks.map(({ id }) => id) });
  const keys = answer.match(/^SITE-1 \(.*\)(?= {2})/gm) ?? [];
  const read = await twins.ask("get_task", { task: keys });

  expect(keys).toHaveLength(2);
  expect(read).toBe(answer);
});

test("what a person chooses from after typing a key names each of both", async () => {
  await using twins = await startTwins();

  const choices = await choicesFor("task", "site-1", twins.kaneo);

  expect(choices).toEqual(["SITE-1 (Acme)", "SITE-1 (Second)"]);
});

test("projects are compared with each other once, however many events are theirs", async () => {
  await using twins = await startTwins();
  let looks = 0;
  const projects = twins.tasks.map(({ projectId: id }, index) => ({
    id,
    get slug() {
      looks += 1;
      return `SITE${index}`;
    },
  }));

  const tell = await tellApart(twins.kaneo, Array.from({ length: 500 }, () => projects).flat());

  expect(projects.map(({ id }) => tell(id, "SITE-1"))).toEqual(["SITE-1", "SITE-1"]);
  expect(looks).toBeLessThan(10);
});

test("however many projects meet, each is looked at once", async () => {
  await using board = await startSmallBoard();
  let looks = 0;
  const met = Array.from({ length: 1_000 }, (_, index) => ({
    id: `project${index}`,
    get slug() {
      looks += 1;
      return `S${index}`;
    },
  }));

  const tell = await tellApart(board.kaneo, met);

  expect(tell("project1", "S1-2")).toBe("S1-2");
  expect(looks).toBe(1_000);
});

test("a project that is called like its workspace is told apart by that name, which no other has", async () => {
  await using twins = await startTwins();
  const [{ projectId }] = twins.tasks;
  Object.assign(twins.sandbox.data.projects.get(projectId) ?? {}, { name: "Acme" });

  const listed = await twins.ask("list_tasks", { text: "fix it", sort: "due" });

  expect(listed).toContain("SITE-1 (Acme)");
});
