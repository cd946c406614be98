/** The requests of one tool call, and what came of them. */
import type { z } from "zod";
import { type FailureKind, isFailure, KaneoMcpError } from "../../errors.ts";
import type { Http, HttpRequest } from "../../http/http.ts";
import { isWebPage } from "../../http/who-answered.ts";
import { createGate } from "./concurrency.ts";
import { failureOfAnswer, failureOfShape, tooMuchForACall } from "./failures.ts";
import type { Endpoint } from "./kaneo.ts";
import { type KeptLists, MADE_STALE, type Sized } from "./memory.ts";
import { fateOf } from "./outcomes.ts";

interface CallOptions extends Pick<HttpRequest, "isUnattended"> {
  http: Http;
  signal: AbortSignal | undefined;
  /** Goes with every write: what this process did is then not announced to it. */
  windowId: string;
  lists: KeptLists;
  /** Called before a write is sent, and when it is over, with its answer, each time with what it was about. */
  onWrite(...parts: unknown[]): void;
}

/** What Kaneo refuses so was perhaps looked up in a list that is stale. */
const STALE: FailureKind[] = ["not_found", "invalid_input", "conflict"];

/** A board and a project embed every task, and the labels of a workspace come with the copies that its tasks have. */
const LONG = /^\/api\/(?:task\/(?:tasks|export)|label\/workspace|project)\//;
const LONG_BYTES = 32 * 2 ** 20;
/** Of all answers to one call together, which may all be in memory. */
const MOST_CALL_BYTES = 36 * 2 ** 20;
/** As many as there are connections. What only waits for one costs more the more there is of it: 20,000 took 18 s, in one turn. */
const MOST_AT_ONCE = 16;

/** Reads and writes until `signal` aborts. */
export function openCall({ http, signal, ...options }: CallOptions) {
  const { isUnattended, windowId, lists, onWrite } = options;
  const passGate = createGate(MOST_AT_ONCE);
  let received = 0;
  let writes = 0;

  async function ask(request: HttpRequest): Promise<{ body: unknown; size: number }> {
    const limits = LONG.test(request.path) ? { maxBytes: LONG_BYTES } : {};
    const response = await passGate(() => http({ ...limits, ...request, isUnattended }));
    const { body, size = 0 } = response;
    received += size;
    if (request.method === "GET" && received > MOST_CALL_BYTES)
      throw tooMuchForACall(MOST_CALL_BYTES);
    if (response.status >= 400) throw failureOfAnswer(request, response);
    if (isWebPage(response)) throw failureOfShape(request, body);
    return { body, size };
  }

  async function read<T>(
    path: Endpoint,
    schema: z.ZodType<T>,
    limits: Pick<HttpRequest, "maxBytes" | "isRaw"> = {},
  ): Promise<Sized<T>> {
    const request: HttpRequest = { method: "GET", path, signal, ...limits };
    const { body, size } = await ask(request);
    return { data: checked(request, body, schema), size };
  }

  async function write<T>(
    { method, path, body }: Pick<HttpRequest, "method" | "path" | "body">,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const headers = { "x-kaneo-window-id": windowId };
    // Kaneo ignores a body without the JSON content type and refuses some writes that have none.
    const payload = method === "DELETE" ? body : (body ?? {});
    const request: HttpRequest = { method, path, body: payload, signal, headers };
    writes += 1;
    onWrite(path, body);
    let answered: unknown;
    try {
      answered = (await ask(request)).body;
      return checked(request, answered, schema);
    } catch (error) {
      // After a bug of ours something may be changed, too.
      if (error instanceof KaneoMcpError && fateOf(error) !== "uncertain") writes -= 1;
      if (isFailure(error, ...STALE)) lists.forget();
      throw error;
    } finally {
      onWrite(path, body, answered);
      for (const [written, kept] of MADE_STALE) if (written.test(path)) lists.forget(kept);
    }
  }

  return { read, write, writesSent: () => writes > 0 };
}

function checked<T>(request: HttpRequest, body: unknown, schema: z.ZodType<T>): T {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  throw failureOfShape(request, body, error);
}
