import { KaneoMcpError } from "../errors.ts";
import type { Redactor } from "../http/redactor.ts";
import type { Config } from "../settings.ts";
import { cleanText } from "../untrusted.ts";
import type { Surroundings } from "./surroundings.ts";

/** What is looked at: the settings that are meant, and what is around them, with the variables that gave those. */
export interface Patient extends Surroundings {
  config: Config;
  warnings: readonly string[];
  redactor: Redactor;
}

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
