import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { removeFile, writeDraft } from "../auth/private-files.ts";
import { dataDirOf } from "../connect.ts";
import { diskReasonOf } from "../disk.ts";
import { type Finding, ok, type Patient, problem } from "./finding.ts";

/** Looks at what lies on this side: Node, certificates, the place of the sign-in. */
export async function checkMachine({ around, config, env }: Patient): Promise<Finding[]> {
  return [
    ok("Node", `${around.nodeVersion} at ${around.execPath}`),
    ...(await checkCertificates(env)),
    await checkFolder(dataDirOf(config)),
  ];
}

async function checkCertificates(env: Patient["env"]): Promise<Finding[]> {
  const [name, file] = ["Certificates", env["NODE_EXTRA_CA_CERTS"] ?? ""];
  if (file === "") return [];
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

/** The folder itself, or where it would be made. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || dirname(path) === path ? path : nearestFolder(dirname(path));
}
