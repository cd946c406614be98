/** The document at /api/openapi, put together from the list of what a running 2.22.0 names in its own. */
import { linesOf } from "./recorded.ts";

export interface RecordedOperation {
  id: string;
  method: string;
  /** Behind `/api`. */
  path: string;
  tag: string;
  says: string;
  query?: string[];
  /** Whether only a running Kaneo names it, and the published document does not. */
  unpublished?: true;
  /** Type by name; a name that ends in `?` may be left out. */
  body?: Record<string, string>;
}

/** All 153, made by hand from such a document. */
export function recordedOperations(): RecordedOperation[] {
  return linesOf("operations-2.22.jsonl");
}

export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of recordedOperations()) {
    const { method, path } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(operation) };
  }
  return { openapi: "3.0.3", info: { title: "Kaneo API", version: "1.0.0" }, paths };
}

function described({ id, path, tag, says, query = [], body }: RecordedOperation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    in: "path",
    name,
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = query.map((name) => ({ in: "query", name, schema: { type: "string" } }));
  const parameters = [...inPath, ...inQuery];
  return {
    operationId: id,
    tags: [tag],
    description: says,
    parameters,
    ...(body && { requestBody: { content: { "application/json": { schema: schemaOf(body) } } } }),
  };
}

function schemaOf(body: Record<string, string>): object {
  const entries = Object.entries(body);
  return {
    type: "object",
    properties: Object.fromEntries(
      entries.map(([name, type]) => [name.replace("?", ""), { type }]),
    ),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith("?")),
  };
}
