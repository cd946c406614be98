/** What a text for a client must not hold, each with the reason. */
const UNCLEAR: readonly (readonly [RegExp, string])[] = [
  [/^\s+at .+[:(]/m, "a stack"],
  [/node:internal|\.cjs:\d|\.ts:\d+:\d+/, "a place in the source"],
  [/\b(authorization|set-cookie|x-api-key|content-encoding|user-agent)\b/i, "a header"],
  [/\bBearer\s/, "a credential"],
  [/<!doctype|<html|<div|<title/i, "a web page"],
  [/ZodError|invalid_type|"code":|"path":/, "a dump of the validator"],
  [/\[object \w+\]|\bundefined\b|\bNaN\b|Invalid Date/, "a value that nobody meant to show"],
  [/Something went wrong inside/, "an unexpected failure"],
  [/Cannot read propert|is not a function|is not iterable|Maximum call stack/, "a bug's own words"],
];

/** Why the text of a failure is not one for people or models; undefined when it is. */
export function complaintAbout(text: string, secrets: readonly string[] = []): string | undefined {
  if (secrets.some((secret) => text.includes(secret))) return "holds a secret";
  const found = UNCLEAR.find(([pattern]) => pattern.test(text));
  if (found) return `holds ${found[1]}`;
  if (text.length > 4_000) return `is ${text.length} characters long`;
  const [happened = "", next = ""] = text.split("\n");
  if (!/[.?:]$/.test(happened.trim())) return "does not begin with a sentence";
  return next.trim() === "" ? "does not say what to do next" : undefined;
}
