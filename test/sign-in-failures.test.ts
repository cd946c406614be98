import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import type { ConnectedClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { codeRequests, codesGiven, linkIn } from "./support/scenario-sign-in.ts";

/** The text of a call that does not come to its end. */
async function failureOf({ call }: ConnectedClient, tool = "list_projects"): Promise<string> {
  return (await call(tool)).text;
}

interface OtherServer extends AsyncDisposable {
  url: string;
  /** The paths that were asked for. */
  paths: string[];
}

/** A web server that is not Kaneo. */
async function startOtherServer(answer: RequestListener): Promise<OtherServer> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    paths,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test.concurrent("a denial is told, by every call, and no second code is asked for", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectHere({ env: { KANEO_API_URL: sandbox.url } });
  const { code } = linkIn(await failureOf(server));

  await sandbox.deny(code);
  const told = await failureOf(server);
  const again = await failureOf(server);
  const signingIn = await failureOf(server, "sign_in");

  for (const text of [told, again, signingIn]) {
    expect(text).toContain("was denied in the browser");
    expect(text).toMatch(/call again after \d+ s /);
    expect(text).not.toContain("user_code=");
  }
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("a denial is told also by a process that starts after it", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await connectHere({ env: { KANEO_API_URL: sandbox.url } });
  const { code } = linkIn(await failureOf(server));
  await sandbox.deny(code);
  await failureOf(server);

  await using later = await connectHere({
    env: { KANEO_API_URL: sandbox.url },
    home: server.home,
  });
  const text = await failureOf(later);

  expect(text).toContain("was denied in the browser");
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("a call that waits when the code expires says so and asks for no second code", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s", deviceExpiresIn: "2s" });
  await using server = await connectHere({ env: { KANEO_API_URL: sandbox.url } });
  linkIn(await failureOf(server));

  const text = await failureOf(server);

  expect(text).toContain("expired before it was approved");
  expect(text).toContain("Call the tool again to get a new link");
  expect(codesGiven(sandbox)).toBe(1);
});

test.concurrent("a code that expired between two calls is told too; only the call after that starts anew", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s", deviceExpiresIn: "2s" });
  await using server = await connectHere({ env: { KANEO_API_URL: sandbox.url } });
  const first = linkIn(await failureOf(server));
  await delay(3_500);

  const told = await failureOf(server);
  const codesSoFar = codesGiven(sandbox);
  const next = linkIn(await failureOf(server));

  expect(told).toContain("expired before it was approved");
  expect(codesSoFar).toBe(1);
  expect(next.code).not.toBe(first.code);
});

test.concurrent("an unknown client id is named, with the two ways to mend it", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectHere({
    env: { KANEO_API_URL: sandbox.url, KANEO_MCP_CLIENT_ID: "stranger" },
  });

  const text = await failureOf(server);

  expect(text).toContain('does not know the client id "stranger"');
  expect(text).toContain("KANEO_MCP_CLIENT_ID");
  expect(text).toContain("DEVICE_AUTH_CLIENT_IDS");
  expect(codeRequests(sandbox)).toHaveLength(1);
  expect(codesGiven(sandbox)).toBe(0);
});

test.concurrent("an instance that is down is named, and works as soon as it is up", async () => {
  const gone = await startSandbox();
  await gone.close();
  await using server = await connectHere({ env: { KANEO_API_URL: gone.url } });

  const text = await failureOf(server);
  await using sandbox = await startSandbox({ port: Number(new URL(gone.url).port) });
  const { link } = linkIn(await failureOf(server));

  expect(text).toContain(new URL(gone.url).host);
  expect(text).toMatch(/refused/);
  expect(text).toContain("KANEO_API_URL");
  expect(link).toContain(sandbox.url);
});

test.concurrent("an address that gives a web page is told as a wrong KANEO_API_URL", async () => {
  await using other = await startOtherServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><html><title>Our shop</title></html>");
  });
  await using server = await connectHere({ env: { KANEO_API_URL: other.url } });

  const text = await failureOf(server);

  expect(text).toContain(`${other.url} did not answer like Kaneo`);
  expect(text).toContain("a web page (HTML)");
  expect(text).toContain("Check KANEO_API_URL");
  expect(other.paths).toEqual(["/api/auth/device/code"]);
});

test.concurrent("a server without such a route is told as one that is not Kaneo or too old", async () => {
  await using other = await startOtherServer((_request, response) => {
    response.writeHead(404, { "content-type": "text/plain" }).end("404 Not Found");
  });
  await using server = await connectHere({ env: { KANEO_API_URL: other.url } });

  const text = await failureOf(server);

  expect(text).toContain(`${other.url} did not answer like Kaneo`);
  expect(text).toContain("(status 404)");
  expect(text).toContain("KANEO_API_KEY");
  expect(other.paths).toEqual(["/api/auth/device/code"]);
});

test.concurrent.each(["list_projects", "whoami"])(
  "a bad API key is told by %s and never starts a sign-in",
  async (tool) => {
    await using sandbox = await startSandbox();
    await using server = await connectHere({
      env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: "not-a-key-of-this-kaneo" },
    });

    const text = await failureOf(server, tool);

    expect(text).toContain("Kaneo refuses the API key");
    expect(text).toContain("KANEO_API_KEY");
    expect(text).not.toContain("not-a-key-of-this-kaneo");
    expect(codeRequests(sandbox)).toEqual([]);
  },
);

test.concurrent("after every failure the server still answers", async () => {
  await using server = await connectHere({ env: { KANEO_API_URL: "http://127.0.0.1:9" } });
  await failureOf(server);

  const { text, isError } = await server.call("whoami");

  expect(isError).toBe(false);
  expect(text).toContain("Not signed in");
});
