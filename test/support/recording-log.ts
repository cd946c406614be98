import { createLog, type Log } from "../../src/log.ts";

/** A log that keeps its lines, each as `level: text`. */
export function createRecordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line.replace("kaneo-mcp ", "").trimEnd());
  return { lines, ...createLog({ level: "debug", redact: (text) => text, write }) };
}
