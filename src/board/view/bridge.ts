/** JSON-RPC 2.0 with the host of the view, as MCP Apps (2026-01-26) has it. */

/** Runs something later; the answer calls it off. */
export type After = (ms: number, run: () => void) => () => void;

/** What messages go through: `postMessage` in the view. */
export interface Wire {
  send(message: object): void;
  listen(receive: (message: unknown) => void): void;
  after: After;
}

export type Params = Record<string, unknown>;

export interface Bridge {
  /** Rejects with the host's words when it refuses, with our own when it never answers. */
  request(method: string, params: object): Promise<Params>;
  notify(method: string, params: object): void;
}

/** Longer than any tool takes: a host that has not answered by then will not. */
const ANSWER_WITHIN_MS = 90_000;
const METHOD_NOT_FOUND = -32601;

/** The parts of any JSON-RPC message. */
interface Message {
  id?: string | number;
  method?: string;
  params?: Params;
  result?: Params;
  error?: { code: number; message: string };
}

/** `handlers` take the host's notifications and requests by method; what they return answers a request. */
export function createBridge(
  wire: Wire,
  handlers: Record<string, (params: Params) => unknown>,
): Bridge {
  const known = new Map(Object.entries(handlers));
  const waiting = new Map<unknown, (answer: Message) => void>();
  let lastId = 0;
  const send = (message: object) => wire.send({ jsonrpc: "2.0", ...message });

  wire.listen((data) => {
    if (!isMessage(data)) return;
    const { id, method, params = {} } = data;
    if (method === undefined) return waiting.get(id)?.(data);
    const handler = known.get(method);
    const result = handler?.(params) ?? {};
    const error = { code: METHOD_NOT_FOUND, message: `The view does not know ${method}.` };
    // A notification has no id, and gets no answer.
    if (id !== undefined) send(handler ? { id, result } : { id, error });
  });

  return {
    request(method, params) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        const giveUp = wire.after(ANSWER_WITHIN_MS, () => settle(NO_ANSWER));
        const settle = ({ result, error }: Message) => {
          giveUp();
          waiting.delete(id);
          if (error) reject(new Error(error.message));
          else resolve(result ?? {});
        };
        waiting.set(id, settle);
        send({ id, method, params });
      });
    },
    notify: (method, params) => send({ method, params }),
  };
}

const NO_ANSWER: Message = {
  error: { code: 0, message: "The app around the board did not answer." },
};

function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && "jsonrpc" in data && data.jsonrpc === "2.0";
}
