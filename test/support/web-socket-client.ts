import { once } from 'node:events';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/shared/clock.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ConnectionTable } from '../../src/sip/transport/connection-table.ts';
import { DEFAULT_STREAM_LIMITS } from '../../src/sip/transport/listen-options.ts';
import type { Flow, TransportAddress, Transports, TransportUser } from '../../src/sip/transport/transport.ts';
import { type SipReceived, TransportHost } from '../../src/sip/transport/transport-host.ts';
import { WebSocketFlow } from '../../src/sip/transport/web-socket-flow.ts';

/** The transport of a browser: one WebSocket to one server (RFC 7118), nothing listens. */
export class WebSocketClient implements Transports<SipReceived> {
  readonly #host = new TransportHost(systemClock, systemIds, silentLogger, DEFAULT_STREAM_LIMITS);
  readonly #table = new ConnectionTable(this.#host);
  readonly #server: () => TransportAddress;
  readonly #sentBy: string | undefined;
  #flow: WebSocketFlow | undefined;

  /** `server`: where to connect on {@link open}. `sentBy`: what a browser tells in Via and Contact; its address by default. */
  constructor(server: () => TransportAddress, sentBy?: string) {
    this.#server = server;
    this.#sentBy = sentBy;
  }

  /** Our end of the connection. */
  get addresses(): readonly TransportAddress[] {
    return this.#flow ? [this.#flow.local] : [];
  }

  open(user: TransportUser<SipReceived>): Promise<void> {
    this.#host.user = user;
    return this.connect();
  }

  /** A connection, in place of the one there was. */
  async connect(): Promise<void> {
    this.#flow?.close();
    const remote = this.#server();
    const { transport, address, port } = remote;
    const socket = new WebSocket(`${transport}://${address}:${port}/sip`, 'sip', {
      rejectUnauthorized: false,
    });
    // The port of our end is the browser's secret; a test may know it.
    let own = { address: '', port: 0 };
    socket.once('upgrade', ({ socket: { localAddress = '', localPort = 0 } }) => {
      own = { address: localAddress, port: localPort };
    });
    await once(socket, 'open');
    const local = { transport, ...own };
    const sentBy = this.#sentBy ?? `${own.address}:${own.port}`;
    this.#flow = new WebSocketFlow(this.#host, this.#table, socket, { id: 'browser', local, remote, sentBy });
    this.#table.add(this.#flow);
  }

  /** A browser has one way out, whatever the Contact of the far end says. */
  flowTo(): Flow | undefined {
    return this.#flow?.open ? this.#flow : undefined;
  }

  flowById(id: string): Flow | undefined {
    return this.#table.byId(id);
  }

  close(): Promise<void> {
    this.#table.close();
    this.#host.user = undefined;
    return Promise.resolve();
  }
}
