/** From the most urgent on. */
export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where notes for the person go, one line per event. Never stdout, which belongs to the protocol. */
export interface Log extends Record<LogLevel, (text: string) => void> {
  /** From now on `told` alone hears of events beside that: of all, whatever their level, without secrets. Undefined: nobody. */
  listen(told: LogListener | undefined): void;
}

export type LogListener = (level: LogLevel, text: string) => void;

export interface LogOptions {
  /** The least urgent level that is written. */
  level: LogLevel;
  redact(text: string): string;
  /** Takes one line with its newline. */
  write(line: string): void;
}

/** Writes each event as one line: a newline inside the text becomes visible instead of a second line. */
export function createLog({ level, redact, write }: LogOptions): Log {
  let listener: LogListener | undefined;
  const logAt = (own: LogLevel): ((text: string) => void) => {
    const isWritten = logLevels.indexOf(own) <= logLevels.indexOf(level);
    return (text) => {
      if (!isWritten && !listener) return;
      const clean = redact(text);
      if (isWritten) write(`kaneo-mcp ${own}: ${clean.replaceAll(/\r?\n/g, "\\n")}\n`);
      listener?.(own, clean);
    };
  };
  return {
    error: logAt("error"),
    warn: logAt("warn"),
    info: logAt("info"),
    debug: logAt("debug"),
    listen: (told) => {
      listener = told;
    },
  };
}
