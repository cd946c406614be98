import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { promisify } from "node:util";
import type { Config } from "../settings.ts";
import { startedAs } from "../usage.ts";
import { NODE, type OwnEntry, ownEntries, setupOf } from "./client-entries.ts";
import { clients, placesOf } from "./clients.ts";
import { type Finding, failed, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** The entries of all clients here that start us, and the files that could not be read. */
export async function findEntries({ platform, homeDir, env }: Surroundings) {
  const places = placesOf(platform, homeDir, env);
  const broken: Finding[] = [];
  const entries: OwnEntry[] = [];
  for (const client of clients) {
    await ownEntries(client, places).then(
      (own) => entries.push(...own),
      (error) => broken.push(failed(client.title, error)),
    );
  }
  return { entries, broken };
}

/** Looks at what clients start, and with which settings; the account of `tried` is known to work, or not. */
export async function checkEntries(
  entries: readonly OwnEntry[],
  tried: Config,
  around: Surroundings,
): Promise<Finding[]> {
  if (entries.length === 0) {
    const hint = `To add it to the clients on this machine: ${startedAs(around.script)} install`;
    return [warning("Clients", "No client has an entry for it.", hint)];
  }
  const all = await Promise.all(entries.map((entry) => checkEntry(entry, tried, around)));
  return all.flat();
}

async function checkEntry(
  entry: OwnEntry,
  tried: Config,
  around: Surroundings,
): Promise<Finding[]> {
  const { title, name, file, env, isOff } = entry;
  const at = `The entry "${name}" in ${file}`;
  if (isOff) return [warning(title, `${at} is switched off there.`, `Switch it on in ${title}.`)];
  const filled = withoutPlaceholders(env);
  const placeholders = Object.keys(env).filter((key) => !(key in filled));
  const { config, problems, warnings } = setupOf({ ...entry, env: filled });
  const hint = "Correct it there and restart the client.";
  const byHand = "Write the value itself there if the client does not fill it in.";
  const anew = `Put ${around.execPath} and ${around.script} there, which are running now, and restart the client.`;
  const unable = await whyNotStarted(entry, around);
  const found = [
    ...(unable === undefined ? [] : [problem(title, `${at} starts nothing: ${unable}.`, anew)]),
    ...problems.map((text) => problem(title, `${at}: ${text}`, hint)),
    ...warnings.map((text) => warning(title, `${at}: ${text}`)),
    ...placeholders.map((key) => warning(title, `${at} holds a placeholder in ${key}.`, byHand)),
  ];
  if (found.some(({ level }) => level === "problem")) return found;
  const isTried = ACCOUNT.every((setting) => config[setting] === tried[setting]);
  const untried = isTried ? "" : `; its account at ${config.apiUrl} was not tried`;
  return [ok(title, `"${name}" in ${file}${untried}`), ...found];
}

const ACCOUNT = ["apiUrl", "profile", "apiKey", "apiKeyFile"] as const;

/** The variables of an entry without placeholders, which some clients fill in. */
export function withoutPlaceholders(env: OwnEntry["env"]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !value.includes("${")));
}

/** Without a full stop. */
async function whyNotStarted(
  { command, args, cwd }: OwnEntry,
  { env }: Surroundings,
): Promise<string | undefined> {
  const isNode = NODE.test(command);
  const [script = ""] = isNode ? args.filter((word) => word.includes("kaneo-mcp")) : args;
  for (const path of [command, script].filter(isAbsolute)) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return `${path} is not there`;
  }
  if (!isNode) return undefined;
  // Some clients fill in a folder.
  if (cwd === undefined && !isAbsolute(script) && !script.includes("${")) {
    return `${script} is not a full path, and nobody knows in which folder a client starts it`;
  }
  // The version as every Node tells it, also the oldest.
  const asked = promisify(execFile)(command, ["--version"], { env, timeout: 10_000 });
  const answer = await asked.catch(() => undefined);
  if (!answer) return `${command} cannot be started`;
  const version = answer.stdout.trim();
  const [major = 0, minor = 0, patch = 0] = version.slice(1).split(".").map(Number);
  const isNewEnough = major * 1e6 + minor * 1e3 + patch >= 20_018_001;
  return isNewEnough ? undefined : `${command} is Node ${version}, and 20.18.1 is the oldest`;
}
