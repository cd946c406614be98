/** The rest of what the instance can do, by its own document: so that tomorrow's Kaneo is of use today. */
import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { noMatch } from "../../kaneo/names/matching.ts";
import { whyForbidden } from "../../kaneo/operations/operation-limits.ts";
import { searchOperations } from "../../kaneo/operations/operation-search.ts";
import { type Operation, operations } from "../../kaneo/operations/operations.ts";
import { count } from "../../text/text.ts";
import { fence, inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";
import { namesInPath, send, values } from "./call.ts";

const findOperations = defineTool({
  name: "find_operations",
  toolset: "api",
  description:
    "Finds what this Kaneo can do besides the other tools, by words; read_operation and call_operation then do it. Prefer a tool of its own where there is one.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({
    query: fields.text.describe("What is to be done, in plain words"),
    limit: z.int().min(1).max(30).default(6),
  }),
  example: { query: "leave a workspace" },
  run: async ({ query, limit }, { kaneo }) => {
    const all = await kaneo.kept(operations);
    return { all, found: searchOperations(all, query, limit) };
  },
  text: ({ all, found }) => {
    const number = count(all.length, "operation");
    if (found.length === 0) {
      const callable = all.filter((one) => whyForbidden(one, one.path) === undefined);
      const names = callable.slice(0, MOST_NAMED).map(({ id }) => id);
      return `None of the ${number} of this Kaneo has most of these words. These may be called: ${names.join(", ")}.`;
    }
    const head = `Of ${number} of this Kaneo these fit best (* is needed):`;
    return [head, ...found.map(renderOperation)].join("\n");
  },
});

/** Kaneo has 153. */
const MOST_NAMED = 250;

function renderOperation(operation: Operation): string {
  const { id, method, path, says, query, body } = operation;
  const reason = whyForbidden(operation, path);
  const parts = [
    ["path", namesInPath(path).map((name) => `${name}*`)],
    ["query", query.map(shownField)],
    ["body", body.map(shownField)],
  ] as const;
  const args = parts
    .filter(([, names]) => names.length > 0)
    .map(([part, names]) => `  ${part}: ${names.join(", ")}`);
  return [
    `${id}  ${method} ${path}  ${inline(says, 160)}`,
    ...(reason === undefined ? args : [`  not to be called: ${reason}`]),
  ].join("\n");
}

function shownField({ name, type, isNeeded }: Operation["body"][number]): string {
  return `${name}${isNeeded ? "*" : ""} ${inline(type, 120)}`;
}

const called = {
  operation: fields.text.describe("Its id, from find_operations"),
  path: values
    .describe("Ids by their names, or task keys, slugs of projects, workspaces")
    .optional(),
  query: values.optional(),
};

const readOperation = defineTool({
  name: "read_operation",
  toolset: "api",
  description: "Calls an operation that only reads (GET), and gives Kaneo's answer as JSON.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object(called),
  example: { operation: "getProject", path: { id: "OPS" } },
  run: async (args, { kaneo }) => {
    const operation = await operationNamed(kaneo, args.operation);
    if (operation.method !== "GET") {
      const why = `${operation.id} writes (${operation.method}). Nothing was sent.`;
      throw new KaneoMcpError("invalid_input", why, {
        hint: "call_operation calls it, where this server may write.",
      });
    }
    return { operation, answer: await send(kaneo, operation, args) };
  },
  text: renderAnswer,
});

const callOperation = defineTool({
  name: "call_operation",
  toolset: "api",
  description:
    "Calls an operation, even one that writes, and gives Kaneo's answer as JSON. Look at the state afterwards where it matters: Kaneo's checks are few.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  input: z.object({
    ...called,
    body: z.record(z.string(), z.unknown()).describe("Fields of the request").optional(),
    confirm: fields.text.describe("For what deletes: the operation's id once more").optional(),
  }),
  example: {
    operation: "updateTaskTitle",
    path: { id: "WEB-4" },
    body: { title: "Called by its operation" },
  },
  run: async (args, { kaneo }) => {
    const operation = await operationNamed(kaneo, args.operation);
    return { operation, answer: await send(kaneo, operation, args) };
  },
  text: renderAnswer,
});

export const apiTools = [findOperations, readOperation, callOperation];

/** @throws KaneoMcpError "not_found", naming the nearest. */
async function operationNamed(kaneo: Kaneo, reference: string): Promise<Operation> {
  const all = await kaneo.kept(operations);
  const wanted = reference.toLowerCase();
  const found =
    all.find(({ id }) => id === reference) ?? all.find(({ id }) => id.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw noMatch(reference, all, {
    noun: "operation",
    names: [({ id }) => id],
    show: ({ id }) => id,
    hint: "find_operations finds operations by words.",
  });
}

function renderAnswer({ operation, answer }: { operation: Operation; answer: unknown }): string {
  const { id, method, path } = operation;
  const json = JSON.stringify(answer, undefined, 1) ?? "";
  const text = json.replaceAll(/\n\s*/g, " ");
  return `${id} (${method} ${path}) answered:\n${fence(text, MOST_ANSWER)}`;
}

const MOST_ANSWER = 12_000;
