/** More than any walk has: cursors that lead round and round fail a test, which they would otherwise never let end. */
const MOST_PAGES = 100;

/** Every page of a list, one after the other, as long as one has a cursor for the next. */
export async function walkPages<T>(
  read: (cursor: string | undefined) => Promise<T>,
  cursorOf: (page: T) => string | undefined,
): Promise<T[]> {
  const pages: T[] = [];
  let cursor: string | undefined;
  do {
    if (pages.length === MOST_PAGES) throw new Error(`No end after ${MOST_PAGES} pages.`);
    const page = await read(cursor);
    pages.push(page);
    cursor = cursorOf(page);
  } while (cursor !== undefined);
  return pages;
}

/** The cursor that an answer says to go on with. */
export function cursorIn(answer: string): string | undefined {
  return /cursor (\S+)/.exec(answer)?.[1];
}
