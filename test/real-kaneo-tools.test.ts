/**
 * What one account can do with the tools, in a workspace of its own that goes away at the end: on the Kaneo of
 * KANEO_TEST_URL, which may be older or newer than the sandbox, else on the sandbox. What would change the account itself,
 * or needs a second one, a store of pictures or a host to connect to, is left out.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { callTool } from "./support/call-tool.ts";
import { askKaneo, makeWorkspace, realKaneo } from "./support/real-kaneo.ts";
import { spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

type Step = [tool: string, args: Record<string, unknown>, shows: RegExp];

const project = "Walk";

/** One after the other; each finds what those before it left. */
const STEPS: Step[] = [
  ["whoami", {}, /^Instance: /m],
  ["create_project", { name: project, slug: "WLK", columns: ["Todo", "Doing", "Done"] }, /WLK/],
  ["update_project", { project, description: "All of it" }, /description: none → "?All of it/],
  ["create_column", { project, name: "QA" }, /, qa$/],
  ["update_column", { project, column: "QA", name: "Testing" }, /QA.* → .*Testing/],
  ["reorder_columns", { project, columns: ["Todo", "Testing", "Doing", "Done"] }, /Testing/],
  [
    "set_workflow_rule",
    { project, integration: "github", event: "pr_merged", column: "Done" },
    /pr_merged/,
  ],
  ["get_project", { project }, /pr_merged/],
  ["delete_workflow_rule", { project, integration: "github", event: "pr_merged" }, /pr_merged/],
  ["delete_column", { project, column: "Testing" }, /done \[final\]$/],
  ["create_label", { names: ["bug", "ui", "old"] }, /bug.*ui.*old/s],
  [
    "create_task",
    {
      project,
      title: "First",
      description: "- [ ] a\n- [ ] b",
      priority: "high",
      start: "2037-11-20",
      due: "2037-12-01",
      assignee: "me",
      labels: ["bug"],
    },
    /^Created WLK-1 {2}.*due 2037-12-01 {2}\[bug\] {2}"First"/m,
  ],
  [
    "create_tasks",
    {
      project,
      tasks: [
        { title: "Epic" },
        { title: "Sub one", parent: "#1" },
        { title: "Sub two", parent: "#1", blocked_by: ["#2"], labels: ["ui"] },
      ],
    },
    /^Created 3 of 3 tasks/,
  ],
  ["list_tasks", { project, sort: "number" }, /4 tasks[\s\S]*WLK-1 [\s\S]*WLK-4 /],
  ["list_tasks", { project, labels: ["bug"] }, /1 task\b[\s\S]*WLK-1 /],
  ["list_tasks", { project, count_by: "status" }, /^to-?do {2}4$/m],
  [
    "update_task",
    { task: "WLK-1", status: "Doing", due: "2037-12-05", add_labels: ["ui"], comment: "Begun" },
    /due 2037-12-01 → 2037-12-05; added label ui; status to-?do → doing; added comment "Begun"/,
  ],
  [
    "update_task",
    { task: "WLK-1", title: "Renamed", find: "- [ ] a", replace: "- [x] a" },
    /title "First" → "Renamed"; description "- \[ \] a" → "- \[x\] a"/,
  ],
  [
    "update_tasks",
    { tasks: ["WLK-1", "WLK-2"], priority: "low" },
    /priority high → low: WLK-1\npriority no-priority → low: WLK-2/,
  ],
  ["update_tasks", { tasks: ["WLK-1"], shift: "1 week" }, /due 2037-12-05 → 2037-12-12/],
  ["link_tasks", { task: "WLK-1", other: "WLK-2", relation: "blocks" }, /WLK-1.* blocks WLK-2/],
  ["update_task", { task: "WLK-1", status: "Done" }, /WLK-2.* is no longer blocked/],
  ["unlink_tasks", { task: "WLK-1", other: "WLK-2" }, /Removed: WLK-1 blocks WLK-2/],
  ["get_task", { task: "WLK-2" }, /^WLK-2 {2}"Epic"[\s\S]*"Sub one"[\s\S]*"Sub two"/],
  ["add_comment", { task: "WLK-1", content: "See @nobody" }, /not a mention/],
  ["get_task", { task: "WLK-1", include: ["comments"] }, /Begun[\s\S]*See @nobody/],
  [
    "log_time",
    { task: "WLK-1", started: "yesterday 09:10", ended: "yesterday 11:45", break_minutes: 15 },
    /2 h 20 min/,
  ],
  ["report_time", { project }, /2 h 20 min in all/],
  ["list_notifications", {}, /^\d+ notifications?, /],
  ["list_activity", { project, since: "today" }, /"Renamed" {2}status doing → done/],
  ["search", { query: "renamed" }, /WLK-1/],
  ["show_board", { project }, /WLK-4/],
  ["wait_for_changes", { project, seconds: 1 }, /nothing/i],
  ["update_label", { label: "ui", name: "design" }, /ui .* is now design/],
  ["delete_label", { label: "old" }, /old/],
  ["list_members", {}, /owner/],
  ["get_preferences", {}, /^e-mail: /],
  ["list_integrations", { project }, /^WLK: 0 integrations/],
  ["find_operations", { query: "list the labels of a workspace" }, /getWorkspaceLabels/],
  ["export_project", { project, file: "walk.json" }, /walk\.json/],
  ["import_tasks", { project, file: "tasks.csv" }, /^Imported 1 of 1 task/],
  ["create_project", { name: "Copy", slug: "CPY", like: project }, /CPY/],
  ["copy_tasks", { tasks: ["WLK-1"], project: "Copy" }, /CPY-1/],
  ["copy_project_setup", { from: project, to: "Copy" }, /has the set-up of WLK/],
  ["update_task", { task: "WLK-4", project: "Copy" }, /CPY/],
  ["update_tasks", { tasks: ["WLK-2", "WLK-3"], status: "archived" }, /→ archived: WLK-2, WLK-3/],
  ["list_tasks", { project, state: "all" }, /WLK-2 /],
  ["update_project", { project: "Copy", archived: true }, /archived/],
  ["list_projects", { include_archived: true }, /Copy/],
  ["delete_task", { task: "WLK-1", confirm_title: "Renamed" }, /Deleted/],
  ["delete_project", { project, confirm_slug: "WLK" }, /Deleted/],
];

test("the tools do their work on the Kaneo of KANEO_TEST_URL, else on the sandbox", async () => {
  await using sandbox = realKaneo() ? undefined : await startSandbox({ seed: "acme" });
  const ask = realKaneo() ?? askKaneo(sandbox?.url ?? "", sandbox?.people.alice.apiKey ?? "");
  await using workspace = await makeWorkspace(ask);
  await using folder = await makeTemporaryFolder();
  const files = join(folder.path, "files");
  await mkdir(files);
  await writeFile(join(files, "tasks.csv"), "Title,Status\nFrom a file,Todo\n");
  await using server = await spawnServer({
    env: {
      KANEO_API_URL: ask.url,
      KANEO_API_KEY: ask.apiKey,
      KANEO_WORKSPACE: workspace.id,
      KANEO_FILES_DIR: files,
      KANEO_TIMEZONE: "Europe/Berlin",
      KANEO_TOOLSETS: "all",
    },
  });
  await server.initialize();

  const unlike: string[] = [];
  for (const [tool, args, shows] of STEPS) {
    // A refusal may have the words that are looked for.
    const failed = (error: Error) => `failed: ${error.message}`;
    const text = await callTool(server, tool, args).catch(failed);
    if (text.startsWith("failed: ") || !shows.test(text))
      unlike.push(`${tool} ${JSON.stringify(args)}:\n${text}`);
  }

  expect(unlike).toEqual([]);
});
