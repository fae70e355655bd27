import type { MediaAddress } from '../audio-sdp.ts';

/** What rtpengine says of the party's stream. */
export interface Seen {
  /** All packets that came, and those that it refused for where they came from. */
  readonly packets: number;
  readonly refused: number;
  /** From where it takes packets, and where it sends. */
  readonly at: MediaAddress;
}

/** Nobody is sent anything here while rtpengine learns: the discard port of the party's own address. */
const DISCARD_PORT = 9;
/** Learning that finds nobody ends, so that what SDP names is sent to. */
const LEARN_MS = 1000;
/** Another port is looked for when none of the party's packets came for so long. */
const QUIET_MS = 300;
/** Pause after learning in vain; it doubles, for a stranger who goes on sending must not silence the party. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

type State =
  /** Only from here; all others are refused. */
  | { readonly kind: 'certain'; readonly at: MediaAddress }
  /** rtpengine takes anybody, so nobody may be heard or sent to. */
  | { readonly kind: 'learning'; readonly sinceMs: number }
  /** Whether the party sends from what SDP names after all; otherwise back. */
  | { readonly kind: 'trying'; readonly sinceMs: number; readonly back: MediaAddress };

/**
 * From where a party sends. rtpengine knows two ways only: one address and port, or whoever comes. So it is certain of one
 * source, and learns, with the doors shut, only when packets come that are not from there.
 *
 *     certain --refused, none taken--> learning --SDP's or the signalling's address--> certain there
 *        |                                 '------------in vain---------------------> certain as before
 *        '---of the signalling's address, others refused--> trying what SDP names --> certain there, or as before
 */
export class PartySource {
  /** Packets of the party that the last look found. */
  came = 0;
  readonly #named: MediaAddress;
  readonly #signalling: string | undefined;
  #state: State;
  /** Undefined: the state is new, and what came before says nothing. */
  #before: { readonly taken: number; readonly refused: number } | undefined;
  #last: MediaAddress;
  #cameAtMs = Number.NEGATIVE_INFINITY;
  #nextTryMs = 0;
  #pauseMs = PAUSE_MS;

  /**
   * @param named what SDP says
   * @param signalling address that the party signals from; undefined: SDP alone counts
   * @param learnsFromMs nothing passes yet, so it may learn at once where the two differ (phones behind NAT)
   */
  constructor(named: MediaAddress, signalling: string | undefined, learnsFromMs?: number) {
    this.#named = named;
    this.#signalling = signalling;
    this.#last = named;
    const differ = signalling !== undefined && signalling !== named.address;
    this.#state =
      differ && learnsFromMs !== undefined
        ? { kind: 'learning', sinceMs: learnsFromMs }
        : { kind: 'certain', at: named };
  }

  /** Whether a new SDP says the same of the source. */
  isOf({ address, port }: MediaAddress): boolean {
    return address === this.#named.address && port === this.#named.port;
  }

  get learns(): boolean {
    return this.#state.kind === 'learning';
  }

  /** What rtpengine is told to be the party's address. */
  get told(): MediaAddress {
    if (this.#state.kind === 'certain') return this.#state.at;
    if (this.#state.kind === 'trying') return this.#named;
    return { address: this.#signalling ?? this.#named.address, port: DISCARD_PORT };
  }

  /** Takes what rtpengine says now; true: it must be told anew. */
  look({ packets, refused, at }: Seen, nowMs: number): boolean {
    const taken = packets - refused;
    const before = this.#before ?? { taken, refused };
    this.#before = { taken, refused };
    const fresh = taken > before.taken;
    this.came = fresh && !this.learns ? taken - before.taken : 0;
    if (this.came > 0) this.#cameAtMs = nowMs;
    const next = this.#next(fresh, refused > before.refused, at, nowMs);
    if (!next) return false;
    const { told } = this;
    this.#state = next;
    if (this.told === told) return false;
    this.#before = undefined;
    return true;
  }

  #next(fresh: boolean, refused: boolean, at: MediaAddress, nowMs: number): State | undefined {
    switch (this.#state.kind) {
      case 'certain':
        if (!refused || nowMs < this.#nextTryMs) return undefined;
        if (fresh) return this.#betterThan(this.#state.at, nowMs);
        return nowMs - this.#cameAtMs < QUIET_MS ? undefined : { kind: 'learning', sinceMs: nowMs };
      case 'learning':
        if (fresh && this.#admits(at)) return this.#found(at, nowMs);
        return nowMs - this.#state.sinceMs < LEARN_MS ? undefined : this.#inVain(this.#last, nowMs);
      case 'trying':
        if (fresh) return this.#found(this.#named, nowMs);
        return nowMs - this.#state.sinceMs < QUIET_MS ? undefined : this.#inVain(this.#state.back, nowMs);
    }
  }

  /** What SDP names wins over the address of the signalling. */
  #betterThan(at: MediaAddress, nowMs: number): State | undefined {
    return at.address === this.#named.address ? undefined : { kind: 'trying', sinceMs: nowMs, back: at };
  }

  /** Not yet where it was told that the party is: it counts packets before it follows them. */
  #admits({ address, port }: MediaAddress): boolean {
    return port !== DISCARD_PORT && (address === this.#named.address || address === this.#signalling);
  }

  #found(at: MediaAddress, nowMs: number): State {
    this.#cameAtMs = nowMs;
    this.#pauseMs = PAUSE_MS;
    this.#last = at;
    return { kind: 'certain', at };
  }

  #inVain(at: MediaAddress, nowMs: number): State {
    this.#nextTryMs = nowMs + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    return { kind: 'certain', at };
  }
}
