import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between an engine and FreeSWITCH's event socket and loses events, as FreeSWITCH does under load. */
export class EventDroppingProxy {
  /** Lose every event from now on. */
  dropping = false;
  dropped = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(targetPort: number): Promise<EventDroppingProxy> {
    const server = createServer();
    const proxy = new EventDroppingProxy(server);
    server.on('connection', (engine) => proxy.#join(engine, connect(targetPort, '127.0.0.1')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks the connections; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(engine: Socket, freeswitch: Socket): void {
    let rest = Buffer.alloc(0);
    engine.pipe(freeswitch);
    freeswitch.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let message = cut(rest); message; message = cut(rest)) {
        rest = rest.subarray(message.length);
        if (this.dropping && message.includes('text/event-plain')) this.dropped++;
        else engine.write(message);
      }
    });
    for (const [socket, other] of [[engine, freeswitch] as const, [freeswitch, engine] as const]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}

/** The first whole message of the bytes. */
function cut(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf('\n\n');
  if (end < 0) return undefined;
  const length = Number(/Content-Length: (\d+)/.exec(bytes.toString('latin1', 0, end))?.[1] ?? 0);
  return bytes.length < end + 2 + length ? undefined : bytes.subarray(0, end + 2 + length);
}
