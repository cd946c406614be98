/**
 * A language model that follows a script, on loopback, in the words of the APIs that clients speak: it calls list_tasks, and
 * tells what that answered in words of its own, as a model does.
 */
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Seen, startServer } from "../http/servers.ts";
import { dialectOf, readTurn, type Says, type Tool, type Turn } from "./dialects.ts";

export interface ScriptedModel extends AsyncDisposable {
  readonly url: string;
  /** Every turn that it was asked for, in order. */
  readonly turns: readonly Turn[];
  /** Whether it tells what a tool answered, or waits: what is on the screen meanwhile, the client shows by itself. */
  mayTell: boolean;
  /** The arguments of its call. */
  asks: object;
}

export async function startScriptedModel(): Promise<ScriptedModel> {
  const turns: Turn[] = [];
  let called: Tool | undefined;
  const answer = async (response: ServerResponse, { url, body }: Seen) => {
    const path = new URL(url, "http://model").pathname;
    const dialect = dialectOf(path);
    // Some clients first ask which models there are, and can do without an answer.
    if (!dialect || body === "") return void response.writeHead(404).end();
    const turn = readTurn(dialect, JSON.parse(body), "list_tasks");
    turns.push(turn);
    const says = reply(turn, called, model.asks);
    if ("tool" in says) called = says.tool;
    while ("text" in says && turn.result !== undefined && !model.mayTell) await delay(50);
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of dialect.events(says)) {
      const type = "type" in event ? `event: ${event.type}\n` : "";
      response.write(`${type}data: ${JSON.stringify(event)}\n\n`);
    }
    response.end(path.endsWith("/completions") ? "data: [DONE]\n\n" : "");
  };
  const server = await startServer((response, seen) => void answer(response, seen));
  const model: ScriptedModel = {
    url: server.url,
    turns,
    mayTell: true,
    asks: { project: "WEB", state: "open" },
    [Symbol.asyncDispose]: () => {
      model.mayTell = true;
      return server[Symbol.asyncDispose]();
    },
  };
  return model;
}

/** Calls the tool, looked for before where the client keeps it back, and tells its answer; titles and the like get a word. */
function reply({ tool, search, result }: Turn, called: Tool | undefined, args: object): Says {
  const isFound = result !== undefined && called?.name === search?.name;
  if (result !== undefined && !isFound) return { text: told(result) };
  if (tool) return { tool, args };
  if (search && !isFound) return { tool: search, args: { query: "kaneo list_tasks" } };
  return { text: "Tasks" };
}

function told(result: string): string {
  const link = /https?:\/\/\S+user_code=([A-Z0-9-]+)/.exec(result);
  if (link) return `Please open ${link[0]} and approve it there if the page shows ${link[1]}.`;
  const tasks = result.match(/WEB-\d+ .*/g);
  return tasks ? `These are open:\n\n${tasks.map((task) => `- ${task}`).join("\n")}` : result;
}
