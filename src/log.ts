/** From the most urgent on. */
export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where notes for the person go, one line per event. Never stdout, which belongs to the protocol. */
export type Log = Record<LogLevel, (text: string) => void>;

export interface LogOptions {
  /** The least urgent level that is written. */
  level: LogLevel;
  /** Takes secrets out of a text. */
  redact(text: string): string;
  /** Takes one line with its newline. */
  write(line: string): void;
}

/** Writes each event as one line: a newline inside the text becomes visible instead of a second line. */
export function createLog({ level, redact, write }: LogOptions): Log {
  const logAt = (own: LogLevel): ((text: string) => void) => {
    if (logLevels.indexOf(own) > logLevels.indexOf(level)) return () => {};
    return (text) => write(`kaneo-mcp ${own}: ${redact(text).replaceAll(/\r?\n/g, "\\n")}\n`);
  };
  return {
    error: logAt("error"),
    warn: logAt("warn"),
    info: logAt("info"),
    debug: logAt("debug"),
  };
}
