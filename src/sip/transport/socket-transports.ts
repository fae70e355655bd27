import type { Server } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { ConfigError } from '../../shared/errors.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { type TlsFiles, TlsIdentity } from '../../shared/tls-identity.ts';
import { ConnectionTable } from './connection-table.ts';
import type { TransportCounters } from './counters.ts';
import { DEFAULT_STREAM_LIMITS, type ListenOptions, type StreamLimits } from './listen-options.ts';
import { nearestListener } from './local-address.ts';
import { StreamListener } from './stream-listener.ts';
import type { Flow, TransportAddress, Transports, TransportUser } from './transport.ts';
import { type SipReceived, TransportHost } from './transport-host.ts';
import { readUdpDrops } from './udp-drops.ts';
import { UdpListener } from './udp-listener.ts';
import { WebSocketListener } from './web-socket-listener.ts';
import type { WireTap } from './wire-tap.ts';

/** Peers whose nearest listener is remembered. */
const MAX_PEERS = 10_000;

/** Where to listen, and within which limits. */
export interface SocketTransportsOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly listen: readonly ListenOptions[];
  /** Needed when something listens on TLS or WSS. */
  readonly tls?: TlsFiles;
  readonly limits?: Partial<StreamLimits>;
  /** Sees what is sent. */
  readonly tap?: WireTap | undefined;
}

/** SIP on real sockets (RFC 3261 18, RFC 5626, RFC 7118): UDP, TCP, TLS, WS and WSS, IPv4 and IPv6. */
export class SocketTransports implements Transports<SipReceived> {
  readonly #host: TransportHost;
  readonly #table: ConnectionTable;
  readonly #identity: TlsIdentity | undefined;
  readonly #udp: UdpListener[] = [];
  /** With several networks: the listener that requests to a peer leave from. */
  readonly #udpOfPeer = new Map<string, UdpListener>();
  readonly #streams: StreamListener[] = [];
  readonly #webSockets: WebSocketListener[] = [];

  /** Throws ConfigError when the TLS files are missing or bad. Nothing is opened before {@link open}. */
  constructor(options: SocketTransportsOptions) {
    const { clock, ids, logger, listen, tls, limits, tap } = options;
    this.#host = new TransportHost(clock, ids, logger, { ...DEFAULT_STREAM_LIMITS, ...limits }, tap);
    this.#table = new ConnectionTable(this.#host);
    this.#identity = tls && new TlsIdentity(tls);
    for (const [index, where] of listen.entries()) this.#add(where, index);
  }

  get addresses(): readonly TransportAddress[] {
    return [...this.#udp, ...this.#streams, ...this.#webSockets].map(({ local }) => local);
  }

  /** Messages and connections since the start. */
  get counters(): Readonly<TransportCounters> {
    return this.#host.counters;
  }

  /** Open connections. */
  get connections(): number {
    return this.#table.size;
  }

  /** Datagrams that the kernel has dropped for a full receive buffer; `undefined` where it does not tell. */
  get udpDrops(): number | undefined {
    let drops: number | undefined;
    // The kernel's table is asked by port: listeners that share one are counted together.
    for (const port of new Set(this.#udp.map(({ local }) => local.port))) {
      const dropped = readUdpDrops(port);
      if (dropped !== undefined) drops = (drops ?? 0) + dropped;
    }
    return drops;
  }

  async open(user: TransportUser<SipReceived>): Promise<void> {
    this.#host.user = user;
    try {
      for (const listener of [...this.#udp, ...this.#streams, ...this.#webSockets]) await listener.open();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /**
   * Takes the WebSocket upgrades at `/sip` of an HTTP server that listens already and that somebody else closes.
   * Call it after everybody else has added a listener for `upgrade`: those keep all other paths.
   */
  async attach(server: Server, where: ListenOptions): Promise<void> {
    const listener = new WebSocketListener(this.#host, this.#table, where, undefined, server);
    this.#webSockets.push(listener);
    await listener.open();
  }

  flowTo(target: TransportAddress, from?: TransportAddress): Flow | undefined {
    if (target.transport === 'udp') {
      const listener = this.#udpFrom(target.address, from);
      return listener?.flow(target.address, target.port);
    }
    const open = this.#table.byPeer(target);
    if (open?.open) return open;
    // RFC 7118 5.5: a Contact says ws for both.
    if (target.transport === 'ws') return this.#table.byPeer({ ...target, transport: 'wss' });
    // RFC 7118 5: nobody can connect to a browser.
    const reaching = this.#streams.filter((listener) => listener.reaches(target));
    return nearestListener(reaching, target.address)?.connect(target);
  }

  flowById(id: string): Flow | undefined {
    const connection = this.#table.byId(id);
    if (connection) return connection;
    for (const listener of this.#udp) {
      const flow = listener.flowById(id);
      if (flow) return flow;
    }
    return undefined;
  }

  /** Reads the TLS files again. Throws ConfigError and keeps the old certificate when they are not good. */
  reloadTls(): void {
    this.#identity?.reload();
  }

  async close(): Promise<void> {
    const closing = [...this.#streams, ...this.#webSockets].map((listener) => listener.close());
    await Promise.all([...closing, this.#table.close(), ...this.#udp.map((listener) => listener.close())]);
    this.#host.user = undefined;
  }

  #udpFrom(address: string, from: TransportAddress | undefined): UdpListener | undefined {
    let first: UdpListener | undefined;
    let isOnly = true;
    for (const listener of this.#udp) {
      if (!listener.reaches(address)) continue;
      if (from && listener.local.port === from.port && listener.local.address === from.address)
        return listener;
      if (first) isOnly = false;
      else first = listener;
    }
    return isOnly ? first : this.#nearestUdp(address);
  }

  #nearestUdp(address: string): UdpListener | undefined {
    const known = this.#udpOfPeer.get(address);
    if (known) return known;
    const nearest = nearestListener(
      this.#udp.filter((listener) => listener.reaches(address)),
      address,
    );
    if (this.#udpOfPeer.size >= MAX_PEERS) this.#udpOfPeer.clear();
    if (nearest) this.#udpOfPeer.set(address, nearest);
    return nearest;
  }

  #add(where: ListenOptions, index: number): void {
    const isSecure = where.transport === 'tls' || where.transport === 'wss';
    if (isSecure && !this.#identity) {
      throw new ConfigError(
        `listening on ${where.transport} ${where.host}:${where.port} needs a certificate`,
        undefined,
        'name certificate and key files',
      );
    }
    const identity = isSecure ? this.#identity : undefined;
    if (where.transport === 'udp') this.#udp.push(new UdpListener(this.#host, where, index));
    else if (where.transport === 'tcp' || where.transport === 'tls') {
      this.#streams.push(new StreamListener(this.#host, this.#table, where, identity));
    } else this.#webSockets.push(new WebSocketListener(this.#host, this.#table, where, identity));
  }
}
