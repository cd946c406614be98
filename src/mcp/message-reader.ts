import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { findRequestId, readLine, refusal } from "./json-rpc.ts";
import { createLineSplitter, type LineSplitter } from "./line-splitter.ts";
import type { Log } from "./log.ts";

export interface MessageReaderOptions {
  /** Longest line in bytes. */
  maxLineBytes: number;
  log: Log;
  onMessage(message: JSONRPCMessage): void;
  /** Takes the answer to what could not be read. */
  refuse(answer: JSONRPCMessage): void;
}

/** Turns the bytes of a client into messages; nothing that arrives makes it throw. */
export function createMessageReader(options: MessageReaderOptions): LineSplitter {
  const { log, maxLineBytes, onMessage, refuse } = options;
  return createLineSplitter({
    maxBytes: maxLineBytes,
    onLine(line) {
      const { messages, refusals, lost } = readLine(line);
      if (lost) log.warn(`Ignored ${lost} from the client.`);
      for (const answer of refusals) refuse(answer);
      for (const message of messages) onMessage(message);
    },
    onOversize({ head, tail, bytes }) {
      log.warn(
        `Refused a message of ${bytes} bytes from the client; the limit is ${maxLineBytes}.`,
      );
      const id = findRequestId(head, tail);
      if (id !== undefined) {
        refuse(refusal(id, `Too long: ${bytes} bytes; the limit is ${maxLineBytes}.`));
      }
    },
  });
}
