import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import type { Task } from "../sandbox/data.ts";
import { addPicture } from "../support/example-ids.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { toolNamed } from "../support/tool-named.ts";
import { until } from "../support/until.ts";

const attach = toolNamed(allTools, "attach_image");
const get = toolNamed(allTools, "get_image");

const PNG_START = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const png = (size: number) => Buffer.concat([PNG_START, randomBytes(size - PNG_START.length)]);

function taskRow(board: SmallBoard, number: number): Task {
  const row = board.sandbox.data.tasks.get(board.taskId(number));
  if (row === undefined) throw new Error(`There is no WEB-${number}.`);
  return row;
}

test("a picture from a file is stored by a presigned request without credentials, and shown in the description", async () => {
  await using folder = await makeTemporaryFolder();
  await using board = await startSmallBoard({ filesDir: folder.path });
  const bytes = png(50_000);
  await writeFile(join(folder.path, "login-loop.png"), bytes);
  taskRow(board, 1).description = "What people see:\n";

  const answer = await board.call(attach, { task: "WEB-1", file: "login-loop.png" });

  const { storage, assets, origin } = board.sandbox.data;
  const [request] = storage?.requests ?? [];
  const [asset] = [...assets.values()];
  const description = `What people see:\n\n![login loop](${origin}/api/asset/${asset?.id})`;
  expect(answer).toContain('Attached "login loop" (image/png, 49 KiB) to WEB-1');
  expect(answer).toContain(`sent to ${new URL(storage?.url ?? "").host}`);
  expect(taskRow(board, 1).description).toBe(description);
  expect(asset).toMatchObject({ filename: "login-loop.png", size: 50_000, mimeType: "image/png" });
  expect(storage?.objects.get(asset?.objectKey ?? "")?.bytes.equals(bytes)).toBe(true);
  expect(storage?.requests).toHaveLength(1);
  expect(request).toMatchObject({ method: "PUT", status: 200, size: 50_000 });
  expect(request?.headers).toMatchObject({
    "content-type": "image/png",
    "content-length": "50000",
  });
  expect(Object.keys(request?.headers ?? {})).not.toContain("x-api-key");
  expect(JSON.stringify(request)).not.toContain(board.sandbox.people.alice.apiKey);
});

test("what somebody writes into the description while the picture is sent stays there", async () => {
  await using board = await startSmallBoard();
  const isFinal = (path: string) => path.endsWith("/finalize");
  board.sandbox.fail({ path: /\/finalize$/ }, { kind: "delay", ms: 200 });

  const call = board.call(attach, { task: "WEB-1", data: png(100).toString("base64") });
  await until(() => board.requests().some(isFinal));
  taskRow(board, 1).description = "Written meanwhile";
  await call;

  expect(taskRow(board, 1).description).toMatch(/^Written meanwhile\n\n!\[image\]\(/);
});

test("a picture given as base64 becomes a comment, and comes back byte for byte", async () => {
  await using board = await startSmallBoard();
  const bytes = png(3_000);

  const attached = await board.call(attach, {
    task: "WEB-2",
    data: `data:image/png;base64,${bytes.toString("base64")}`,
    name: "Hero [on] a phone",
    in: "comment",
  });
  const answer = await board.call(get, { task: "WEB-2" });

  const [comment] = board.sandbox.data.comments();
  expect(attached).toContain(": at the bottom, as a comment. The bytes were sent to ");
  expect(comment?.content).toMatch(
    /^!\[Hero on a phone\]\(http:\/\/127\.0\.0\.1:\d+\/api\/asset\/\w+\)$/,
  );
  expect(answer).toContain("picture 1 of 1, in the comment by @Alice");
  expect(board.images).toHaveLength(1);
  expect(board.images[0]?.contentType).toBe("image/png");
  expect(board.images[0]?.bytes.equals(bytes)).toBe(true);
});

test("of several pictures the list comes first, and a number shows one", async () => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 3);
  const [first, second] = [png(100), png(200)];
  addPicture(board.sandbox.data, row, first);
  addPicture(board.sandbox.data, row, second);
  row.description +=
    '\n![elsewhere](https://evil.example/x.png)\n<img src="/api/asset/gone" alt="Lost">';

  const list = await board.call(get, { task: "WEB-3" });
  await board.call(get, { task: "WEB-3", image: 2 });
  const elsewhere = await board.call(get, { task: "WEB-3", image: 3 }).catch(String);
  const gone = await board.call(get, { task: "WEB-3", image: 4 }).catch(String);
  const none = await board.call(get, { task: "WEB-3", image: "9" });

  expect(list).toContain("4 pictures");
  expect(list).toContain('picture 2 of 4, in the description: "icon"');
  expect(list).toContain('picture 3 of 4, in the description: "elsewhere", not in Kaneo');
  expect(board.images.map(({ bytes }) => bytes.length)).toEqual([200]);
  expect(elsewhere).toContain("is not fetched from there");
  expect(gone).toContain("The picture is gone: Kaneo no longer has it");
  expect(none).toContain("4 pictures. Call again with image");
});

