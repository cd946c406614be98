// Apart, since every start reads its variables with it, and needs nothing else of this room.

/** At most `count` of `names` that are like `name`, the nearest first: parts of one another, or half their letters the same. */
export function nearestNames(name: string, names: readonly string[], count = 3): string[] {
  // A name of any length may be asked for, and the comparison takes time with its length.
  const wanted = name.slice(0, 64);
  const isPart = (other: string) => other.includes(wanted) || wanted.includes(other);
  return names
    .map((other) => ({ other, far: isPart(other) ? 0 : countChanges(wanted, other) }))
    .filter(({ far }) => far <= wanted.length / 2)
    .toSorted((one, another) => one.far - another.far)
    .slice(0, count)
    .map(({ other }) => other);
}

/** `; did you mean --name?`, or nothing but the full stop where no name is like the word. */
export function didYouMean(word: string, names: readonly string[], prefix = ""): string {
  const [near] = nearestNames(word, names, 1);
  return near === undefined ? "." : `; did you mean ${prefix}${near}?`;
}

/** How many letters have to be added, removed or replaced to get from one text to another (Levenshtein). */
export function countChanges(from: string, to: string): number {
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
