import type { Timer } from '../../shared/clock.ts';
import type { Flow, TransportAddress } from './transport.ts';
import type { TransportHost } from './transport-host.ts';

/** A flow that is one connection. */
export interface ConnectionFlow extends Flow {
  /** Closes it when a limit of time is over. */
  sweep(now: number): void;
  /** Sends what is queued and closes. */
  close(): void;
}

const SWEEP_MS = 1_000;

/** All connections of one edge: found by id and by peer, counted by address, one timer for all their limits. */
export class ConnectionTable {
  readonly #host: TransportHost;
  readonly #byId = new Map<string, ConnectionFlow>();
  readonly #byPeer = new Map<string, ConnectionFlow>();
  readonly #byAddress = new Map<string, number>();
  #sweeper: Timer | undefined;

  constructor(host: TransportHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#byId.size;
  }

  byId(id: string): ConnectionFlow | undefined {
    return this.#byId.get(id);
  }

  /** The newest open connection to that peer. */
  byPeer(peer: TransportAddress): ConnectionFlow | undefined {
    return this.#byPeer.get(peerKey(peer));
  }

  /** Whether one more connection from that address is within the limits. */
  hasRoomFor(address: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#host.limits;
    return this.size < maxConnections && (this.#byAddress.get(address) ?? 0) < maxConnectionsPerAddress;
  }

  add(flow: ConnectionFlow): void {
    const { address } = flow.remote;
    this.#byId.set(flow.id, flow);
    this.#byPeer.set(peerKey(flow.remote), flow);
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    this.#sweeper ??= this.#host.clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** The connection is gone: forgets it and tells the user. */
  remove(flow: ConnectionFlow): void {
    if (!this.#byId.delete(flow.id)) return;
    const { address } = flow.remote;
    const key = peerKey(flow.remote);
    if (this.#byPeer.get(key) === flow) this.#byPeer.delete(key);
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
    if (this.#byId.size === 0) this.#stopSweeping();
    this.#host.flowClosed(flow);
  }

  /** Closes every connection. */
  close(): void {
    for (const flow of [...this.#byId.values()]) flow.close();
    this.#stopSweeping();
  }

  #sweep(): void {
    const now = this.#host.clock.monotonic();
    for (const flow of this.#byId.values()) flow.sweep(now);
  }

  #stopSweeping(): void {
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
  }
}

const peerKey = ({ transport, address, port, serverName = '' }: TransportAddress): string =>
  `${transport}:${address}:${port}:${serverName}`;
