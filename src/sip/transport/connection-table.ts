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

/** Limits are looked at so often. */
export const SWEEP_MS = 1_000;

/** All connections of one edge: found by id and by peer, counted by address, one timer for all their limits. */
export class ConnectionTable {
  readonly #host: TransportHost;
  readonly #byId = new Map<string, ConnectionFlow>();
  readonly #byPeer = new Map<string, ConnectionFlow>();
  readonly #byAddress = new Map<string, number>();
  #sweeper: Timer | undefined;
  #onEmpty: (() => void) | undefined;

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
    this.#byId.set(flow.id, flow);
    this.#byPeer.set(peerKey(flow.remote), flow);
    this.#count(flow.remote.address, 1);
    this.#sweeper ??= this.#host.clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** The connection is gone: forgets it and tells the user. */
  remove(flow: ConnectionFlow): void {
    if (!this.#byId.delete(flow.id)) return;
    const key = peerKey(flow.remote);
    if (this.#byPeer.get(key) === flow) this.#byPeer.delete(key);
    this.#count(flow.remote.address, -1);
    this.#host.flowClosed(flow);
    if (this.#byId.size > 0) return;
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    this.#onEmpty?.();
  }

  /** Closes every connection; resolves when the last one is gone. The sweep sees to those that do not let go. */
  async close(): Promise<void> {
    for (const flow of [...this.#byId.values()]) flow.close();
    if (this.#byId.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** Counts a connection that is no flow yet, such as one in its TLS handshake, until the function is called. */
  hold(address: string): () => void {
    this.#count(address, 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#count(address, -1);
      isHeld = false;
    };
  }

  #count(address: string, change: 1 | -1): void {
    const count = (this.#byAddress.get(address) ?? 0) + change;
    if (count > 0) this.#byAddress.set(address, count);
    else this.#byAddress.delete(address);
  }

  #sweep(): void {
    const now = this.#host.clock.monotonic();
    for (const flow of this.#byId.values()) flow.sweep(now);
  }
}

const peerKey = ({ transport, address, port, serverName = '' }: TransportAddress): string =>
  `${transport}:${address}:${port}:${serverName}`;
