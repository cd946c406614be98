import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createUploader } from "../../src/http/upload.ts";
import { startServer } from "./servers.ts";

const picture = { contentType: "image/png", bytes: Buffer.from("a picture") };

const uploaderOf = (instance: string, proxyEnv = {}) => {
  const rules = { instance, allowInsecureHttp: true };
  return createUploader({ ...rules, userAgent: "test", clock: systemClock, proxyEnv });
};

test("a Kaneo elsewhere cannot have a picture sent to this machine", async () => {
  await using server = await startServer((response) => response.end());
  const upload = uploaderOf("https://kaneo.example.org");

  const sending = upload({ url: `${server.url}/put`, ...picture });

  await expect(sending).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining("nothing is sent there"),
  });
  expect(server.seen).toEqual([]);
});

test("of what the storage answers no more than 1 MiB is read", async () => {
  await using server = await startServer((response) => void response.end("x".repeat(2 ** 20 + 1)));
  const upload = uploaderOf("http://localhost:1337");

  const sending = upload({ url: `${server.url}/put`, ...picture });

  await expect(sending).rejects.toThrow("answered with more than 1 MiB, which is not read");
});

test("a Kaneo on this machine can", async () => {
  await using server = await startServer((response) => response.end());
  const upload = uploaderOf("http://localhost:1337");

  const host = await upload({ url: `${server.url}/put`, ...picture });

  expect(host).toBe(new URL(server.url).host);
  expect(server.seen).toMatchObject([{ method: "PUT", url: "/put" }]);
});

test("KANEO_ALLOW_INSECURE_HTTP allows a storage elsewhere without https", async () => {
  await using proxy = await startServer((response) => response.end());
  const upload = uploaderOf("http://kaneo.example", { HTTP_PROXY: proxy.url });

  await upload({ url: "http://storage.example/put", ...picture });

  expect(proxy.seen).toMatchObject([{ method: "PUT", url: "http://storage.example/put" }]);
});
