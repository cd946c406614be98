import { expect, test } from "vitest";
import { notedHttp } from "../../src/http/http-client.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { answerJson, client, startServer } from "./servers.ts";

test("notes each request with what came of it, and nothing that people wrote", async () => {
  await using server = await startServer((response, { url }) =>
    answerJson(response, { name: "Ada" }, url.includes("t1") ? 404 : 200),
  );
  await using http = client(server.url);
  const notes: string[] = [];
  const noted = notedHttp(http, new FakeClock(), (line) => void notes.push(line));

  const found = await noted({ method: "GET", path: "/api/search?q=Ada" });
  await noted({ method: "PUT", path: "/api/task/t1", body: { title: "Ada" } });

  expect(found.body).toEqual({ name: "Ada" });
  expect(notes).toEqual(["GET /api/search: 200, 0 ms", "PUT /api/task/t1: 404, 0 ms"]);
});

test("notes the kind of a failure, and passes it on", async () => {
  await using server = await startServer((response) => void response.destroy());
  await using http = client(server.url);
  const notes: string[] = [];
  const noted = notedHttp(http, new FakeClock(), (line) => void notes.push(line));

  const answer = noted({ method: "PUT", path: "/api/task/t1" });

  await expect(answer).rejects.toMatchObject({ kind: "outcome_unknown" });
  expect(notes).toEqual(["PUT /api/task/t1: outcome_unknown, 0 ms"]);
});
