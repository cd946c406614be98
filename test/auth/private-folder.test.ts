import { writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPrivateFolder } from "../../src/auth/private-folder.ts";
import { systemClock } from "../../src/clock.ts";
import { makeHome } from "../support/temp-home.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const identity = {
  pid: 1,
  host: "desk",
  namespace: undefined,
  uid: process.getuid?.(),
  isAlive: () => true,
};

test.concurrent("a file that replaces another one while that is being removed stays", async () => {
  await using place = await makeTemporaryFolder();
  const folder = createPrivateFolder({
    path: place.path,
    identity,
    clock: systemClock,
    warn: () => undefined,
  });
  await folder.write("token", "old");

  const wasMoved = await folder.moveAside("token", "aside", (content) => {
    const isOld = content.kind === "text" && content.text === "old";
    writeFileSync(join(place.path, "token"), "new", { mode: 0o600 });
    return isOld;
  });

  expect(wasMoved).toBe(false);
  expect(await readFile(join(place.path, "token"), "utf8")).toBe("new");
  expect(await readdir(place.path)).toEqual(["token"]);
});

test.concurrent("a name is created by one process only", async () => {
  await using place = await makeTemporaryFolder();
  const folder = createPrivateFolder({
    path: place.path,
    identity,
    clock: systemClock,
    warn: () => undefined,
  });

  const created = await Promise.all([1, 2, 3].map(() => folder.create("lease-1", "mine")));

  expect(created.filter((isMine) => isMine)).toHaveLength(1);
});

test.concurrent("a token that was caught in a removal that never ended is put back", async () => {
  const baseUrl = "http://127.0.0.1:9";
  await using home = await makeHome({ baseUrl });
  const accessToken = "a-newer-token";
  const record = { version: 1, base: baseUrl, clientId: "kaneo-mcp", accessToken, obtainedAt: 1 };
  await home.write(".token.removing-0123456789ab", JSON.stringify(record));

  const token = await home.startServer().token();

  expect(token).toBe(accessToken);
  expect(await home.names(".token")).toHaveLength(1);
});

test.concurrent("what a killed process left behind is removed, what a running one holds is not", async () => {
  const baseUrl = "http://127.0.0.1:9";
  await using home = await makeHome({ baseUrl });
  const late = { ...systemClock, now: () => Date.now() + 120_000 };
  home.gone.add(51);
  await home.write(".token.51-0123456789ab.tmp", "");
  await home.write(".token.52-0123456789ab.tmp", "");

  await home
    .startServer({ clock: late })
    .session.signIn(0)
    .catch(() => undefined);

  const left = await home.names(".tmp");
  expect(left.filter((name) => name.includes(".token.51-"))).toEqual([]);
  expect(left.filter((name) => name.includes(".token.52-"))).toHaveLength(1);
});
