import { type RequestDraft, requestLength } from '../../sip/transaction/request-draft.ts';
import type { TransportAddress } from '../../sip/transport/transport.ts';

/** RFC 3261 18.1.1: the largest request that goes by UDP when nobody knows the MTU of the path. */
const MAX_UDP_REQUEST = 1300;
/** A peer that took no TCP connection is not asked for one again for this long. */
const MEMORY_MS = 5 * 60_000;
/** Peers remembered; the oldest leaves first. */
const MAX_PEERS = 1000;

/**
 * RFC 3261 18.1.1: requests that would be cut into fragments by IP go over TCP, where the peer takes it, else by UDP
 * nevertheless. Peers without TCP are remembered: where a firewall swallows the attempt, it costs seconds.
 */
export class TcpFirst {
  readonly #now: () => number;
  readonly #without = new Map<string, number>();

  /** `now` in milliseconds, monotonic. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Where `draft` goes in place of `targets`: before each UDP target, the same by TCP when the request is large. */
  targets(draft: RequestDraft, targets: readonly TransportAddress[]): readonly TransportAddress[] {
    if (requestLength(draft) <= MAX_UDP_REQUEST) return targets;
    return targets.flatMap((target) =>
      target.transport === 'udp' && this.#mayTake(target)
        ? [{ ...target, transport: 'tcp' }, target]
        : target,
    );
  }

  /** A target that could not be connected to. */
  failed(target: TransportAddress): void {
    if (target.transport !== 'tcp') return;
    if (this.#without.size >= MAX_PEERS) this.#without.delete(this.#without.keys().next().value!);
    this.#without.set(keyOf(target), this.#now() + MEMORY_MS);
  }

  #mayTake(target: TransportAddress): boolean {
    const until = this.#without.get(keyOf(target));
    if (until === undefined) return true;
    if (this.#now() < until) return false;
    this.#without.delete(keyOf(target));
    return true;
  }
}

/** Whether two targets are the same peer, by TCP and by UDP. */
export function isUdpTwin(target: TransportAddress | undefined, of: TransportAddress | undefined): boolean {
  if (target?.transport !== 'udp' || of?.transport !== 'tcp') return false;
  return keyOf(target) === keyOf(of);
}

const keyOf = ({ address, port }: TransportAddress): string => `${address} ${port}`;