test("of a hundred thousand pictures the first hundred are listed", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "![](a)\n".repeat(100_000);

  const list = await board.call(get, { task: "WEB-1" });

  expect(list).toContain("100000 pictures");
  expect(list).toContain("\n… and 99900 more");
});

test("what is stored there as a picture and is none is not shown", async () => {
  await using board = await startSmallBoard();
  addPicture(board.sandbox.data, taskRow(board, 1), Buffer.from("<svg onload=alert(1)>"));
  addPicture(board.sandbox.data, taskRow(board, 2), png(4_000_000));

  const script = await board.call(get, { task: "WEB-1" }).catch(String);
  const big = await board.call(get, { task: "WEB-2" }).catch(String);

  expect(script).toContain("is no png, jpeg, gif or webp by its content");
  expect(big).toContain("has 3.8 MiB");
  expect(board.images).toEqual([]);
});

test("a task without pictures is said to have none", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(get, { task: "WEB-4" });

  expect(answer).toContain("no picture in the description or the comments");
});

test.each([
  [{}, "Give either file or data"],
  [{ file: "a.png", data: "AAAA" }, "Give either file or data"],
  [{ data: "not base64 at all!" }, "data is not base64"],
  [{ data: Buffer.from("#!/bin/sh").toString("base64") }, "no png, jpeg, gif or webp picture"],
  [{ data: Buffer.from("<svg></svg>").toString("base64") }, "no png, jpeg, gif or webp picture"],
  [{ data: png(10 * 2 ** 20 + 1).toString("base64") }, "more than 10 MiB"],
  [{ file: "a.png" }, "no folder is set for that"],
])("case %#: refuses before anything is sent", async (args, reason) => {
  await using board = await startSmallBoard();

  const failure = await board.call(attach, { task: "WEB-1", ...args }).catch(String);

  expect(failure).toContain(reason);
  expect(board.requests()).toEqual([]);
});

test("an instance without storage is said to be one, and nothing is uncertain", async () => {
  await using board = await startSmallBoard({ hasStorage: false });

  const failure = board.call(attach, { task: "WEB-1", data: png(100).toString("base64") });

  await expect(failure).rejects.toMatchObject({
    kind: "conflict",
    message: "This Kaneo has no storage for pictures, so nothing can be attached to its tasks.",
    hint: expect.stringContaining("S3_ENDPOINT"),
  });
});

test("a picture for which Kaneo gives no place is not attached, and nothing is uncertain", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /image-upload/ }, { kind: "answer", status: 500, body: "S3 is down" });

  const call = board.call(attach, { task: "WEB-1", data: png(100).toString("base64") });

  await expect(call).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(
      /^Kaneo gave no place for the picture, so nothing was attached\. (?!.*may or may not)/,
    ),
  });
});

