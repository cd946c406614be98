import { KaneoMcpError } from "../errors.ts";
import { cleanText } from "../untrusted.ts";

/** What one look showed. */
export interface Finding {
  /** What was looked at, in a word or two. */
  name: string;
  level: "ok" | "warning" | "problem";
  /** What was seen; full sentences where it is not "ok". */
  text: string;
  hint?: string | undefined;
}

/** A finding of what went wrong while something was looked at. @throws what is none of ours. */
export function failed(name: string, error: unknown): Finding {
  if (!(error instanceof KaneoMcpError)) throw error;
  return problem(name, cleanText(error.message), error.hint);
}

export function ok(name: string, text: string): Finding {
  return { name, level: "ok", text };
}

export function warning(name: string, text: string, hint?: string): Finding {
  return { name, level: "warning", text, hint };
}

export function problem(name: string, text: string, hint?: string): Finding {
  return { name, level: "problem", text, hint };
}
