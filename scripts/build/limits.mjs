/** The packages whose code may be in the bundle. Whoever adds one has looked at its size and its licence. */
const allowedPackages = [
  "@date-fns/tz",
  "@modelcontextprotocol/sdk",
  "env-paths",
  "is-safe-filename",
  "undici",
  "zod",
];

/** About a tenth above the size when this was last set: a dependency that grows or slips in is noticed here. */
const maxBytes = 535_000;

/** Why a bundle must not be published, in full sentences; empty when it may. */
export function problemsOf({ packages, bytes }) {
  const problems = packages
    .filter((name) => !allowedPackages.includes(name))
    .map(
      (name) =>
        `The package ${name} is in the bundle and not in the list of scripts/build/limits.mjs.`,
    );
  if (bytes > maxBytes) problems.push(`The bundle has ${bytes} bytes; the budget is ${maxBytes}.`);
  return problems;
}
