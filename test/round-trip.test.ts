/** A project out of Kaneo into a file, and that very file into another project: the built server, over stdio. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import type { SandboxData } from "./sandbox/data.ts";
import { addLabel } from "./sandbox/routes/labels.ts";
import { addProject } from "./sandbox/routes/projects.ts";
import { addRelation } from "./sandbox/routes/relations.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { callTool } from "./support/call-tool.ts";
import { type ConnectedClient, connectClient } from "./support/connect-client.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const TASKS = 300;

/** Descriptions that spreadsheets, JSON and terminals like to change. */
const TEXTS = [
  "",
  "One line",
  'Two\nlines\r\nand "quotes", commas; semicolons\tand tabs',
  '=HYPERLINK("http://evil.example")',
  "'=already guarded",
  "+1 -1 @home",
  "- [ ] a list\n- [x] and more\n\n\n",
  "  blanks around  ",
  "👩‍👩‍👧‍👦 Größe „Maß“ 日本語 עברית \u200d",
  "a\rb\r\nc\n",
  "| a | b |\n| --- | --- |\n| 1 | 2 |",
  "x".repeat(3_000),
];

const STATUSES = ["to-do", "in-progress", "in-review", "done", "planned", "archived"];
const PRIORITIES = ["no-priority", "low", "medium", "high", "urgent"];

/** A project of 300 tasks with all that a task can have. */
function fill({ data, people }: Sandbox): string {
  const workspaceId = data.workspaces.find(({ slug }) => slug === "acme")?.id ?? "";
  const project = addProject(data, { name: "Big one", slug: "OLD", icon: "Globe", workspaceId });
  addProject(data, { name: "New one", slug: "NEW", icon: "Globe", workspaceId });
  const colors = ["#111111", "#222222", "#333333", "#444444"];
  const names = ["rt plain", "[rt, with comma]", 'rt "quoted"; more', "rt a|b"];
  for (const [index, name] of names.entries()) {
    addLabel(data, { name, color: colors[index] ?? "", workspaceId, taskId: null });
  }
  const staff = [people.alice.id, people.bob.id, null];
  const tasks = Array.from({ length: TASKS }, (_, index) =>
    addTask(data, project.id, {
      title: `${["=1+1", "Plain", '"Quoted"', "@home"][index % 4]} task ${index}`,
      description: TEXTS[index % TEXTS.length] ?? "",
      status: STATUSES[index % STATUSES.length] ?? "",
      priority: PRIORITIES[index % PRIORITIES.length] ?? "",
      userId: staff[index % staff.length] ?? null,
      startDate: index % 2 === 0 ? "2026-03-01T23:00:00.000Z" : null,
      // Some are due before they start, which Kaneo's page lets people do.
      dueDate: index % 3 === 0 ? `2026-0${1 + (index % 9)}-11T10:30:00.000Z` : null,
    }),
  );
  for (const [index, task] of tasks.entries()) {
    for (const [which, name] of names.entries()) {
      if (index % (which + 2) !== 0) continue;
      addLabel(data, { name, color: colors[which] ?? "", workspaceId, taskId: task.id });
    }
    const parent = tasks[Math.floor(index / 10) * 10];
    if (parent && parent !== task)
      addRelation(data, {
        sourceTaskId: parent.id,
        targetTaskId: task.id,
        relationType: "subtask",
      });
    const later = tasks[(index * 7 + 13) % TASKS];
    if (index % 5 === 0 && later && later !== task)
      addRelation(data, { sourceTaskId: task.id, targetTaskId: later.id, relationType: "blocks" });
    const near = tasks[index + 2];
    if (index % 9 === 0 && near)
      addRelation(data, { sourceTaskId: near.id, targetTaskId: task.id, relationType: "related" });
  }
  return project.id;
}

/** Everything of a project but ids, numbers and days of creation; people read the differences. */
function picture(data: SandboxData, slug: string): Record<string, unknown> {
  const project = [...data.projects.values()].find((one) => one.slug === slug);
  const tasks = [...data.tasks.values()].filter(({ projectId }) => projectId === project?.id);
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  const labels = [...data.labels.values()];
  const relations = [...data.relations.values()];
  const ordered = tasks.toSorted(
    (one, other) => one.position - other.position || one.number - other.number,
  );
  return {
    order: STATUSES.map((status) =>
      ordered.filter((task) => task.status === status).map(({ title }) => title),
    ),
    tasks: Object.fromEntries(
      tasks.map(({ id, title, description, status, priority, userId, startDate, dueDate }) => [
        title,
        {
          description,
          status,
          priority,
          userId,
          startDate,
          dueDate,
          labels: labels
            .filter(({ taskId }) => taskId === id)
            .map(({ name, color }) => `${name} ${color}`)
            .sort(),
          relations: relations
            .filter(({ sourceTaskId }) => sourceTaskId === id)
            .map(({ relationType, targetTaskId }) => `${relationType} ${titles.get(targetTaskId)}`)
            .sort(),
        },
      ]),
    ),
  };
}

