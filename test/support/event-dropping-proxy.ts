import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { SipSide } from '../../src/media/freeswitch/srf-on-edge.ts';

/**
 * Stands between an engine and FreeSWITCH and loses events, as FreeSWITCH does under load: in the engine's connection to
 * the event socket, and in those of the channels to the engine, which are led here by {@link leading}.
 */
export class EventDroppingProxy {
  /** Lose every event from now on. */
  dropping = false;
  dropped = 0;
  readonly #server: Server;
  /** For the channels' connections, by the address that they are for. */
  readonly #forChannels = new Map<string, Server>();
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

  /** The same SIP side, but the channels that it calls connect to the engine through this proxy. */
  leading(sip: SipSide): SipSide {
    return {
      call: (call) => {
        const headers = {
          ...call.headers,
          'X-esl-outbound': this.#frontOf(call.headers?.['X-esl-outbound']),
        };
        return sip.call({ ...call, headers });
      },
    };
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks the connections; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const servers = [this.#server, ...this.#forChannels.values()];
    for (const server of servers) server.close();
    this.cut();
    await Promise.all(servers.map((server) => once(server, 'close')));
  }

  /** Where channels connect to instead. */
  #frontOf(address: unknown): string {
    const target = String(address);
    let front = this.#forChannels.get(target);
    if (!front) {
      const [host, port] = target.split(':');
      front = createServer((channel) => this.#join(connect(Number(port), host), channel));
      // bound at once: the port is known when this returns
      front.listen(0, '127.0.0.1');
      this.#forChannels.set(target, front);
    }
    return `127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  #join(engine: Socket, freeswitch: Socket): void {
    let rest = Buffer.alloc(0);
    engine.pipe(freeswitch);
    freeswitch.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let message = cut(rest); message; message = cut(rest)) {
        rest = rest.subarray(message.length);
        if (this.dropping && message.includes('text/event-json')) this.dropped++;
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
