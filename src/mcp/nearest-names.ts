/** At most `count` of `names`, those first that take the fewest changes to become from `name`. */
export function nearestNames(name: string, names: readonly string[], count = 3): string[] {
  // A name of any length may be asked for, and the comparison takes time with its length.
  const wanted = name.slice(0, 64);
  return names
    .map((candidate) => ({ candidate, changes: countChanges(wanted, candidate) }))
    .toSorted((one, other) => one.changes - other.changes)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Levenshtein's distance. */
function countChanges(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      const removed = (previous[column] ?? 0) + 1;
      const added = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, removed, added));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
