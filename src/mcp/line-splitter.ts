const NEWLINE = 0x0a;
/** Enough of both ends of a refused line to find the id of its request. */
const KEPT_BYTES = 512;

/** Cuts a stream of bytes into lines. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands out what followed the last newline. */
  end(): void;
}

export interface LineSplitterOptions {
  /** Longest line in bytes, without its newline. */
  maxBytes: number;
  /** A whole line without its newline, decoded only when complete, so that no character is cut. */
  onLine(line: string): void;
  /** A line over the limit, of which only the first and last bytes were kept. */
  onOversize(line: { head: string; tail: string; bytes: number }): void;
}

/**
 * Makes a {@link LineSplitter} whose time is linear in the bytes that arrive, since no byte is searched or copied
 * twice, and whose memory is bounded by `maxBytes`.
 */
export function createLineSplitter(options: LineSplitterOptions): LineSplitter {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let head: Buffer | undefined;

  const collect = (piece: Buffer): void => {
    bytes += piece.length;
    chunks.push(piece);
    if (bytes <= options.maxBytes) return;
    const kept = Buffer.concat(chunks);
    head ??= Buffer.from(kept.subarray(0, KEPT_BYTES));
    chunks = [Buffer.from(kept.subarray(-KEPT_BYTES))];
  };

  const finish = (): void => {
    const line = chunks.length === 1 ? chunks[0]?.toString() : Buffer.concat(chunks).toString();
    const refused = head && { head: head.toString(), tail: line ?? "", bytes };
    chunks = [];
    bytes = 0;
    head = undefined;
    if (refused) options.onOversize(refused);
    else options.onLine(line ?? "");
  };

  return {
    push(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (end === -1) break;
        collect(chunk.subarray(start, end));
        finish();
        start = end + 1;
      }
      if (start < chunk.length) collect(chunk.subarray(start));
    },
    end() {
      if (bytes > 0) finish();
    },
  };
}
