/** Pictures, from a file of the person to the picture in the model's answer: the built server, over stdio. */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { type SandboxOptions, startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const MB = 2 ** 20;

function png(size: number): Buffer {
  const start = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([start, randomBytes(size - start.length)]);
}

async function startDesk(options: SandboxOptions = {}, connect = connectHere) {
  const folder = await makeTemporaryFolder();
  const sandbox = await startSandbox(options);
  const server = await connect({
    env: {
      KANEO_API_URL: sandbox.url,
      KANEO_API_KEY: sandbox.people.alice.apiKey,
      KANEO_TOOLSETS: "default,files",
      KANEO_FILES_DIR: folder.path,
      KANEO_HEADERS: "X-Front: front-secret",
    },
  });
  return {
    folder: folder.path,
    sandbox,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await sandbox.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test("a screenshot of 3 MB is attached to a task and comes back as an image", async () => {
  await using desk = await startDesk();
  const screenshot = png(3 * MB);
  await writeFile(join(desk.folder, "screen.png"), screenshot);

  const attached = await desk.server.call("attach_image", { task: "WEB-4", file: "screen.png" });
  const result = await desk.server.client.callTool({
    name: "get_image",
    arguments: { task: "WEB-4" },
  });

  const { content } = CallToolResultSchema.parse(result);
  const image = content.find((part) => part.type === "image");
  const { storage, tasks } = desk.sandbox.data;
  const task = [...tasks.values()].find(({ title }) => title === "Fix login redirect loop");
  expect(attached).toMatchObject({ isError: false, text: expect.stringContaining("3.0 MiB") });
  expect(task?.description).toMatch(/ERR_TOO_MANY_REDIRECTS`\.\n\n!\[screen\]\(http:\S+\)$/);
  expect(image?.mimeType).toBe("image/png");
  expect(Buffer.from(image?.data ?? "", "base64").equals(screenshot)).toBe(true);
  expect(storage?.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(["PUT 200"]);
  expect(JSON.stringify(storage?.requests)).not.toMatch(/x-front|front-secret|authorization/i);
});

test("an instance without storage is said to be one", async () => {
  await using desk = await startDesk({ hasStorage: false });
  await writeFile(join(desk.folder, "screen.png"), png(1_000));

  const { text, isError } = await desk.server.call("attach_image", {
    task: "WEB-4",
    file: "screen.png",
  });

  expect(isError).toBe(true);
  expect(text).toContain("This Kaneo has no storage for pictures");
  expect(desk.sandbox.data.assets.size).toBe(0);
});

test.skipIf(process.platform !== "linux")(
  "sending 10 MB takes at most three times that of memory",
  async () => {
    await using desk = await startDesk({}, connectClient);
    await writeFile(join(desk.folder, "small.png"), png(1_000));
    await writeFile(join(desk.folder, "big.png"), png(10 * MB));
    await desk.server.call("attach_image", { task: "WEB-4", file: "small.png" });
    const before = await peakOf(desk.server.pid);

    const { isError } = await desk.server.call("attach_image", { task: "WEB-4", file: "big.png" });

    expect(isError).toBe(false);
    expect(((await peakOf(desk.server.pid)) - before) / MB).toBeLessThan(30);
  },
);

/** The most memory that a process ever had, in bytes. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
