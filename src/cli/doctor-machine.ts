import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { removeFile, writeDraft } from "../auth/private-files.ts";
import { dataDirOf } from "../connect.ts";
import { diskReasonOf } from "../disk.ts";
import type { Config } from "../settings.ts";
import { count } from "../text/text.ts";
import { type Finding, ok, type Patient, problem } from "./finding.ts";

/** Looks at what lies on this side: Node, the way out, the place of the sign-in. */
export async function checkMachine({ around, config, env }: Patient): Promise<Finding[]> {
  return [
    ok("Node", `${around.nodeVersion} at ${around.execPath}`),
    ...checkProxy(env),
    ...(await checkCertificates(env)),
    ...checkHeaders(config),
    await checkFolder(dataDirOf(config)),
  ];
}

/** Only the host of a proxy is shown: its address may hold a password. */
function checkProxy(env: Patient["env"]): Finding[] {
  return ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => {
    const value = env[name.toLowerCase()] ?? env[name] ?? "";
    if (value === "") return [];
    if (URL.canParse(value) && new URL(value).host !== "") {
      return [ok("Proxy", `${name} leads to ${new URL(value).host}`)];
    }
    const hint = "Give it as a URL, such as http://proxy.example.org:3128.";
    return [problem("Proxy", `${name} holds no address.`, hint)];
  });
}

async function checkCertificates(env: Patient["env"]): Promise<Finding[]> {
  const [name, file] = ["Certificates", env["NODE_EXTRA_CA_CERTS"] ?? ""];
  const unchecked = "NODE_TLS_REJECT_UNAUTHORIZED=0 turns certificate checks off.";
  const hint = "For an own authority, set NODE_EXTRA_CA_CERTS to a file with its certificate, PEM.";
  const off = env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0" ? [problem(name, unchecked, hint)] : [];
  if (file === "") return off;
  try {
    const content = await readFile(file);
    new X509Certificate(content);
    const many = content.toString().split("-----BEGIN").length - 1;
    return [...off, ok(name, `${file} adds ${count(many, "certificate")}`)];
  } catch (error) {
    const isRead = error instanceof Error && !("syscall" in error);
    const why = isRead ? "it holds no certificate" : diskReasonOf(error);
    return [...off, problem(name, `${file}, of NODE_EXTRA_CA_CERTS, is not used: ${why}.`, hint)];
  }
}

function checkHeaders({ headers = {} }: Config): Finding[] {
  const names = Object.keys(headers).join(", ");
  return names === "" ? [] : [ok("Extra headers", `${names}, of KANEO_HEADERS`)];
}

/** Tried rather than asked for: a full or read-only disk has the rights that it should have. Leaves nothing. */
async function checkFolder(dataDir: string): Promise<Finding> {
  try {
    await removeFile(await writeDraft(await nearestFolder(dataDir), "", false));
    return ok("Folder", `${dataDir} can be written to`);
  } catch (error) {
    const hint =
      "Until that is mended, everybody signs in anew for each start. KANEO_MCP_DATA_DIR names another folder.";
    return problem("Folder", `${dataDir} cannot be written to: ${diskReasonOf(error)}.`, hint);
  }
}

/** The folder itself, or where it would be made. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || dirname(path) === path ? path : nearestFolder(dirname(path));
}
