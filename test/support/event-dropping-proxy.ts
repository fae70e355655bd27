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
  /** Channels connect here. */
  readonly #front: Server;
  /** Where the engine waits for them: `host:port`, as it said last. */
  #engineAt = '';
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, front: Server) {
    this.#server = server;
    this.#front = front;
  }

  static async open(targetPort: number): Promise<EventDroppingProxy> {
    const [server, front] = [createServer(), createServer()];
    const proxy = new EventDroppingProxy(server, front);
    server.on('connection', (engine) => proxy.#join(engine, connect(targetPort, '127.0.0.1')));
    front.on('connection', (channel) => proxy.#join(proxy.#toEngine(), channel));
    for (const each of [server, front]) {
      each.listen(0, '127.0.0.1');
      await once(each, 'listening');
    }
    return proxy;
  }

  /** The same SIP side, but the channels that it calls connect to the engine through this proxy. */
  leading(sip: SipSide): SipSide {
    return {
      call: (call) => {
        this.#engineAt = String(call.headers?.['X-esl-outbound']);
        const { port } = this.#front.address() as AddressInfo;
        return sip.call({ ...call, headers: { ...call.headers, 'X-esl-outbound': `127.0.0.1:${port}` } });
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
    const servers = [this.#server, this.#front];
    for (const server of servers) server.close();
    this.cut();
    await Promise.all(servers.map((server) => once(server, 'close')));
  }

  #toEngine(): Socket {
    const [host, port] = this.#engineAt.split(':');
    return connect(Number(port), host);
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
