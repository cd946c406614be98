import type { z } from "zod";
import { type FailureKind, isFailure } from "../errors.ts";
import type { Http, HttpRequest } from "../http/http.ts";
import type { Endpoint } from "./endpoint.ts";
import { failureOfAnswer, failureOfShape } from "./failures.ts";

/** Requests to Kaneo's REST API, each answer checked against the schema of what we use of it. */
export interface Requests {
  get<T>(endpoint: Endpoint, schema: z.ZodType<T>): Promise<T>;
  post<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  put<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  patch<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  delete<T>(endpoint: Endpoint, schema: z.ZodType<T>): Promise<T>;
}

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Called when Kaneo says of a write that something in it does not fit. */
  onRefusedWrite(): void;
}

/**
 * Binds requests to one call's signal.
 *
 * The returned functions throw KaneoMcpError: of `http`, of the answer's status (failures.ts), or "unexpected" when a
 * good answer has another shape than Kaneo's.
 */
export function createRequests(http: Http, { signal, onRefusedWrite }: RequestOptions): Requests {
  async function send<T>(
    method: HttpRequest["method"],
    schema: z.ZodType<T>,
    { path, body }: { path: Endpoint; body?: unknown },
  ): Promise<T> {
    // Kaneo ignores a body without the JSON content type and refuses some writes that have none.
    const payload = method === "GET" || method === "DELETE" ? body : (body ?? {});
    const response = await http({ method, path, body: payload, signal });
    if (response.status >= 400) {
      const failure = failureOfAnswer({ method, path }, response);
      if (method !== "GET" && isFailure(failure, ...STALE)) onRefusedWrite();
      throw failure;
    }

    const parsed = schema.safeParse(response.body);
    if (!parsed.success) throw failureOfShape({ method, path }, response.body, parsed.error);
    return parsed.data;
  }

  return {
    get: (path, schema) => send("GET", schema, { path }),
    post: (path, schema, body) => send("POST", schema, { path, body }),
    put: (path, schema, body) => send("PUT", schema, { path, body }),
    patch: (path, schema, body) => send("PATCH", schema, { path, body }),
    delete: (path, schema) => send("DELETE", schema, { path }),
  };
}

const STALE: FailureKind[] = ["not_found", "invalid_input", "conflict"];
