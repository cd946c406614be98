import type { Log } from "../../src/log.ts";

/** A log that keeps its lines, each as `level: text`. */
export function createRecordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (text: string) => void lines.push(`${level}: ${text}`);
  return { lines, error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
