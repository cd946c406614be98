/** What install does beside an entry of ours that is there already. */
import { expect, test } from "vitest";
import { clientTitled, makeClientMachine } from "../support/client-machine.ts";

const cursor = clientTitled("Cursor");

test("an entry that differs is left, with the line that takes it out", async () => {
  await using machine = await makeClientMachine();
  await machine.install("cursor");
  const before = await machine.read(cursor);

  const { code, err } = await machine.install("cursor", "--api-url", "https://kaneo.example.org");

  expect(code).toBe(1);
  expect(err).toContain("kaneo-mcp uninstall cursor takes it out, or add this one under another");
  expect(await machine.read(cursor)).toBe(before);
});

test("a client that has the account under another name gets it twice only where that is asked for", async () => {
  await using machine = await makeClientMachine();
  const byHand = { command: "npx", args: ["-y", "https://x.org/kaneo-mcp-0.2.0.tgz"] };
  const others = { mcpServers: { "Kaneo tasks": byHand } };
  await machine.write(cursor, JSON.stringify(others));

  const { code, err } = await machine.install("cursor");
  const elsewhere = await machine.install("cursor", "--api-url", "https://kaneo.example.org");
  const asked = await machine.install("cursor", "--name", "kaneo-2");

  expect(code).toBe(1);
  expect(err).toMatch(
    /"Kaneo tasks" in .*mcp\.json is an entry for the same account already; noth/,
  );
  expect(err).toContain('kaneo-mcp uninstall cursor --name "Kaneo tasks" takes it out, and --name');
  expect([elsewhere.code, asked.code]).toEqual([0, 0]);
  expect(Object.keys(JSON.parse((await machine.read(cursor)) ?? "").mcpServers).sort()).toEqual([
    "Kaneo tasks",
    "kaneo",
    "kaneo-2",
  ]);
});

test("an entry of the account that is switched off keeps no other one away", async () => {
  await using machine = await makeClientMachine();
  const args = ["-y", "https://x.org/kaneo-mcp-0.2.0.tgz"];
  const mcpServers = { "Kaneo tasks": { command: "npx", args, disabled: true } };
  await machine.write(cursor, JSON.stringify({ mcpServers }));

  const { code } = await machine.install("cursor");

  expect(code).toBe(0);
});

test("an entry whose account the client fills in is not taken for that of Kaneo's cloud", async () => {
  await using machine = await makeClientMachine();
  const env = { KANEO_API_URL: `\${env:MY_KANEO}` };
  const byHand = { command: "node", args: ["/opt/kaneo-mcp/dist/kaneo-mcp.cjs"], env };
  await machine.write(cursor, JSON.stringify({ mcpServers: { mine: byHand } }));

  const { code } = await machine.install("cursor");

  expect(code).toBe(0);
});

test.for([
  ["--profile", "work"],
  ["--api-url", "https://kaneo.example.org"],
])("an entry of another account, by %s of its flags, keeps none away", async (flags) => {
  await using machine = await makeClientMachine();
  const byHand = { command: "node", args: ["/opt/kaneo-mcp/dist/kaneo-mcp.cjs", ...flags] };
  await machine.write(cursor, JSON.stringify({ mcpServers: { mine: byHand } }));

  const { code } = await machine.install("cursor");
  const same = await machine.install("cursor", ...flags);

  expect([code, same.code]).toEqual([0, 1]);
});
