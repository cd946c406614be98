import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server that can be closed for good. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
  /** From now on connections are refused, and those that are open end. */
  cut(): void;
}

/** Opens a {@link Relay} to the server at `target`. */
export async function startRelay(target: string): Promise<Relay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const { port, hostname } = new URL(target);
  const server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    keep(socket);
    keep(onward);
    socket.pipe(onward).pipe(socket);
    onward.on("close", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port of the network has an address of this form.
  const address = server.address() as AddressInfo;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    [Symbol.asyncDispose]: async () => cut(),
  };
}
