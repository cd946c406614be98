/** How things stood at one moment, read off the names of files alone. */
export interface Look {
  /** The sign-in in force; 0 when there is none. */
  n: number;
  names: ReadonlySet<string>;
  /** Nobody may approve any more; a token that came all the same still counts. */
  isOver: boolean;
  /** The highest question that anybody claimed. */
  lastClaim: number;
  /** The numbers of the questions that were answered, highest first. */
  answers: number[];
  /** Every sign-in, highest first. */
  all: NamesOfFolder[];
  /** All up to this number are signed out. */
  signedOut: number;
}

/** The files of one sign-in, on disk and in memory. */
export interface NamesOfFolder {
  n: number;
  names: ReadonlySet<string>;
  isOnDisk(name: string): boolean;
}

/** @param all highest first. @param ours the sign-ins whose code no other process can see. */
export function lookAt(all: NamesOfFolder[], ours: ReadonlySet<number>): Look {
  const signedOut = all.find(({ names }) => names.has("signed-out"))?.n ?? 0;
  const isOver = ({ n, names }: Pick<Look, "n" | "names">) =>
    n <= signedOut || names.has("ended.json") || names.has("revoked");
  // Nobody else would ask about a code that is ours alone.
  const inForce = all.find((one) => ours.has(one.n) && !isOver(one)) ?? all[0];
  const { n, names } = inForce ?? { n: 0, names: new Set<string>() };
  return {
    n,
    names,
    isOver: isOver({ n, names }),
    lastClaim: numbersIn(names, /^claim-(\d{1,9})$/)[0] ?? 0,
    answers: numbersIn(names, /^answer-(\d{1,9})\.json$/),
    all,
    signedOut,
  };
}

/** The numbers that `pattern` finds, highest first. */
function numbersIn(names: ReadonlySet<string>, pattern: RegExp): number[] {
  const found = [...names].map((name) => Number(pattern.exec(name)?.[1] ?? 0));
  return found.filter((number) => number > 0).sort((a, b) => b - a);
}