test.each([
  ["ftp://storage.example/x", "ftp://storage.example"],
  ["http://storage.example/x", "http://storage.example"],
  ["https://user:secret@storage.example/x", "https://storage.example"],
  ["file:///etc/passwd", "no address"],
  ["not an address", "no address"],
])("sends nothing to %s", async (uploadUrl, shown) => {
  await using board = await startSmallBoard();
  const body = { key: "k", uploadUrl, headers: {} };
  board.sandbox.fail({ path: /image-upload/ }, { kind: "answer", status: 200, body });

  const failure = await board
    .call(attach, { task: "WEB-1", data: png(100).toString("base64") })
    .catch(({ message }: Error) => message);

  expect(failure).toContain(`Kaneo names ${shown} as the place for pictures, and nothing is sent`);
  expect(failure).not.toContain("secret");
  expect(taskRow(board, 1).description).toBe("");
});

test.each([
  [403, {}, "refused the picture (status 403)"],
  [
    307,
    { location: "http://127.0.0.1:1/" },
    "points elsewhere, which is not followed (status 307)",
  ],
  [500, {}, "refused the picture (status 500)"],
])("a storage that answers %i took nothing", async (status, headers, reason) => {
  await using board = await startSmallBoard();
  const { storage, assets } = board.sandbox.data;
  storage?.failNext(status, headers);

  const failure = board.call(attach, { task: "WEB-1", data: png(100).toString("base64") });

  await expect(failure).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/Nothing was attached\.$/),
  });
  await expect(failure).rejects.toThrow(reason);
  expect(assets.size).toBe(0);
  expect(taskRow(board, 1).description).toBe("");
});

test("an address that has expired is said to be refused", async () => {
  await using board = await startSmallBoard();
  if (board.sandbox.data.storage) board.sandbox.data.storage.expiresIn = -1;

  const failure = board.call(attach, { task: "WEB-1", data: png(100).toString("base64") });

  await expect(failure).rejects.toThrow("refused the picture (status 403)");
});

test("a picture that is stored and not shown is said to be so, with what would show it", async () => {
  await using board = await startSmallBoard();
  const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ path: /description/ }, refusal);

  const failure = board.call(attach, { task: "WEB-1", data: png(100).toString("base64") });

  await expect(failure).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining(
      "The picture was saved already, but is not in the description of WEB-1",
    ),
    hint: expect.stringMatching(/add !\[image\]\(http.*\) with update_task/),
  });
});

test("an address that is no picture's is not written into a text", async () => {
  await using board = await startSmallBoard();
  const id = "abcdefghij0123456789abcd";
  const body = { id, url: "https://kaneo.example/asset/x) [click](https://evil.example" };
  board.sandbox.fail({ path: /\/finalize$/ }, { kind: "answer", status: 200, body });

  await board.call(attach, { task: "WEB-1", data: png(300).toString("base64"), name: "shot" });

  const shown = `![shot](${board.sandbox.url}/api/asset/${id})`;
  expect(taskRow(board, 1).description).toContain(shown);
});

test("that pictures are not copied, and go with their task, is said of those that lie in Kaneo", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "![crash](http://kaneo.example/api/asset/abc)";
  taskRow(board, 2).description = "![crash](https://elsewhere.example/crash.png)";
  const copy = (task: string) =>
    board.call(toolNamed(allTools, "copy_tasks"), { tasks: [task], project: "WEB", dry_run: true });
  const remove = (task: string, confirm_title: string) =>
    board.call(toolNamed(allTools, "delete_task"), { task, confirm_title });

  const own = [await copy("WEB-1"), await remove("WEB-1", "Fix login redirect loop")];
  const others = [await copy("WEB-2"), await remove("WEB-2", "Landing page hero")];

  expect(own[0]).toContain("Nor pictures: the copies show those of the originals, which only");
  expect(own[1]).toContain(
    "\nPictures that were attached to it are gone too, even where other tasks show them.",
  );
  expect(others.join("\n")).not.toContain("pictures");
});
