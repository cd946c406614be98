/** Sends recorded requests of the real Kaneo to another one, with its own ids in place of the recorded ones. */
import { shapeDifferences } from "./body-shape.ts";
import { linesOf } from "./recorded.ts";

export interface Recording {
  readonly name: string;
  /** Who sent it; null for nobody. */
  readonly as: string | null;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  /** Without a body where it was too long to be kept. */
  readonly response: { readonly status: number; readonly body?: unknown };
}

export function readRecordings(): Recording[] {
  return linesOf("kaneo-2.22.jsonl");
}

export interface Replay {
  /** Of the Kaneo that is asked. */
  readonly url: string;
  /** What stands for a key in a header of its own. */
  readonly apiKey: string;
  /** Recorded ids to those of this Kaneo. */
  readonly ids: Map<string, string>;
  /** Credentials by the name of who uses them, as `Authorization`. */
  readonly credentials: Map<string, string>;
  /** What stands for a hidden value in a request. */
  hidden: string;
  /** Gives the new task's id. */
  addTask(projectId: string, task: NewTask): string | Promise<string>;
}

export interface NewTask {
  readonly title: string;
  readonly description: string;
  readonly priority: string;
  readonly status: string;
}

/** Sends one recorded request. Returns what is different in the answer. */
export async function replay(state: Replay, recording: Recording): Promise<string[]> {
  await addUnrecorded(state, recording.name);
  const { request, response } = recording;
  const answer = await fetch(state.url + translate(state, request.path), {
    method: request.method,
    headers: headersOf(state, recording),
    redirect: "manual",
    ...(request.body === undefined ? {} : { body: translate(state, bodyOf(request.body)) }),
  });
  const body = parse(await answer.text());
  if (answer.status !== response.status) {
    const got = `${answer.status} ${JSON.stringify(body).slice(0, 200)}`;
    return [`${recording.name}: answered ${got} instead of ${response.status}`];
  }
  if (response.body === undefined) return [];
  capture(state.ids, response.body, body);
  const differences =
    response.status < 400
      ? shapeDifferences(response.body, body)
      : textDifferences(translate(state, JSON.stringify(response.body)), JSON.stringify(body));
  return differences.map((difference) => `${recording.name}: ${difference}`);
}

const [REC, OPS] = ["lj69de46i80nx6q0eey4vkwb", "s6ognorrlrruv3n99rzn7m7x"];

/** Tasks that were made right before a recorded request without being recorded: project, id, title, status. */
const UNRECORDED: Readonly<Record<string, [string, string, string, string?][]>> = {
  "task.bulk.updateStatus.ok": [
    [REC, "w7bl4b0x8hm3r0v26ea8129o", "b1"],
    [REC, "ekmcwv8pt59nb1letvv8wu3a", "b2"],
    [REC, "iv9ynsq0orsiqicw5uaqn1yi", "b3"],
  ],
  "label.attach": [[REC, "f86bv8ygniq0z3hvg4twmuw0", "label target"]],
  "relation.create.blocks": [[REC, "jerf1su4qexcbyobjzoqvz0d", "rel target"]],
  "quirk.concurrent-put-2": [[OPS, "e5ywbnowu6wgl8ckz7vask2l", "concurrent"]],
  "quirk.move-planned-task": [[OPS, "tz5wuxihaa6ie5k7ch2sezq7", "Q", "planned"]],
};

async function addUnrecorded(state: Replay, name: string): Promise<void> {
  for (const [project, id, title, status = "to-do"] of UNRECORDED[name] ?? []) {
    const task = { title, description: "desc", priority: "low", status };
    state.ids.set(id, await state.addTask(state.ids.get(project) ?? "", task));
  }
}

function headersOf(state: Replay, { as, request }: Recording): Record<string, string> {
  const headers = { ...request.headers };
  if (headers["x-api-key"]) headers["x-api-key"] = state.apiKey;
  const credential = as === null ? undefined : state.credentials.get(as);
  return credential === undefined ? headers : { ...headers, authorization: credential };
}

/** Recorded texts were sent as they are, everything else as JSON. */
function bodyOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function translate({ ids, hidden }: Replay, text: string): string {
  const renamed = text.replace(/[A-Za-z0-9]{8,}/g, (word) => ids.get(word) ?? word);
  return renamed.replaceAll("<token>", hidden);
}

/** Kaneo lists the statuses in whatever order its database gives them. */
function textDifferences(expected: string, actual: string): string[] {
  const same = sortKeys(sortStatuses(expected)) === sortKeys(sortStatuses(actual));
  return same ? [] : [`said ${actual} instead of ${expected}`];
}

function sortStatuses(text: string): string {
  const listed = /(?<=Valid statuses for this project: )[^"]*/;
  return text.replace(listed, (statuses) => statuses.split(", ").sort().join(", "));
}

function sortKeys(json: string): string {
  return JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const ID = /^([a-z][a-z0-9]{23}|[A-Za-z0-9]{32}|[A-Z0-9]{8})$/;

/** Learns which id of this Kaneo stands where a recorded one stood. */
function capture(ids: Map<string, string>, recorded: unknown, actual: unknown): void {
  if (typeof recorded === "string" && typeof actual === "string") {
    if (ID.test(recorded) && !ids.has(recorded)) ids.set(recorded, actual);
    return;
  }
  if (typeof recorded !== "object" || typeof actual !== "object") return;
  if (recorded === null || actual === null) return;
  for (const [key, value] of Object.entries(recorded)) {
    capture(ids, value, counterpart(actual, key, value));
  }
}

/** Columns at one position come in any order, so they are known by their slug. */
function counterpart(actual: object, key: string, recorded: unknown): unknown {
  const slug = slugOf(recorded);
  const bySlug =
    slug !== undefined && Array.isArray(actual)
      ? actual.find((item) => slugOf(item) === slug)
      : undefined;
  return bySlug ?? Reflect.get(actual, key);
}

function slugOf(item: unknown): unknown {
  return typeof item === "object" && item !== null && "slug" in item ? item.slug : undefined;
}
