import fc from "fast-check";
import { prompts } from "../../src/prompts/prompts.ts";
import { resources } from "../../src/resources/resources.ts";
import { anyCharacter } from "../support/any-character.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { eras, type KaneoServer, serveKaneo } from "../support/serve-kaneo.ts";

export interface ParamCounts {
  requests: number;
  results: number;
  errors: number;
  /** A smallest example for each method that answered in a way it should not. */
  complaints: string[];
}

const METHODS = [
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "subscriptions/listen",
  "prompts/list",
  "prompts/get",
  "completion/complete",
];

/** Sends every method about resources, prompts and completion random params, in both eras, so many times each. */
export async function runRandomParams(options: {
  runs: number;
  seed: number;
}): Promise<ParamCounts> {
  const clock = new FakeClock({ byHand: true });
  await using server = await serveKaneo({ clock });
  const counts: ParamCounts = { requests: 0, results: 0, errors: 0, complaints: [] };
  for (const method of METHODS) {
    for (const era of eras) {
      const property = fc.asyncProperty(paramsArbitrary, async (params) => {
        const { error } = await ask(server, { era, method, params });
        counts.requests += 1;
        counts[error ? "errors" : "results"] += 1;
        const complaint = error && complaintAbout(error);
        if (complaint) throw new Error(complaint);
      });
      const details = await fc.check(property, { numRuns: options.runs, seed: options.seed });
      if (!details.failed) continue;
      const example = fc.stringify(details.counterexample);
      counts.complaints.push(`${era} ${method} ${example}: ${String(details.errorInstance)}`);
    }
  }
  return counts;
}

interface Asked {
  era: (typeof eras)[number];
  method: string;
  params: Record<string, unknown>;
}

/** A stream of changes gets its answer when it ends; that it was opened is as good. */
async function ask(server: KaneoServer, { era, method, params }: Asked) {
  server.received.length = 0;
  const answer = server.ask(era, method, params);
  if (method !== "subscriptions/listen" || era !== "2026-07-28") return answer;
  const opened = (async () => {
    while (!server.received.some((one) => "method" in one)) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (server.received.some((one) => "error" in one)) return answer;
    }
    return { error: undefined };
  })();
  return Promise.race([answer, opened]);
}

/** What is wrong with an error: that it tells of a bug, has another code than these, or is longer than anybody reads. */
function complaintAbout({ code, message }: { code: number; message: string }): string | undefined {
  const isKnown = [-32601, -32602, -32002].includes(code);
  // Kaneo does not want to be asked so often.
  const isRefused = code === -32603 && message.includes("too often");
  if (!isKnown && !isRefused) return `${code}: ${message}`;
  return message.length > 1_500 ? `${message.length} characters` : undefined;
}

const names = [
  "WEB",
  "web",
  "WEB-1",
  "WEB-99",
  "1",
  "",
  " ",
  "..",
  "me",
  "%",
  "%2F",
  "ä",
  "\0",
  "\u202e",
];
const uris = [
  ...resources.map(({ uriTemplate }) => uriTemplate),
  "kaneo://",
  "file:///",
  "http://",
];

const word = fc.oneof(
  fc.constantFrom(...names),
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.integer({ min: 1, max: 5_000 }).map((length) => "x".repeat(length)),
);
const uri = fc.oneof(
  fc.tuple(fc.constantFrom(...uris), word).map(([form, name]) => form.replace(/\{\w+\}|$/, name)),
  fc.constantFrom(...uris),
  word,
);
const promptName = fc.oneof(fc.constantFrom(...prompts.map(({ name }) => name)), word);
const argumentName = fc.oneof(
  fc.constantFrom("project", "person", "task", "since", "slug", "key"),
  word,
);

/** Mostly of the right shape, so that more than the first check is met. */
function perhaps<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary }, { weight: 1, arbitrary: fc.anything() });
}

const paramsArbitrary = fc
  .record(
    {
      uri: perhaps(uri),
      name: perhaps(promptName),
      arguments: perhaps(fc.dictionary(argumentName, perhaps(word), { maxKeys: 3 })),
      cursor: perhaps(word),
      ref: perhaps(
        fc.record({
          type: perhaps(fc.constantFrom("ref/prompt", "ref/resource")),
          name: perhaps(promptName),
          uri: perhaps(uri),
        }),
      ),
      argument: perhaps(fc.record({ name: perhaps(argumentName), value: perhaps(word) })),
      notifications: perhaps(
        fc.record({ resourceSubscriptions: perhaps(fc.array(uri, { maxLength: 5 })) }),
      ),
    },
    { requiredKeys: [] },
  )
  // As it arrives over a wire.
  .map((params) => JSON.parse(JSON.stringify(params, plain)) as Record<string, unknown>);

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
