// What ws exports beside its own socket, which can take no connection of undici's.
import type { Duplex, Writable } from "node:stream";

declare module "ws" {
  export class Receiver extends Writable {
    constructor(options: { maxPayload: number });
  }
  export class Sender {
    constructor(connection: Duplex);
    send(text: string, options: { fin: true; mask: true }): void;
    pong(data: Buffer, mask: true): void;
    close(code: number, reason: string, mask: true): void;
  }
}
