/** Secrets of integrations, over stdio: they reach Kaneo, and stand in nothing that the client sends, receives or logs. */
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { spawnServer } from "./support/spawn-server.ts";

const ADDRESS = "https://hooks.example.org/in/VbX7q-secret-of-the-address";
const SIGNATURE = "Zk29-secret-of-the-signature";

/** Pieces too long to stand anywhere by chance, also when one was cut or masked in the middle. */
const PIECES = ["VbX7q-", "of-the-address", "Zk29-", "of-the-signature", "hooks.example.org"];

async function startServer({ url, people }: Sandbox, env: Record<string, string>) {
  const server = await spawnServer({
    env: { KANEO_API_URL: url, KANEO_API_KEY: people.alice.apiKey, ...env },
  });
  await server.initialize();
  return server;
}

test("a webhook is connected, listed, changed and disconnected, and no message has a piece of its secrets", async () => {
  await using sandbox = await startSandbox();
  await using server = await startServer(sandbox, {
    KANEO_TOOLSETS: "integrations",
    KANEO_LOG_LEVEL: "debug",
    KANEO_SECRET_HOOK: ADDRESS,
    KANEO_SECRET_SIGNATURE: SIGNATURE,
  });
  const project = "WEB";
  const echo = (body: string) => ({ kind: "answer", status: 400, body }) as const;
  const secrets = { secret: "HOOK", signing_secret: "SIGNATURE" };
  const call = { project, kind: "webhook" };

  sandbox.fail({ method: "POST", times: 1 }, echo(`no ${ADDRESS}, no ${SIGNATURE}`));
  const refused = await server.call("connect_integration", { ...call, ...secrets });
  const connected = await server.call("connect_integration", { ...call, ...secrets });
  const kept = [...sandbox.data.integrations.values()].map(({ config }) => ({ ...config }));
  const listed = await server.call("list_integrations", { project });
  const changed = await server.call("update_integration", { ...call, active: false });
  const again = await server.call("update_integration", { ...call, secret: "HOOK" });
  const ended = await server.call("disconnect_integration", call);

  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("[redacted]") });
  for (const { isError, text } of [connected, listed, changed, again, ended]) {
    expect(isError, text).toBe(false);
  }
  expect(kept).toMatchObject([{ webhookUrl: ADDRESS, secret: SIGNATURE }]);
  expect(listed.text).toContain("webhook  active");
  expect(listed.text).toContain("signed");
  expect(sandbox.data.integrations.size).toBe(0);
  const everything = [...server.lines, server.stderr(), JSON.stringify({ call, secrets })].join(
    "\n",
  );
  for (const piece of PIECES) expect(everything).not.toContain(piece);
});

test("a description with another address on the host of a secret stays whole where a part is replaced", async () => {
  await using sandbox = await startSandbox();
  await using server = await startServer(sandbox, {
    KANEO_TOOLSETS: "default,integrations",
    KANEO_SECRET_HOOK: "https://hooks.example.org/in/VbX7q9secretOfTheAddress",
  });
  const link = "https://hooks.example.org/docs?to=https%3A%2F%2Fhooks.example.org%2Fin";
  const [task] = sandbox.data.tasks.values();
  Object.assign(task ?? {}, { description: `See ${link} for the old way.` });
  const hook = { project: "WEB", kind: "webhook", secret: "HOOK" };
  await server.call("connect_integration", hook);

  const change = { task: task?.id, find: "old", replace: "new" };
  const { text, isError } = await server.call("update_task", change);

  expect(isError, text).toBe(false);
  expect(task?.description).toBe(`See ${link} for the new way.`);
});

test("a description that holds the secret itself is not written back without it", async () => {
  await using sandbox = await startSandbox();
  const address = "https://hooks.example.org/in/VbX7q9secretOfTheAddress";
  await using server = await startServer(sandbox, {
    KANEO_TOOLSETS: "default,integrations",
    KANEO_SECRET_HOOK: address,
  });
  const [task] = sandbox.data.tasks.values();
  const description = `Our hook is ${address}, since long.`;
  Object.assign(task ?? {}, { description });
  await server.call("connect_integration", { project: "WEB", kind: "webhook", secret: "HOOK" });

  const replacing = await server.call("update_task", { task: task?.id, find: "Our", replace: "A" });
  const starting = await server.call("update_task", { task: task?.id, start: "2026-03-01" });

  for (const { text, isError } of [replacing, starting]) {
    expect(isError, text).toBe(true);
    expect(text).toContain("Nothing was sent");
    expect(text).not.toContain(address);
  }
  expect(task?.description).toBe(description);
});

test("a person may write [redacted] where no secret was hidden but the token of the session", async () => {
  await using sandbox = await startSandbox();
  await using server = await startServer(sandbox, {});
  await server.call("whoami", {});

  const { text, isError } = await server.call("add_comment", {
    task: "WEB-4",
    content: "The log says [redacted].",
  });

  expect(isError, text).toBe(false);
});
