import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** A node that was not seen for so long is lost: its calls are closed. */
export const LEASE_MS = 30_000;
/** How often a node shows itself. */
const BEAT_MS = 5000;

/** Another process on the same database. */
export interface Peer {
  readonly nodeId: string;
  /** How long ago it was seen. */
  readonly ageMs: number;
  /** Digest of what its own files set up; '': not said yet. */
  readonly settings: string;
}

/** What a node learns when it shows itself. */
export interface Beat {
  /** It had no lease: it just started, or was taken for lost. */
  readonly isNew: boolean;
  /** Nodes whose lease holds. */
  readonly peers: readonly Peer[];
  /** Nodes that were found gone by this beat, and how many calls of theirs were closed. */
  readonly lost: readonly { readonly nodeId: string; readonly calls: number }[];
}

export interface NodeLeaseParts {
  readonly nodeId: string;
  readonly beat: (settings: string) => Promise<Beat>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The lease of this process in a database that several may share: renewed while it lives. */
export class NodeLease {
  readonly nodeId: string;
  readonly #parts: NodeLeaseParts;
  readonly #timer: Timer;
  #peers: readonly Peer[] = [];
  #seenAt: number;
  #isBeating = false;
  #isFailing = false;
  #settings: () => string = () => '';
  /** Peers and settings of theirs that were said to differ. */
  #told = new Set<string>();

  /** `first`: the beat with which it began. */
  constructor(parts: NodeLeaseParts, first: Beat) {
    this.nodeId = parts.nodeId;
    this.#parts = parts;
    this.#seenAt = parts.clock.monotonic();
    this.#tell(first);
    this.#timer = parts.clock.every(BEAT_MS, () => void this.#beat());
  }

  /** How long ago the database saw this node; above {@link LEASE_MS} others take it for lost. */
  get ageMs(): number {
    return this.#parts.clock.monotonic() - this.#seenAt;
  }

  /** The other nodes, as of the last beat. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Peers are told what this node's own files set up for companies, as a digest, and compare it with theirs. */
  compare(settings: () => string): void {
    this.#settings = settings;
  }

  /** Shows itself no more. Idempotent. */
  close(): void {
    this.#timer.cancel();
  }

  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const { clock, logger, nodeId } = this.#parts;
    const asked = clock.monotonic();
    try {
      const beat = await this.#parts.beat(this.#settings());
      this.#seenAt = asked;
      this.#isFailing = false;
      if (beat.isNew) logger.warn({ node: nodeId }, 'this node was taken for lost: its calls go on');
      this.#tell(beat);
    } catch (error) {
      const { message } = asError(error);
      if (!this.#isFailing) logger.error({ error: message }, 'the lease of this node cannot be renewed');
      this.#isFailing = true;
    } finally {
      this.#isBeating = false;
    }
  }

  #tell({ peers, lost }: Beat): void {
    const { logger } = this.#parts;
    const known = new Set(this.#peers.map(({ nodeId }) => nodeId));
    for (const { nodeId } of peers) {
      if (!known.has(nodeId)) logger.info({ peer: nodeId }, 'another node shares the database');
    }
    for (const { nodeId, calls } of lost) {
      logger.warn({ peer: nodeId, calls }, 'a node is lost: its calls were closed');
    }
    this.#peers = peers;
    this.#compare();
  }

  /** Once for each state of a peer. */
  #compare(): void {
    const own = this.#settings();
    const differing = this.#peers.filter(({ settings }) => own !== '' && settings !== '' && settings !== own);
    const keyOf = ({ nodeId, settings }: Peer) => `${nodeId} ${settings} ${own}`;
    for (const peer of differing) {
      if (this.#told.has(keyOf(peer))) continue;
      const fix = 'give all nodes the same files; until then each serves companies as its own say';
      this.#parts.logger.warn({ peer: peer.nodeId, fix }, 'another node has other files of companies');
    }
    this.#told = new Set(differing.map(keyOf));
  }
}
