import { expect, test } from "vitest";
import { answerJson, client, startServer } from "./servers.ts";

test.each([301, 302, 303, 307, 308])(
  "status %i to another host is reported, not followed",
  async (status) => {
    await using other = await startServer((response) => answerJson(response, {}));
    await using server = await startServer((response) => {
      response.writeHead(status, { location: `${other.url}/sub/api/task/p1?token=abc` }).end();
    });
    await using http = client(server.url);

    const answer = http({
      method: "POST",
      path: "/api/task/p1",
      body: {},
      headers: { authorization: "Bearer secret" },
    });

    await expect(answer).rejects.toMatchObject({
      kind: "unexpected",
      message: `Kaneo at 127.0.0.1:${server.port} points to ${other.url}/sub/api/task/p1 (status ${status}). That was not followed.`,
      hint: expect.stringMatching(/^If Kaneo is there, set KANEO_API_URL to its address/),
    });
    expect(other.sockets).toHaveLength(0);
    expect(server.seen).toHaveLength(1);
  },
);

test("a redirect to a login page names it and KANEO_API_URL", async () => {
  await using server = await startServer((response) => {
    response.writeHead(302, { location: "/login?next=%2Fapi" }).end("<html>");
  });
  await using http = client(server.url);

  const answer = http({ method: "GET", path: "/api/project" });

  await expect(answer).rejects.toMatchObject({
    message: expect.stringContaining(`${server.url}/login (status 302)`),
    hint: expect.stringMatching(/KANEO_API_URL.*KANEO_HEADERS/),
  });
});

test("a secret in the address of a redirect is hidden before the address is cut", async () => {
  const secret = "s3cret-that-is-rather-long-and-known";
  await using server = await startServer((response) => {
    response.writeHead(302, { location: `/${"x".repeat(160)}/${secret}` }).end();
  });
  const hide = (text: string) => text.replaceAll(secret, "[redacted]");
  await using http = client(server.url, { hide });

  const answer = http({ method: "GET", path: "/api/project" });

  await expect(answer).rejects.toMatchObject({ message: expect.not.stringContaining("s3cret") });
});

test.each([
  ["no address", undefined],
  ["an unreadable address", "http://["],
])("a redirect to %s is reported without one", async (_, location) => {
  await using server = await startServer((response) => {
    response.writeHead(302, location === undefined ? {} : { location }).end();
  });
  await using http = client(server.url);

  const answer = http({ method: "GET", path: "/api/project" });

  await expect(answer).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining("points to no address (status 302)"),
    hint: expect.stringContaining("KANEO_API_URL"),
  });
});

test("an endless body of a redirect is not read", async () => {
  await using server = await startServer((response) => {
    response.writeHead(302, { location: "/elsewhere" }).write("x");
  });
  await using http = client(server.url);

  const answer = http({ method: "GET", path: "/api/project" });

  await expect(answer).rejects.toMatchObject({ kind: "unexpected" });
});
