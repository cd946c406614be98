import { expect, test } from "vitest";
import { projectTools } from "../../src/tools/projects/projects.ts";
import {
  renderWorkflowRule,
  workflowRulesOf,
  workflowRuleTools,
} from "../../src/tools/workflow-rules.ts";
import { created } from "../sandbox/data.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const setRule = toolNamed(workflowRuleTools, "set_workflow_rule");
const getProject = toolNamed(projectTools, "get_project");
const deleteRule = toolNamed(workflowRuleTools, "delete_workflow_rule");

/** Connects WEB to Gitea. */
function connectGitea({ sandbox, projectId }: SmallBoard, isActive = true) {
  const row = { id: "of-gitea", projectId, type: "gitea", config: {}, isActive, ...created() };
  sandbox.data.integrations.set(row.id, row);
}

async function rulesIn(board: SmallBoard): Promise<string[]> {
  return (await workflowRulesOf(board.kaneo, board.projectId)).map(renderWorkflowRule);
}

test("set_workflow_rule makes a rule and replaces the one of the same event", async () => {
  await using board = await startSmallBoard();
  connectGitea(board);
  const event = { project: "WEB", integration: "gitea", event: "pr_merged" };
  await board.call(setRule, { ...event, column: "in-review" });

  const answer = await board.call(setRule, { ...event, column: "Done" });
  const project = await board.call(getProject, { project: "WEB" });

  expect(answer).toBe("Rule of WEB: gitea pr_merged → done\nBefore: gitea pr_merged → in-review");
  expect(await rulesIn(board)).toEqual(["gitea pr_merged → done"]);
  expect(project).toContain("\nRules: gitea pr_merged → done\n");
});

test("delete_workflow_rule deletes the rule of an event and else names the rules there are", async () => {
  await using board = await startSmallBoard();
  await board.call(setRule, {
    project: "WEB",
    integration: "github",
    event: "pr_merged",
    column: "done",
  });

  const unknown = board.call(deleteRule, {
    project: "WEB",
    integration: "gitea",
    event: "pr_merged",
  });
  await expect(unknown).rejects.toMatchObject({
    kind: "not_found",
    message: "WEB has no rule for gitea pr_merged. There are: github pr_merged.",
  });
  const answer = await board.call(deleteRule, {
    project: "WEB",
    integration: "github",
    event: "pr_merged",
  });

  expect(answer).toBe("Deleted from WEB: github pr_merged → done");
  expect(await rulesIn(board)).toEqual([]);
});

test("a rule for a reopened issue can be set and deleted", async () => {
  await using board = await startSmallBoard();
  const trigger = { project: "WEB", integration: "gitea", event: "issue_reopened" };
  await board.call(setRule, { ...trigger, column: "to-do" });

  const answer = await board.call(deleteRule, trigger);

  expect(answer).toBe("Deleted from WEB: gitea issue_reopened → to-do");
  expect(await rulesIn(board)).toEqual([]);
});
