/** Where notes for the person go, one line per event. Never stdout, which belongs to the protocol. */
export interface Log {
  error(text: string): void;
  warn(text: string): void;
  info(text: string): void;
  debug(text: string): void;
}
