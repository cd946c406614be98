import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessIdentity } from "../auth/process-identity.ts";

/** What tells this process from the others that share its files. */
export function identifyProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    namespace: pidNamespace(),
    uid: process.getuid?.(),
    isAlive,
  };
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    // Only Linux has it.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
