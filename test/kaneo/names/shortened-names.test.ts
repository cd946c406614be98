/** Names that people leave words out of. */
import { expect, test } from "vitest";
import { findProject } from "../../../src/kaneo/projects/find.ts";
import { matchStatus, unknownStatus } from "../../../src/kaneo/tasks/task.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";

test("a project is found by words of its name where only one has them, and by its whole name before that", async () => {
  await using board = await startSmallBoard();
  const add = (name: string, slug: string) =>
    addProject(board.sandbox.data, { name, slug, icon: "X", workspaceId: board.workspaceId });
  const [mobile, shop] = [add("Mobile App", "MOB"), add("Web Shop", "WS")];
  const gone = Object.assign(add("Mobile (old)", "OLD"), { archivedAt: new Date() });
  add("Web Shop 2", "WST");
  const find = async (project: string) => (await findProject(board.kaneo, { project })).id;

  const found = [await find("mobile"), await find("web shop"), await find("mobile (old)")];
  const calls = await Promise.allSettled(["bile", "2", "mobile web"].map(find));

  expect(found).toEqual([mobile.id, shop.id, gone.id]);
  for (const call of calls) expect(call).toMatchObject({ reason: { kind: "not_found" } });
  await expect(find("shop")).rejects.toThrow(
    new RegExp(
      `^"shop" fits 2 projects: WS \\(Web Shop, id ${shop.id}\\), WST \\(Web Shop 2, id .+\\)\\.$`,
    ),
  );
});

test("words that only an archived project has in its name find that one", async () => {
  await using board = await startSmallBoard();
  const fields = {
    icon: "X",
    workspaceId: board.workspaceId,
    archivedAt: "2026-01-01T00:00:00.000Z",
  };
  const add = (name: string, slug: string) =>
    addProject(board.sandbox.data, { name, slug, ...fields }).id;
  const [old, older] = [add("Paper CVPR 2025", "CVPR"), add("Paper ICCV 2023", "ICCV")];
  const find = async (project: string) => (await findProject(board.kaneo, { project })).id;

  expect([await find("cvpr 2025"), await find("2023")]).toEqual([old, older]);
  await expect(find("paper")).rejects.toThrow(/^"paper" fits 2 projects: CVPR .* archived\)/);
});

test("a slug with another project's name behind it is neither of them", async () => {
  await using board = await startSmallBoard();
  const fields = { name: "Web Stores", slug: "WEBS", icon: "X", workspaceId: board.workspaceId };
  addProject(board.sandbox.data, fields);

  const search = findProject(board.kaneo, { project: "WEB (Web Stores)" });

  await expect(search).rejects.toMatchObject({ kind: "ambiguous" });
});

test("a project is told from one of its name by its workspace, though their slugs differ", async () => {
  await using board = await startSmallBoard();
  const workspaceId = addWorkspace(board, "Second");
  const fields = { name: "Website", slug: "SITE", icon: "X", workspaceId };
  addProject(board.sandbox.data, fields);

  const { slug } = await findProject(board.kaneo, { project: "Website (Second)" });

  expect(slug).toBe("SITE");
});

test.for(["none", "not done", "undone", "!done"])("%s is not taken for done", (reference) => {
  const columns = [{ slug: "done", name: "Done", isFinal: true }];

  const { message } = unknownStatus(columns, reference, "Website");

  expect(message).toContain("There are: planned, done, archived.");
  expect(message).not.toContain("Did you mean");
});

test.for([
  ["review", "in-review"],
  ["Progress", "in-progress"],
  ["qa", "qa"],
  ["done", "shipped"],
  ["ready", undefined],
  ["do", undefined],
] as const)("of a board's columns %s is %s", ([reference, slug]) => {
  const named = {
    ...{ "to-do": "To Do", "in-progress": "In Progress", "in-review": "In Review" },
    ...{ "qa-2": "QA again", qa: "QA", "almost-done": "Almost done" },
    ...{ "ready-1": "Ready for QA", "ready-2": "Ready to ship", shipped: "Shipped" },
  };
  const columns = Object.entries(named).map(([slug, name]) => {
    return { slug, name, isFinal: slug === "shipped" };
  });

  expect(matchStatus(columns, reference)?.slug).toBe(slug);
});