/** Calls until nothing is left to go on with. */
async function importAll(
  server: ConnectedClient,
  args: Record<string, unknown>,
): Promise<string[]> {
  const answers: string[] = [];
  for (let next: string | undefined = ""; next !== undefined; ) {
    const more = next === "" ? {} : { continue: next };
    const text = await callTool(server, "import_tasks", { ...args, ...more });
    answers.push(text);
    next = /and continue (\S+)/.exec(text)?.[1];
  }
  return answers;
}

test.each(["json", "csv"])(
  "%s: 300 tasks exported and imported elsewhere lose nothing",
  async (format) => {
    await using folder = await makeTemporaryFolder();
    await using sandbox = await startSandbox();
    const seeded = sandbox.data.relations.size;
    fill(sandbox);
    const relations = sandbox.data.relations.size - seeded;
    await using server = await connectClient({
      env: {
        KANEO_API_URL: sandbox.url,
        KANEO_API_KEY: sandbox.people.alice.apiKey,
        KANEO_TOOLSETS: "default,transfer",
        KANEO_FILES_DIR: folder.path,
        KANEO_TIMEZONE: "Europe/Berlin",
      },
    });
    const before = picture(sandbox.data, "OLD");
    const file = `old.${format}`;

    const exported = await callTool(server, "export_project", { project: "OLD", file });
    const dryRun = await callTool(server, "import_tasks", { project: "NEW", file, dry_run: true });
    const untouched = picture(sandbox.data, "NEW");
    const answers = await importAll(server, { project: "NEW", file });
    const again = await server.call("export_project", { project: "OLD", file });

    expect(exported).toContain("Exported 300 tasks of Big one (OLD)");
    expect(exported).toContain("comments, logged time, activity");
    expect(exported).toContain(`Relations: ${relations}.`);
    expect(dryRun).toContain("300 of 300 tasks can be made");
    expect(untouched["tasks"]).toEqual({});
    expect(answers.join("\n")).not.toMatch(/Not created|but not all of it|not there/);
    expect(picture(sandbox.data, "NEW")).toEqual(before);
    expect(again).toMatchObject({
      isError: true,
      text: expect.stringContaining("is there already"),
    });
    const bytes = await readFile(join(folder.path, file), "utf8");
    const cells = format === "csv" ? parse(bytes, { bom: true }).flat() : [];
    expect(cells.filter((cell) => /^[=+@\-\t\r]/.test(cell))).toEqual([]);
  },
  120_000,
);

test("the set-up of a project is copied into another one, and tasks after it", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectClient({
    env: {
      KANEO_API_URL: sandbox.url,
      KANEO_API_KEY: sandbox.people.alice.apiKey,
      KANEO_TOOLSETS: "default,board,transfer",
    },
  });
  await server.call("create_column", { project: "WEB", name: "Testing" });
  const rule = { project: "WEB", integration: "github", event: "pr_opened", column: "testing" };
  await server.call("set_workflow_rule", rule);

  const setup = await server.call("copy_project_setup", { from: "WEB", to: "CABIN" });
  const copied = await server.call("copy_tasks", { tasks: ["WEB-1", "WEB-4"], project: "CABIN" });

  const { columns, workflowRules, tasks, projects } = sandbox.data;
  const id = [...projects.values()].find(({ slug }) => slug === "CABIN")?.id;
  const made = [...columns.values()].filter(({ projectId }) => projectId === id);
  const testing = made.find(({ name }) => name === "Testing");
  const rules = [...workflowRules.values()].filter(({ projectId }) => projectId === id);
  const last = [...tasks.values()].filter(({ projectId }) => projectId === id).slice(-2);
  expect(setup).toMatchObject({ isError: false, text: expect.stringContaining("column Testing") });
  expect(rules).toMatchObject([{ eventType: "pr_opened", columnId: testing?.id }]);
  expect(copied.text).toContain("Copied 2 of 2 tasks into");
  expect(last).toMatchObject([
    { title: "Move the shop to the new design system", status: "in-progress", priority: "high" },
    { title: "Fix login redirect loop", status: "in-progress", priority: "urgent" },
  ]);
});
