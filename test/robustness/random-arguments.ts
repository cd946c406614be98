import fc from "fast-check";
import type { Tool } from "../../src/tools/tool.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";
import { demoIds, everyTool } from "../support/example-ids.ts";
import { argumentArbitrary, type Vocabulary } from "./argument-arbitrary.ts";
import { complaintAbout } from "./clear-text.ts";
import { isHonestPath } from "./honest-path.ts";
import { type Connection, startWorkbench, type Workbench } from "./workbench.ts";

export interface ArgumentCounts {
  tools: number;
  calls: number;
  results: number;
  failures: number;
  /** A smallest example for each tool with which something was wrong. */
  complaints: string[];
}

/** Calls every tool with random arguments made from its own schema, so many times each. */
export async function runRandomArguments(options: {
  callsPerTool: number;
  seed: number;
}): Promise<ArgumentCounts> {
  await using bench = await startWorkbench();
  const vocabulary = vocabularyOf(bench.sandbox);
  const counts = { tools: everyTool.length, calls: 0, results: 0, failures: 0 };
  const result: ArgumentCounts = { ...counts, complaints: [] };
  for (const tool of everyTool) {
    await using connection = bench.connect();
    const property = fc.asyncProperty(
      argumentArbitrary(tool.inputSchema, vocabulary),
      async (args) => {
        const { isFailure, complaint } = await callOnce({ bench, connection, tool }, args);
        result.calls += 1;
        result[isFailure ? "failures" : "results"] += 1;
        if (complaint) throw new Error(complaint);
      },
    );
    const details = await fc.check(property, { numRuns: options.callsPerTool, seed: options.seed });
    if (!details.failed) continue;
    const example = fc.stringify(details.counterexample);
    result.complaints.push(`${tool.name} ${example}: ${String(details.errorInstance)}`);
  }
  return result;
}

async function callOnce(
  { bench, connection, tool }: { bench: Workbench; connection: Connection; tool: Tool },
  args: unknown,
): Promise<{ isFailure: boolean; complaint: string | undefined }> {
  bench.restore();
  bench.sandbox.clearRequests();
  const { text, isFailure, crash } = await connection.call(tool, args);
  const crashed = bench.sandbox.requests.find(({ status }) => status === 500);
  const unclear = isFailure
    ? complaintAbout(text, [bench.token])
    : complaintAboutResult(text, args);
  if (crash) return { isFailure, complaint: crash instanceof Error ? crash.stack : String(crash) };
  const stray = bench.sandbox.requests.find(({ path }) => !isHonestPath(path));
  if (stray) return { isFailure, complaint: `asked for ${stray.path}` };
  const asked = crashed && `Kaneo failed on ${crashed.method} ${crashed.path} ${crashed.body}`;
  const blank = hasBlankNames(bench.sandbox) ? `Kaneo now has something without a name` : undefined;
  return { isFailure, complaint: asked ?? blank ?? (unclear && `${unclear}: ${text}`) };
}

/** Kaneo would take them. */
function hasBlankNames({ data }: Sandbox): boolean {
  const titles = [...data.tasks.values()].map(({ title }) => title);
  const named = [data.projects, data.columns, data.labels].flatMap((table) => [...table.values()]);
  const contents = data.comments().map(({ content }) => content ?? "");
  return [...titles, ...contents, ...named.map(({ name }) => name)].some(
    (text) => text.trim() === "",
  );
}

function complaintAboutResult(text: string, args: unknown): string | undefined {
  const odd = /\[object \w+\]|\bundefined\b|\bNaN\b|Invalid Date/.exec(text)?.[0];
  return odd === undefined || JSON.stringify(args).includes(odd) ? undefined : `shows ${odd}`;
}

/** What tools of files and transfers take. */
const OF_FILES: Vocabulary = {
  from: ["WEB", "ops", "CABIN"],
  to: ["WEB", "ops", "CABIN"],
  file: ["web.json", "web.csv", "../web.json", ".web.json", "/etc/passwd"],
  text: ["title,due\nOne,2026-01-05", "- [ ] One\n  - [x] Two", '[{"title":"One","labels":["x"]}]'],
  mapping: ["title = title", "dates = d/m/y", "status One = done", "assignee bob = none"],
  data: ["R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "AAAA"],
  image: ["1", "2", "icon"],
};

function vocabularyOf(sandbox: Sandbox): Vocabulary {
  const { comment, entry, notification } = demoIds(sandbox);
  const rows = <Row>(table: Map<string, Row>) => [...table.values()];
  const { tasks, projects, labels } = sandbox.data;
  const keys = ["WEB-1", "web-4", "WEB-6", "OPS-3", "CABIN-2", "WEB-999"];
  const idsIn = (table: Map<string, { id: string }>) => rows(table).map(({ id }) => id);
  const task = [...keys, ...idsIn(tasks).slice(0, 3)];
  const day = ["2026-01-05", "2026-10-01", "2026-10-01T17:00:00+02:00", "none"];
  const label = ["bug", "search", "Größe", ...idsIn(labels).slice(0, 2)];
  const project = ["WEB", "ops", "Website", "CABIN", ...idsIn(projects)];
  const status = ["to-do", "In Progress", "done", "planned", "archived", "empty"];
  const moments = ["2026-01-05T10:00:00Z", "2026-01-05T12:00:00+01:00", "now"];
  return {
    task,
    task_id: idsIn(tasks).slice(0, 3),
    before_id: idsIn(tasks).slice(0, 3),
    project_id: idsIn(projects),
    expected_column: status,
    assignee_id: ["none", sandbox.people.bob.id],
    tasks: task,
    other: task,
    parent: [...task, "#1", "#2"],
    project,
    workspace: ["acme", "cabin", "Acme"],
    status,
    column: status,
    columns: ["to-do", "in-progress", "in-review", "done", "empty"],
    assignee: ["me", "none", "bob", "alice@example.com", "carol"],
    person: ["me", "bob", "alice@example.com", "carol"],
    labels: label,
    add_labels: label,
    remove_labels: label,
    label,
    due: day,
    start: day,
    due_until: day,
    due_from: day,
    since: day,
    until: day,
    started: moments,
    ended: moments,
    comment: [comment, entry],
    entry: [entry, comment],
    notifications: [notification],
    confirm_title: rows(tasks).map(({ title }) => title),
    confirm_slug: ["OPS", "WEB"],
    query: ["login", "WEB-4", "the"],
    ...OF_FILES,
    color: ["#123456", "red", "#12"],
  };
}
