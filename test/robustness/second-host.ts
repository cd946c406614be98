import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A host that nobody may be led to. */
export interface SecondHost extends AsyncDisposable {
  readonly url: string;
  /** How many connections it saw. */
  contacts(): number;
}

export async function startSecondHost(): Promise<SecondHost> {
  let contacts = 0;
  const server = createServer((socket) => {
    contacts += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port of the network has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    contacts: () => contacts,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
