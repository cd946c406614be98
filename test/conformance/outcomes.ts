/** What the suite found, and why some of it cannot be otherwise. */

/** A check of the suite, as it writes it down. */
export interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

export interface Outcome {
  revision: string;
  scenario: string;
  /** Whether the revision requires it. */
  isScored: boolean;
  checks: Check[];
}

/** Why a check fails, by what the suite says about it. Nothing else may fail. */
const REASONS: readonly { message: RegExp; reason: string }[] = [
  {
    message:
      /Unknown tool "|no prompt "test_|"ref" must name a prompt|not list the diagnostic tool|Tool 'json_schema/,
    reason: "needs a tool or prompt that only the suite's own example server has",
  },
  {
    message:
      /No resource has this address|could not get initial InputRequiredResult|Expected InputRequiredResult/,
    reason: "needs a resource or question that only the suite's own example server has",
  },
  {
    message: /-32020/,
    reason: "is about HTTP headers; kaneo-mcp speaks over stdio, where there are none",
  },
];

export function failedChecks({ checks }: Outcome): Check[] {
  return checks.filter(({ status }) => status === "FAILURE");
}

/** Why it cannot pass; undefined when it should. */
export function reasonFor({ errorMessage = "" }: Check): string | undefined {
  return REASONS.find(({ message }) => message.test(errorMessage))?.reason;
}

interface Run {
  suite: string;
  day: string;
  node: string;
}

/** docs/conformance.md. */
export function renderPage(outcomes: readonly Outcome[], { suite, day, node }: Run): string {
  const revisions = [...new Set(outcomes.map(({ revision }) => revision))];
  const scored = outcomes.filter(({ isScored }) => isScored);
  const others = outcomes.filter(({ isScored }) => !isScored).map(({ scenario }) => scenario);
  return `# Conformance

What \`npm run test:conformance\` found on ${day} with \`${suite}\` (on Node 22) against this server on Node ${node.slice(1)}: every
scenario that MCP's own suite requires of a server, in both eras. The suite speaks HTTP; \`test/conformance/bridge.ts\` passes each message
on to the built program and back. A cell says how many of a scenario's checks passed; the last column why the others cannot.

${renderTable(scored, revisions)}

Run as well, and required by neither revision (extensions that kaneo-mcp does not have, drafts): ${[...new Set(others)].sort().join(", ")}.
`;
}

function renderTable(scored: readonly Outcome[], revisions: readonly string[]): string {
  const scenarios = [...new Set(scored.map(({ scenario }) => scenario))].sort();
  const rows = scenarios.map((scenario) => {
    const ofScenario = scored.filter((one) => one.scenario === scenario);
    const cells = revisions.map((revision) => {
      const found = ofScenario.find((one) => one.revision === revision);
      return found ? renderCount(found) : "–";
    });
    const failed = ofScenario.flatMap(failedChecks);
    const reasons = failed.map((check) => reasonFor(check) ?? `**fails**: ${check.id}`);
    return `| ${[scenario, ...cells, [...new Set(reasons)].join("; ")].join(" | ")} |`;
  });
  const head = ["scenario", ...revisions, "why not"];
  return [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...rows].join("\n");
}

function renderCount(outcome: Outcome): string {
  const all = outcome.checks.filter(({ status }) => status === "SUCCESS" || status === "FAILURE");
  return `${all.length - failedChecks(outcome).length} of ${all.length}`;
}
