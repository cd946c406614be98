import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { connectClient } from "../support/connect-client.ts";
import { runCommand, runHere } from "../support/run-command.ts";
import { codesGiven } from "../support/scenario-sign-in.ts";
import { bareEnvironment, builtFile } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const startKaneo = () => startSandbox({ deviceInterval: "1s" });

/** Starts `login`, and goes on when it has shown its code. */
async function startLogin(home: string, { url }: Pick<Sandbox, "url">, ...flags: string[]) {
  const args = [builtFile, "login", "--api-url", url, ...flags];
  const child = spawn(process.execPath, args, { env: bareEnvironment(home) });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const isWaiting = new Promise<void>((resolve) => {
    reader.on("line", (line) => {
      lines.push(line);
      if (line.startsWith("Waiting")) resolve();
    });
  });
  let err = "";
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes;
  });
  const ended = once(child, "close").then(([code]) => ({ code, out: lines.join("\n"), err }));
  await Promise.race([isWaiting, ended]);
  const [, code = ""] = /user_code=(\S+)/.exec(lines.join("\n")) ?? [];
  return { code, lines, ended, interrupt: () => child.kill("SIGINT") };
}

/** `login` in this process, by somebody who opens the link at once. */
function loggedIn(home: string, sandbox: Sandbox, ...flags: string[]) {
  return answered(home, sandbox.url, { flags, answer: sandbox.approve });
}

function answered(
  home: string,
  url: string,
  { flags = [], answer }: { flags?: string[]; answer(code: string): Promise<void> },
) {
  return runHere(home, ["login", "--api-url", url, ...flags], {
    heard(text) {
      const [, code] = /user_code=(\S+)/.exec(text) ?? [];
      if (code) void answer(code);
    },
  });
}

test.concurrent("login shows the link, waits for the approval, and the clients here are signed in", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();
  const { code, lines, ended } = await startLogin(home.path, sandbox);
  await sandbox.approve(code);

  const { code: exitCode, out, err } = await ended;

  await using client = await connectClient({
    home: home.path,
    env: { KANEO_API_URL: sandbox.url },
  });
  expect(exitCode, err).toBe(0);
  expect(err).toBe("");
  expect(lines[0]).toMatch(/^Sign in to Kaneo: http:\S+$/);
  expect(out).not.toMatch(/call|repeat/);
  expect(out).toContain(
    `\nYou are signed in to ${sandbox.url} as Alice Doe <${sandbox.people.alice.email}>.`,
  );
  expect((await client.call("list_projects")).isError).toBe(false);
});

test.concurrent("login says who is signed in already, and asks for no code", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();
  await loggedIn(home.path, sandbox);

  const { code, out, err } = await runHere(home.path, ["login", "--api-url", sandbox.url]);

  expect(code, err).toBe(0);
  expect(out).toMatch(/^You are already signed in to http:\S+ as Alice Doe <\S+>\.\n$/);
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("login that is denied ends with 1 and says how to go on", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();

  const { code, err } = await answered(home.path, sandbox.url, { answer: sandbox.deny });

  expect(code).toBe(1);
  expect(err).toContain("was denied in the browser");
  expect(err).toContain(`For a new link: node "${builtFile}" login`);
});

test.concurrent("Ctrl+C ends login with 2, and the next one goes on with the same code", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();
  const first = await startLogin(home.path, sandbox);
  first.interrupt();
  const stopped = await first.ended;

  const second = await startLogin(home.path, sandbox);
  await sandbox.approve(second.code);

  expect(stopped.code, stopped.err).toBe(2);
  expect(second.code).toBe(first.code);
  const { code, err } = await second.ended;
  expect(code, err).toBe(0);
});

test.concurrent("login --profile signs in an account of its own", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();
  await loggedIn(home.path, sandbox, "--profile", "work");
  const flags = ["--api-url", sandbox.url];

  const work = await runHere(home.path, ["status", ...flags, "--profile", "work"]);
  const other = await runHere(home.path, ["status", ...flags]);

  expect([work.code, other.code]).toEqual([0, 1]);
  expect(await readdir(join(home.path, "data", "profiles"))).toEqual(["work"]);
});

test.concurrent("status says who is signed in where, with the workspaces", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();
  await loggedIn(home.path, sandbox);

  const { code, out, err } = await runCommand(home.path, ["status"], {
    KANEO_API_URL: sandbox.url,
  });

  expect(code, err).toBe(0);
  expect(out).toContain(`Alice Doe <${sandbox.people.alice.email}>\nInstance: ${sandbox.url}\n`);
  expect(out).toContain("Workspaces:\n- ");
});

test.concurrent("status of nobody ends with 1, names login, and starts nothing", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();

  const { code, err } = await runHere(home.path, ["status", "--api-url", sandbox.url]);

  expect(code).toBe(1);
  const login = `node "${builtFile}" login --api-url ${sandbox.url}`;
  expect(err).toBe(`Nobody is signed in at ${sandbox.url}. To go on: ${login}\n`);
  expect(sandbox.requests).toEqual([]);
});

test.concurrent("logout revokes the token at Kaneo, and a second time ends with 1", async () => {
  await using sandbox = await startKaneo();
  await using home = await makeTemporaryFolder();
  await loggedIn(home.path, sandbox);
  const words = ["logout", "--api-url", sandbox.url] as const;

  const first = await runHere(home.path, words);
  // As a program of its own: what failed shows in how it ends, and beside its output.
  const second = await runCommand(home.path, words);

  expect(first).toMatchObject({ code: 0, out: expect.stringContaining("access is revoked") });
  expect(second).toEqual({
    code: 1,
    out: "",
    err: expect.stringContaining("Nobody was signed in"),
  });
  expect(sandbox.requests.filter(({ path }) => path.endsWith("/sign-out"))).toHaveLength(1);
});

test.concurrent.each(["login", "logout", "status", "doctor"] as const)(
  "%s explains itself with --help, and refuses what it does not know",
  async (command) => {
    await using home = await makeTemporaryFolder();

    const help = await runHere(home.path, [command, "--help"]);
    const wrong = await runHere(home.path, [
      command,
      "now",
      "--api-url",
      "ftp://x",
      "--profile=A",
      "--profil=a",
    ]);

    expect(help.code).toBe(0);
    expect(help.out).toMatch(new RegExp(`^kaneo-mcp ${command} `));
    expect(wrong.code).toBe(2);
    for (const word of [
      "no words",
      "- --api-url",
      "- --profile must be",
      "did you mean --profile?",
    ]) {
      expect(wrong.err).toContain(word);
    }
  },
);

test.concurrent("login with an API key says that there is nothing to sign in to", async () => {
  await using home = await makeTemporaryFolder();

  const { code, err } = await runHere(home.path, ["login"], {
    env: { KANEO_API_KEY: "a-key-of-the-test" },
  });

  expect(code).toBe(1);
  expect(err).toMatch(/^An API key is configured/);
  expect(err).not.toContain("a-key-of-the-test");
});
