/** The board of the whole server, in a browser, against the embedded Kaneo. */
import { expect } from "vitest";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.ts";
import { taskOf } from "../../support/scenario-state.ts";
import type { Host } from "../host-page.ts";
import { startHostServer } from "../host-server.ts";
import { drag, titlesIn } from "./hands.ts";
import { inBrowser, open } from "./setup.ts";

const keyOf = (sandbox: Sandbox) => ({
  KANEO_API_URL: sandbox.url,
  KANEO_API_KEY: sandbox.people.alice.apiKey,
});

/** The titles of a column as Kaneo orders it. */
function orderIn(sandbox: Sandbox, column: string): string[] {
  const { projectId } = taskOf(sandbox, "WEB-4");
  return [...sandbox.data.tasks.values()]
    .filter((task) => task.projectId === projectId && task.status === column)
    .sort((one, other) => one.position - other.position || one.number - other.number)
    .map(({ title }) => title);
}

inBrowser("what is dragged between and within columns stands there in Kaneo", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  await using server = await startHostServer(keyOf(sandbox));
  await using host = await open(await server.show("WEB"));

  await drag(host, "Fix login redirect loop", { title: "Bundle size budget", side: -1 });
  await host.frame.getByText("WEB-4 is now 2 of 3 in In Review.").waitFor();
  await drag(host, "Bundle size budget", { title: "Dark mode contrast", side: -1 });
  await host.frame.getByText("WEB-8 is now 1 of 3 in In Review.").waitFor();

  const expected = ["Bundle size budget", "Dark mode contrast", "Fix login redirect loop"];
  expect(orderIn(sandbox, "in-review")).toEqual(expected);
  expect(await titlesIn(host, "In Review")).toEqual(expected);
  expect(host.requests).toEqual([]);
});

inBrowser(
  "a card that somebody else has moved is not moved, and is shown where it is",
  async () => {
    await using sandbox = await startSandbox({ seed: "demo" });
    await using server = await startHostServer(keyOf(sandbox));
    await using host = await open(await server.show("WEB"));

    taskOf(sandbox, "WEB-4").status = "done";
    await drag(host, "Fix login redirect loop", { title: "Dark mode contrast", side: -1 });
    await host.frame.getByRole("alert").getByText("WEB-4 is in done by now").waitFor();

    expect(taskOf(sandbox, "WEB-4").status).toBe("done");
    await host.frame.getByRole("region", { name: "Done" }).getByText("Fix login").waitFor();
  },
);

inBrowser("a move that Kaneo refuses goes back, and says why", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const { apiKey } = sandbox.people.carol;
  await using server = await startHostServer({ ...keyOf(sandbox), KANEO_API_KEY: apiKey });
  await using host = await open(await server.show("WEB"));

  await drag(host, "Fix login redirect loop", { title: "Dark mode contrast", side: -1 });
  await host.frame.getByRole("alert").getByText("Moving WEB-4: ").waitFor();

  expect(await titlesIn(host, "In Review")).toEqual(["Dark mode contrast", "Bundle size budget"]);
  expect(taskOf(sandbox, "WEB-4").status).toBe("in-progress");
});

inBrowser("a card is created, changed and commented on in Kaneo", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  await using server = await startHostServer(keyOf(sandbox));
  await using host = await open(await server.show("WEB"));
  const { frame, page } = host;
  const dialog = frame.getByRole("dialog");

  await frame.getByRole("button", { name: "New card in Done" }).click();
  await page.keyboard.type("Neu 🎉");
  await page.keyboard.press("Enter");
  await frame.getByRole("button", { name: "Neu 🎉" }).click();
  await dialog.getByLabel("Assignee").selectOption({ label: sandbox.people.bob.name });
  await dialog.getByLabel("Due").fill("2030-03-01");
  await dialog.getByLabel("Description").fill("**Wichtig** <b>");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Saved.").waitFor();
  await dialog.getByLabel("New comment").fill("Gut so");
  await dialog.getByRole("button", { name: "Comment" }).click();
  await dialog.locator(".written").getByText("Gut so").waitFor();

  const task = [...sandbox.data.tasks.values()].find(({ title }) => title === "Neu 🎉");
  expect(task).toMatchObject({
    status: "done",
    description: "**Wichtig** <b>",
    userId: sandbox.people.bob.id,
  });
  expect(task?.dueDate).not.toBeNull();
  expect(host.complaints).toEqual([]);
});

inBrowser(
  "a description is emptied, and not over what somebody else has written meanwhile",
  async () => {
    await using sandbox = await startSandbox({ seed: "demo" });
    await using server = await startHostServer(keyOf(sandbox));
    const task = taskOf(sandbox, "WEB-4");
    task.description = "As it was";
    await using host = await open(await server.show("WEB"));
    const dialog = host.frame.getByRole("dialog");
    const save = dialog.getByRole("button", { name: "Save" });

    await host.frame.getByRole("button", { name: "Fix login redirect loop" }).click();
    await expect.poll(() => dialog.getByLabel("Description").inputValue()).toBe("As it was");
    await dialog.getByLabel("Description").fill("");
    await save.click();
    await dialog.getByText("Saved.").waitFor();
    const emptied = task.description;
    task.description = "Theirs";
    await dialog.getByLabel("Description").fill("Mine");
    await save.click();
    await dialog.getByRole("alert").getByText("Somebody changed the description").waitFor();

    expect([emptied, task.description]).toEqual(["", "Theirs"]);
    expect(await dialog.getByLabel("Description").inputValue()).toBe("Mine");
    const told = JSON.stringify(host.sentBy("ui/update-model-context").at(-1));
    expect(told).toContain("changed description of WEB-4.");
  },
);

inBrowser("in read-only mode the server's board has nothing to drag or write with", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  await using server = await startHostServer({ ...keyOf(sandbox), KANEO_READ_ONLY: "1" });
  await using host = await open(await server.show("WEB"));

  expect(await host.frame.getByRole("button", { name: /New card|Move WEB/ }).count()).toBe(0);
});

inBrowser("who signs in by the board's button gets the board", async () => {
  await using sandbox = await startSandbox({ seed: "demo", deviceInterval: "1s" });
  await using server = await startHostServer({ KANEO_API_URL: sandbox.url });
  await using host: Host = await open(await server.show("WEB"), ".sign-in");

  await host.frame.getByRole("button", { name: "Sign in to Kaneo" }).click();
  await expect.poll(() => host.sentBy("ui/open-link").length).toBe(1);
  const { url } = host.sentBy("ui/open-link")[0] as { url: string };
  await sandbox.approve(new URL(url).searchParams.get("user_code") ?? "");
  await host.frame.getByText("Fix login redirect loop").waitFor();
});

inBrowser(
  "what one person drags is on the other's board, without anybody asking for it",
  async () => {
    await using sandbox = await startSandbox({ seed: "demo" });
    await using ofAlice = await startHostServer(keyOf(sandbox));
    const { apiKey } = sandbox.people.dan;
    await using ofDan = await startHostServer({ ...keyOf(sandbox), KANEO_API_KEY: apiKey });
    await using alice = await open(await ofAlice.show("WEB"));
    await using dan = await open(await ofDan.show("WEB"));

    await drag(alice, "Fix login redirect loop", { title: "Dark mode contrast", side: -1 });
    await dan.frame.getByRole("region", { name: "In Review" }).getByText("Fix login").waitFor();

    expect((await titlesIn(dan, "In Review"))[0]).toBe("Fix login redirect loop");
  },
);
