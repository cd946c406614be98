import type { Random } from "./seeded-random.ts";

export const NOISE_KINDS = [
  "valid",
  "malformed",
  "batched",
  "giant",
  "split",
  "wrong types",
  "duplicate id",
  "cancelled",
  "notification",
] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

/** Something a client may write, and how often each id in it has to be answered. */
export interface Noise {
  readonly kind: NoiseKind;
  /** What to write, in this order; more than one piece means with a pause in between. */
  readonly pieces: readonly Uint8Array[];
  readonly expected: readonly Expected[];
}

export interface Expected {
  readonly id: string | number;
  readonly atLeast: number;
  readonly atMost: number;
}

type Message = Record<string, unknown>;
type Id = Expected["id"];

/** Makes noise of a kind; ids never repeat. */
export function createNoise(random: Random): (kind: NoiseKind) => Noise {
  let count = 0;
  const nextId = (): Id => {
    count += 1;
    return random.pick<Id>([count, `id-${count}`, `ä\n"${count}`, -count]);
  };
  const valid = (): Message => ({ jsonrpc: "2.0", id: nextId(), ...request(random) });

  const makers: Record<NoiseKind, () => Noise> = {
    valid: () => lineOf("valid", valid()),
    malformed: () => ({ kind: "malformed", pieces: [malformed(random, valid())], expected: [] }),
    batched: () => batch(random, valid),
    giant: () => {
      const message = valid();
      const padding = "x".repeat(50_000 + random.whole(500_000));
      const params = { ...toObject(message["params"]), _meta: { padding } };
      return lineOf("giant", { ...message, params });
    },
    split: () => split(lineOf("split", valid())),
    "wrong types": () => wrongTypes(random, valid()),
    "duplicate id": () => {
      const { id } = valid();
      const twice = [request(random), request(random)].map((one) => encode({ ...one, id }));
      return { kind: "duplicate id", pieces: [Buffer.concat(twice)], expected: exactly(id, 2) };
    },
    cancelled: () => {
      const message = valid();
      const params = { requestId: message["id"], reason: "no longer wanted" };
      const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params };
      const pieces = [Buffer.concat([encode(message), encode(cancel)])];
      // Whether the cancellation is in time is nobody's to say.
      return { kind: "cancelled", pieces, expected: between(message["id"], 0, 1) };
    },
    notification: () => ({
      kind: "notification",
      pieces: [encode({ jsonrpc: "2.0", ...notification(random) })],
      expected: [],
    }),
  };
  return (kind) => makers[kind]();
}

/** A request whose shape is right, whatever becomes of it. */
function request(random: Random): Message {
  const call = (params: unknown) => ({ method: "tools/call", params });
  return {
    jsonrpc: "2.0",
    ...random.pick([
      { method: "ping" },
      { method: "ping", params: {} },
      { method: "tools/list" },
      { method: "tools/list", params: { cursor: "none" } },
      { method: "initialize", params: { protocolVersion: 5 } },
      { method: "resources/list" },
      { method: "resources/templates/list" },
      { method: "resources/read", params: { uri: "kaneo://task/WEB-4" } },
      { method: "resources/read", params: { uri: "x".repeat(3_000) } },
      { method: "resources/subscribe", params: { uri: ["kaneo://task/WEB-4"] } },
      { method: "resources/unsubscribe", params: { uri: "kaneo://task/WEB-4" } },
      { method: "subscriptions/listen", params: { notifications: {} } },
      { method: "prompts/list" },
      { method: "prompts/get", params: { name: "standup", arguments: { person: "me" } } },
      { method: "prompts/get", params: { name: "__proto__" } },
      { method: "completion/complete", params: { ref: { type: "ref/prompt", name: "plan" } } },
      { method: "no/such/method", params: { deep: [[[[]]]] } },
      { method: "constructor" },
      { method: "__proto__" },
      { method: "" },
      call({ name: "whoami" }),
      call({ name: "list_projects", arguments: { workspace: "acme" } }),
      call({ name: "get_task", arguments: { task: "WEB-4" }, _meta: { progressToken: 1 } }),
      call({ name: "get_task", arguments: { task: ["WEB-4"], unknown: true } }),
      call({ name: "get_task", arguments: "WEB-4" }),
      call({ name: "get_task", arguments: [] }),
      call({ name: "constructor" }),
      call({ name: 7 }),
      call({}),
    ]),
  };
}

function notification(random: Random): Message {
  return random.pick<Message>([
    { method: "notifications/initialized" },
    { method: "notifications/cancelled", params: { requestId: "never-sent" } },
    { method: "notifications/cancelled" },
    { method: "notifications/unknown", params: {} },
    { method: "tools/call", params: { name: "whoami" } },
    { id: "never-asked", result: {} },
    { id: 424_242, error: { code: 1, message: "no" } },
  ]);
}

/** Lines that are not JSON, or no message: nothing of them can be answered. */
function malformed(random: Random, message: Message): Uint8Array {
  const text = JSON.stringify(message);
  const cut = text.slice(0, 1 + random.whole(text.length - 1));
  const bytes = Uint8Array.from({ length: 40 }, () => random.whole(256)).filter((b) => b !== 10);
  const lines: [string, ...string[]] = ["", "[]", "null", "17", '"text"', "{}", "[[]]", cut];
  const line = random.pick([...lines, `${text}${text}`, "\ufeff", "{".repeat(500)] as typeof lines);
  return Buffer.concat([random.fraction() < 0.2 ? bytes : Buffer.from(line), Buffer.from("\n")]);
}

function batch(random: Random, valid: () => Message): Noise {
  const members = Array.from({ length: 1 + random.whole(5) }, valid);
  const junk = [null, 3, "x", {}, [], { jsonrpc: "2.0", method: "notifications/unknown" }];
  const mixed = members.flatMap((member) => [member, junk[random.whole(junk.length)]]);
  const expected = members.flatMap(({ id }) => exactly(id, 1));
  return { kind: "batched", pieces: [encode(mixed)], expected };
}

/** One byte at a time. */
function split({ pieces, ...rest }: Noise): Noise {
  const bytes = pieces.flatMap((piece) => [...piece]);
  return { ...rest, pieces: bytes.map((byte) => Uint8Array.of(byte)) };
}

function wrongTypes(random: Random, message: Message): Noise {
  const kind = "wrong types";
  if (random.fraction() < 0.5) {
    const id = random.pick<unknown>([null, {}, [], true, 1.5, 1e300, ["a"]]);
    return { kind, pieces: [encode({ ...message, id })], expected: [] };
  }
  const change = random.pick<Message>([
    { jsonrpc: "1.0" },
    { jsonrpc: 2 },
    { jsonrpc: undefined },
    { method: 7 },
    { method: null },
    { method: undefined },
    { params: "text" },
    { params: [1, 2] },
    { params: 5 },
    { params: { _meta: "text" } },
    { params: { _meta: { progressToken: {} } } },
  ]);
  return lineOf(kind, { ...message, ...change });
}

function lineOf(kind: NoiseKind, message: Message): Noise {
  return { kind, pieces: [encode(message)], expected: exactly(message["id"], 1) };
}

function encode(message: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}

function exactly(id: unknown, times: number): Expected[] {
  return between(id, times, times);
}

function between(id: unknown, atLeast: number, atMost: number): Expected[] {
  if (typeof id !== "string" && typeof id !== "number") throw new Error("That is no id.");
  return [{ id, atLeast, atMost }];
}

function toObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
