import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { TlsIdentity } from '../../shared/tls-identity.ts';
import type { ConnectionTable } from './connection-table.ts';
import { isV6 } from './ip-version.ts';
import type { ListenOptions } from './listen-options.ts';
import { SentBy } from './local-address.ts';
import { StreamFlow, type StreamFlowOwner } from './stream-flow.ts';
import type { TransportAddress } from './transport.ts';
import type { TransportHost } from './transport-host.ts';
import { cannotListen } from './udp-listener.ts';

interface Handshake {
  readonly socket: Socket;
  /** Gives its place among the connections of its address back. */
  readonly release: () => void;
}

/** A TCP or TLS listener, and the connections that are opened in its name. */
export class StreamListener implements StreamFlowOwner {
  readonly #host: TransportHost;
  readonly #table: ConnectionTable;
  readonly #options: ListenOptions;
  readonly #identity: TlsIdentity | undefined;
  readonly #server: Server | TlsServer;
  readonly #stopReloading: () => void;
  /** TLS connections that are not through their handshake, by their far end. */
  readonly #handshakes = new Map<string, Handshake>();
  #local: TransportAddress;
  #sentBy: SentBy;

  /** @param identity for TLS; `undefined` makes it plain TCP. */
  constructor(host: TransportHost, table: ConnectionTable, options: ListenOptions, identity?: TlsIdentity) {
    this.#host = host;
    this.#table = table;
    this.#options = options;
    this.#identity = identity;
    this.#local = { transport: identity ? 'tls' : 'tcp', address: options.host, port: options.port };
    this.#sentBy = new SentBy(options, options.port);
    const backlog = { keepAlive: true, keepAliveInitialDelay: 60_000 };
    if (identity) {
      const server = createTlsServer({
        ...backlog,
        ...identity.options,
        handshakeTimeout: host.limits.firstMessageMs,
      });
      server.on('connection', (socket: Socket) => this.#onHandshake(socket));
      server.on('secureConnection', (socket) => {
        this.#endHandshake(endOf(socket));
        this.#onConnection(socket);
      });
      server.on('tlsClientError', (_error, socket) => socket.destroy());
      this.#stopReloading = identity.onReload((fresh) => server.setSecureContext(fresh));
      this.#server = server;
    } else {
      this.#server = createServer(backlog, (socket) => this.#onConnection(socket));
      this.#stopReloading = () => {};
    }
    this.#server.maxConnections = host.limits.maxConnections;
  }

  get local(): TransportAddress {
    return this.#local;
  }

  /** Begins to listen. Throws ConfigError. */
  async open(): Promise<void> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => reject(cannotListen(this.#local.transport, host, port, cause)));
      this.#server.listen({ host, port, ipv6Only: isV6(host), exclusive: true, backlog: 1024 }, resolve);
    });
    this.#server.removeAllListeners('error');
    this.#server.on('error', (error) => this.#host.logger.warn({ err: error }, 'SIP listener error'));
    const bound = this.#server.address();
    if (bound && typeof bound === 'object') this.#local = { ...this.#local, port: bound.port };
    this.#sentBy = new SentBy(this.#options, this.#local.port);
  }

  /** Whether connections to that address can be opened here. */
  reaches(target: TransportAddress): boolean {
    return target.transport === this.#local.transport && isV6(target.address) === isV6(this.#local.address);
  }

  /** Opens a connection; messages wait in it until it stands. */
  connect(target: TransportAddress): StreamFlow {
    const { address, port, serverName } = target;
    const socket = this.#identity
      ? connectTls({
          host: address,
          port,
          // RFC 5922 7.2: the certificate must be for who we wanted; an IP address has no SNI
          ...(serverName !== undefined ? { servername: serverName } : {}),
          secureContext: this.#identity.context,
          minVersion: 'TLSv1.2',
        })
      : connect({ host: address, port });
    const flow = this.#flow(socket, target, true);
    socket.once(this.#identity ? 'secureConnect' : 'connect', () => flow.connected());
    return flow;
  }

  onConnectionClosed(flow: StreamFlow): void {
    this.#table.remove(flow);
  }

  /** Stops listening; connections are closed by the table. Idempotent. */
  async close(): Promise<void> {
    this.#stopReloading();
    if (!this.#server.listening) return;
    for (const { socket } of this.#handshakes.values()) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #onHandshake(socket: Socket): void {
    const { remoteAddress: address } = socket;
    if (address === undefined) return void socket.destroy();
    if (!this.#table.hasRoomFor(address)) {
      this.#host.counters.limited++;
      return void socket.destroy();
    }
    const end = endOf(socket);
    this.#handshakes.set(end, { socket, release: this.#table.hold(address) });
    socket.once('close', () => this.#endHandshake(end));
  }

  #endHandshake(end: string): void {
    this.#handshakes.get(end)?.release();
    this.#handshakes.delete(end);
  }

  #onConnection(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    // it may be gone already
    if (address === undefined || port === undefined) return void socket.destroy();
    if (!this.#table.hasRoomFor(address)) {
      this.#host.counters.limited++;
      return void socket.destroy();
    }
    this.#flow(socket, { transport: this.#local.transport, address, port }, false);
  }

  #flow(socket: Socket, remote: TransportAddress, isConnecting: boolean): StreamFlow {
    const id = `${remote.transport}-${this.#host.ids.token()}`;
    const sentBy = this.#sentBy.for(remote.address);
    const flow = new StreamFlow(this.#host, this, socket, {
      id,
      local: this.#local,
      remote,
      sentBy,
      isConnecting,
    });
    this.#table.add(flow);
    return flow;
  }
}

const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}:${remotePort}`;
