import { BlockList, isIPv6 } from 'node:net';
import type { MediaAddress } from '../audio-sdp.ts';

/** What FreeSWITCH says of the party's stream. */
export interface Seen {
  /** All packets that it took; those that it refused are counted nowhere. */
  readonly packets: number;
  /** Undefined: its window has not closed by a packet from another port since it was told to open it. */
  readonly adopted: Adopted | undefined;
}

/** Where FreeSWITCH sends since its window closed, and what it was told to be the party's address then. */
export interface Adopted {
  readonly at: MediaAddress;
  readonly told: MediaAddress;
}

/** Nobody is sent anything here while FreeSWITCH learns, and no packet comes from it: each one of the party is from elsewhere. */
const DISCARD_PORT = 9;
/** So long one address is listened for, where there are two. */
const LEARN_MS = 500;
/** Another port is looked for when nothing of the party came for so long. */
const QUIET_MS = 1000;
/** Pause after learning in vain; it doubles, for a stranger who goes on sending must not silence the party. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;
/** What SDP names is tried once, so long after the address of the signalling was found. */
const TRIAL_AFTER_MS = 1000;
const TRIAL_MS = 200;

/** Addresses within an office or carrier (RFC 1918, 3927, 4193, 6598): nobody outside sends from there. */
const INSIDE = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv4');
INSIDE.addSubnet('fc00::', 7, 'ipv6');
INSIDE.addSubnet('fe80::', 10, 'ipv6');

type State =
  /** The window is closed: only from here, all others are refused. */
  | { readonly kind: 'certain'; readonly at: MediaAddress }
  /** The window is open, and what is said goes on to where the party was. */
  | { readonly kind: 'listening'; readonly at: MediaAddress }
  /** The window is open, and nobody is sent anything. */
  | { readonly kind: 'learning'; readonly host: string; readonly sinceMs: number; readonly trial: boolean };

/**
 * From where a party sends. FreeSWITCH (1.11.2) takes packets from one address and port; or its window is open: then it
 * takes anybody's, and closes by itself at a packet from the host that it was told, whatever the port. An open window
 * cannot be shut from outside, and that it closed is seen only when the port is another than it was told. So while it is
 * open nobody is heard, and when packets come it is told a port that nobody has.
 *
 *     certain --nothing came for a while--> listening --packets--> learning --from its host--> certain there
 *                                               ^                     |
 *                                               '-------in vain-------'
 */
export class PartySource {
  /** Packets of the party that the last look found. */
  came = 0;
  readonly #named: MediaAddress;
  /** That the party may send from. */
  readonly #hosts: readonly string[];
  #state: State;
  #packets: number | undefined;
  /** Where it was last, or what SDP names; undefined: nothing can be sent before its first packet. */
  #last: MediaAddress | undefined;
  #cameAtMs: number;
  #nextTryMs = 0;
  #pauseMs = PAUSE_MS;
  #trialAtMs = Number.POSITIVE_INFINITY;
  #tried = false;

  /**
   * @param named what SDP says
   * @param signalling address that the party signals from; undefined: SDP alone counts
   * @param isOpen FreeSWITCH's window is open already
   */
  constructor(named: MediaAddress, signalling: string | undefined, nowMs: number, isOpen: boolean) {
    this.#named = named;
    this.#cameAtMs = nowMs;
    const differ = signalling !== undefined && signalling !== named.address;
    const behindNat = differ && isInside(named.address) && !isInside(signalling);
    this.#hosts = behindNat ? [signalling] : differ ? [signalling, named.address] : [named.address];
    this.#last = behindNat ? undefined : named;
    if (differ) this.#state = this.#learning(this.#hosts[0]!, nowMs);
    else this.#state = { kind: isOpen ? 'listening' : 'certain', at: named };
  }

  /** Whether a new SDP says the same of the source. */
  isOf(named: MediaAddress): boolean {
    return isSame(named, this.#named);
  }

  /** Whether FreeSWITCH is to take packets from elsewhere: then nobody may be heard. */
  get isOpen(): boolean {
    return this.#state.kind !== 'certain';
  }

  /** What FreeSWITCH is told to be the party's address. */
  get told(): MediaAddress {
    return this.#state.kind === 'learning'
      ? { address: this.#state.host, port: DISCARD_PORT }
      : this.#state.at;
  }

  /** Takes what FreeSWITCH says now, `expects`: the party should be sending. True: it must be told anew. */
  look({ packets, adopted }: Seen, expects: boolean, nowMs: number): boolean {
    const came = packets - (this.#packets ?? packets);
    this.#packets = packets;
    const found = this.isOpen && adopted && this.#isProof(adopted) ? adopted.at : undefined;
    this.came = found ? 1 : this.isOpen ? 0 : came;
    if (this.came > 0 || !expects) this.#cameAtMs = nowMs;
    const next = found ? this.#found(found, nowMs) : this.#next(came > 0, nowMs);
    if (!next) return false;
    this.#state = next;
    return true;
  }

  /** That the window is closed: one that closed just before it was told anew is open again. */
  #isProof({ at, told }: Adopted): boolean {
    return this.#hosts.includes(at.address) && isSame(told, this.told);
  }

  #next(fresh: boolean, nowMs: number): State | undefined {
    const state = this.#state;
    switch (state.kind) {
      case 'certain':
        if (nowMs >= this.#trialAtMs) return this.#trial(nowMs);
        return nowMs - this.#cameAtMs < QUIET_MS ? undefined : { kind: 'listening', at: state.at };
      case 'listening':
        return fresh && nowMs >= this.#nextTryMs ? this.#learning(this.#hosts[0]!, nowMs) : undefined;
      case 'learning':
        return nowMs - state.sinceMs < (state.trial ? TRIAL_MS : LEARN_MS)
          ? undefined
          : this.#inVain(state.host, nowMs);
    }
  }

  /** Once per party: what SDP names wins over the address of the signalling. */
  #trial(nowMs: number): State {
    this.#tried = true;
    this.#trialAtMs = Number.POSITIVE_INFINITY;
    return this.#learning(this.#named.address, nowMs, true);
  }

  #learning(host: string, sinceMs: number, trial = false): State {
    return { kind: 'learning', host, sinceMs, trial };
  }

  #found(at: MediaAddress, nowMs: number): State {
    this.#cameAtMs = nowMs;
    this.#pauseMs = PAUSE_MS;
    this.#last = at;
    const better = this.#hosts.includes(this.#named.address) && at.address !== this.#named.address;
    if (better && !this.#tried) this.#trialAtMs = nowMs + TRIAL_AFTER_MS;
    return { kind: 'certain', at };
  }

  /** The other address is next; after the last one, FreeSWITCH listens and sends to where the party was. */
  #inVain(host: string, nowMs: number): State | undefined {
    const isTrial = this.#state.kind === 'learning' && this.#state.trial;
    const other = isTrial ? this.#hosts[0] : this.#hosts[this.#hosts.indexOf(host) + 1];
    if (other !== undefined) return this.#learning(other, nowMs);
    if (!this.#last) return undefined;
    this.#nextTryMs = nowMs + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    return { kind: 'listening', at: this.#last };
  }
}

function isSame(one: MediaAddress, other: MediaAddress): boolean {
  return one.address === other.address && one.port === other.port;
}

function isInside(address: string): boolean {
  return INSIDE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
