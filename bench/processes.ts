/** What a running process has used, as Linux tells it. Elsewhere: undefined. */
import { readdir, readFile } from "node:fs/promises";

/** In bytes, of the process and all that it started. */
export interface Memory {
  now: number;
  peak: number;
}

export async function memoryOf(pid: number): Promise<Memory | undefined> {
  const family = await familyOf(pid);
  const statuses = await Promise.all(family.map((member) => read(`/proc/${member}/status`)));
  const total = (field: string) =>
    statuses.reduce((sum, status) => sum + kilobytes(status, field), 0) * 1024;
  const memory = { now: total("VmRSS"), peak: total("VmHWM") };
  return memory.now > 0 ? memory : undefined;
}

/** Milliseconds of processor time in all threads that still run. */
export async function processorMs(pid: number): Promise<number | undefined> {
  const family = await familyOf(pid);
  const times = await Promise.all(family.map(threadsMs));
  const total = times.reduce((sum, ms) => sum + ms, 0);
  return total > 0 ? total : undefined;
}

async function threadsMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const stats = await Promise.all(
    threads.map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`)),
  );
  return stats.reduce((sum, stat) => sum + Number(stat.split(" ")[0] ?? 0), 0) / 1e6;
}

/** A command such as npx is not the server but its ancestor. */
async function familyOf(pid: number): Promise<number[]> {
  const children = await read(`/proc/${pid}/task/${pid}/children`);
  const families = await Promise.all(
    children
      .split(" ")
      .filter((child) => child !== "")
      .map((child) => familyOf(Number(child))),
  );
  return [pid, ...families.flat()];
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
