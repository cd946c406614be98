import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { nearestFolder, removeFile, writeDraft } from "../auth/private-files.ts";
import { type CommandLine, readCommandLine } from "../command-line.ts";
import { readSetup } from "../config.ts";
import { dataDirOf } from "../connect.ts";
import { diskReasonOf } from "../disk.ts";
import { createRedactor } from "../http/redactor.ts";
import { settings } from "../settings.ts";
import { cleanText } from "../untrusted.ts";
import { ACCOUNT_HELP, accountFlags, loginCommand, NO_WORDS } from "./account.ts";
import { flagsOf, type OwnEntry } from "./client-entries.ts";
import { checkEntries, findEntries, withoutPlaceholders } from "./doctor-entries.ts";
import { checkKaneo } from "./doctor-kaneo.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { refuse, type Surroundings, tell } from "./surroundings.ts";

const HELP = `kaneo-mcp doctor looks at what can go wrong between a client and Kaneo, and says what to do. It changes nothing at Kaneo.

  --json               print what was found as JSON
${ACCOUNT_HELP}
Without an address here, it takes the settings of the first entry that it finds in a client;
--api-url and --profile name another one's.
`;

/** `kaneo-mcp doctor`. Gives the exit code: 1 when something is wrong. */
export async function doctor(argv: readonly string[], around: Surroundings): Promise<number> {
  const commandLine = readCommandLine(argv, { ...accountFlags, json: "boolean" });
  if (commandLine.flags.has("help")) return tell(around, HELP);
  if (commandLine.words.length > 0) commandLine.problems.push(NO_WORDS);
  commandLine.problems.push(...readSetup({}, commandLine.flags).problems);
  if (commandLine.problems.length > 0) return refuse(commandLine, around);
  const redactor = createRedactor();
  const { entries, broken } = await findEntries(around);
  const { found, setup } = chooseSettings(commandLine, around, entries);
  const login = loginCommand(around, setup.config);
  const { NODE_EXTRA_CA_CERTS: authorities } = setup.env;
  if (authorities && authorities !== around.env["NODE_EXTRA_CA_CERTS"]) {
    return againWith({ NODE_EXTRA_CA_CERTS: authorities }, argv, around);
  }
  const patience = setTimeout(() => around.stderr.write("Looking …\n"), 1_000);
  const findings = [
    ok("Node", `${around.nodeVersion} at ${around.execPath}`),
    ...(await checkCertificates(authorities)),
    await checkFolder(dataDirOf(setup.config)),
    found,
    ...setup.problems.map((text) => problem("Settings", text)),
    ...setup.warnings.map((text) => warning("Settings", text)),
    // With other settings than those that were meant, it would be another Kaneo.
    ...(setup.problems.length > 0
      ? []
      : await checkKaneo({ ...around, ...setup, redactor }, login)),
    ...broken,
    ...(await checkEntries(entries, setup.config, around)),
  ];
  clearTimeout(patience);
  const isWell = findings.every(({ level }) => level !== "problem");
  const json = { version: around.version, ok: isWell, findings };
  const text = commandLine.flags.has("json")
    ? `${JSON.stringify(json, undefined, 2)}\n`
    : findings.map(line).join("") + verdict(findings);
  around.stdout.write(redactor.hide(text));
  return isWell ? 0 : 1;
}

/** As the client starts the server of an entry: Node reads this variable at its start only. */
async function againWith(
  changes: Record<string, string>,
  argv: readonly string[],
  { env, execPath, script, stdout, stderr }: Surroundings,
): Promise<number> {
  const child = spawn(execPath, [script, "doctor", ...argv], { env: { ...env, ...changes } });
  child.stdout.on("data", (text) => stdout.write(String(text)));
  child.stderr.on("data", (text) => stderr.write(String(text)));
  // No number for one that was killed.
  const [code] = await once(child, "close");
  return Number(code ?? 2);
}

/** The terminal's settings or, where those name no Kaneo, the ones of the first entry. */
function chooseSettings(
  commandLine: CommandLine,
  around: Surroundings,
  entries: readonly OwnEntry[],
) {
  const first = entries.find(({ isOff }) => !isOff) ?? entries[0];
  const isNamedHere =
    commandLine.flags.has("api-url") || addressVariables.some((name) => around.env[name]);
  const isOfEntry = first !== undefined && !isNamedHere;
  const env = isOfEntry ? { ...around.env, ...knownOf(first) } : around.env;
  const own = isOfEntry ? flagsOf(first).flags : [];
  const reading = readSetup(env, new Map([...own, ...commandLine.flags]));
  const from = isOfEntry ? `the entry "${first.name}" of ${first.title}` : "this terminal";
  const at = reading.problems.length > 0 ? "" : `; Kaneo at ${reading.config.apiUrl}`;
  return { found: ok("Settings", `those of ${from}${at}`), setup: { ...reading, env } };
}

const addressVariables = settings.apiUrl.variables;

/** What is known of an entry's settings: nobody is asked at an address that is not. */
function knownOf({ env }: OwnEntry) {
  const filled = withoutPlaceholders(env);
  return addressVariables.some((name) => name in env && !(name in filled)) ? env : filled;
}

/** `file` is that of NODE_EXTRA_CA_CERTS. */
async function checkCertificates(file: string | undefined): Promise<Finding[]> {
  if (!file) return [];
  const name = "Certificates";
  try {
    new X509Certificate(await readFile(file));
    return [ok(name, `those of ${file} are trusted, too`)];
  } catch (error) {
    const isRead = error instanceof Error && !("syscall" in error);
    const why = isRead ? "it holds no certificate" : diskReasonOf(error);
    const hint = "Set it to a PEM file with the certificate of your own authority.";
    return [problem(name, `${file}, of NODE_EXTRA_CA_CERTS, is not used: ${why}.`, hint)];
  }
}

/** Tried rather than asked for: a full or read-only disk has the rights that it should have. Leaves nothing. */
async function checkFolder(dataDir: string): Promise<Finding> {
  try {
    await removeFile(await writeDraft(await nearestFolder(dataDir), "", false));
    return ok("Folder", `${dataDir} can be written to`);
  } catch (error) {
    const hint =
      "Until that is fixed, everybody signs in again after each start. KANEO_MCP_DATA_DIR names another folder.";
    return problem("Folder", `${dataDir} cannot be written to: ${diskReasonOf(error)}.`, hint);
  }
}

const SIGNS = { ok: "✓", warning: "!", problem: "✗" };

function line({ name, level, text, hint }: Finding): string {
  // A client's file may be another's, and name an entry by what a terminal obeys.
  const [said, todo] = [text, hint].map((one) => one && cleanText(one).replaceAll("\n", " "));
  const next = todo === undefined ? "" : `${" ".repeat(18)}→ ${todo}\n`;
  return `${SIGNS[level]} ${name.padEnd(15)} ${said}\n${next}`;
}

function verdict(findings: readonly Finding[]): string {
  const count = findings.filter(({ level }) => level === "problem").length;
  if (count === 0) return "Nothing is wrong.\n";
  return count === 1 ? "One thing is wrong.\n" : `${count} things are wrong.\n`;
}
