import type { LogLevel } from "../config.ts";
import type { Log } from "../mcp/log.ts";

export interface StderrLogOptions {
  /** The least urgent level that is written. */
  level: LogLevel;
  /** Takes secrets out of a text. */
  redact(text: string): string;
  /** Takes one line with its newline. */
  write(line: string): void;
}

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Writes each event as one line: a newline inside the text becomes visible instead of a second line. */
export function createStderrLog({ level, redact, write }: StderrLogOptions): Log {
  const logAt = (own: LogLevel): ((text: string) => void) => {
    if (LEVELS.indexOf(own) > LEVELS.indexOf(level)) return () => {};
    return (text) => write(`kaneo-mcp ${own}: ${redact(text).replaceAll(/\r?\n/g, "\\n")}\n`);
  };
  return {
    error: logAt("error"),
    warn: logAt("warn"),
    info: logAt("info"),
    debug: logAt("debug"),
  };
}
