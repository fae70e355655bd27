import { sequenceDistance } from '../../../rtp/rtp-packet.ts';

/** Packets from one source before it is held. */
const LOCK_AFTER = 5;

/** How near a source is to what SDP says; the nearer one wins. */
const STRANGER = 0;
/** The address that the far end's signalling comes from, any port. */
const SIGNALLING = 1;
/** The address in SDP, another port. */
const SDP_ADDRESS = 2;
/** The very address and port in SDP. */
const SDP = 3;

/**
 * Finds where a far end's RTP really comes from (symmetric RTP, RFC 4961) and keeps strangers out. Two addresses may send:
 * that of SDP, and that of the signalling, as a phone behind NAT names one that nobody outside reaches.
 *
 *    learning --packet of the very source in SDP, or the fifth of one source in a row--> locked
 *       ^  ^                                                                              |  ^
 *       |  +-- aim() with another address; lost(); packet of a nearer source <------------+  |
 *       |                                                                                    |
 *       |                 the same stream goes on from another port: it is followed ---------+
 *
 * Once locked only that source is heard, and its stream under another port: a NAT may give it a new one at any time.
 */
export class Latch {
  readonly #signallingAddress: string | undefined;
  #state: 'learning' | 'locked' = 'learning';
  #address = '';
  #port = 0;
  /** Of that source; STRANGER before its first packet. */
  #rank = STRANGER;
  #sdpAddress = '';
  #sdpPort = 0;
  #count = 0;
  /** Of the packet heard last. */
  #ssrc = 0;
  #sequence = 0;

  /** @param signallingAddress where the far end's signalling comes from; undefined: only SDP counts */
  constructor(signallingAddress: string | undefined) {
    this.#signallingAddress = signallingAddress;
  }

  get locked(): boolean {
    return this.#state === 'locked';
  }

  /** Locked to what SDP says: no other source can win. */
  get certain(): boolean {
    return this.#state === 'locked' && this.#rank === SDP;
  }

  /** Where to send: the source that was learned, at first what SDP says. Port 0: nowhere yet. */
  get address(): string {
    return this.#address;
  }

  get port(): number {
    return this.#port;
  }

  /** SDP named this address. The same as before changes nothing; another one starts learning again. */
  aim(address: string, port: number): void {
    if (address === this.#sdpAddress && port === this.#sdpPort) return;
    this.#sdpAddress = address;
    this.#sdpPort = port;
    this.#address = address;
    this.#port = port;
    this.lost();
  }

  /** ICE chose this source: nothing is left to learn. */
  fix(address: string, port: number): void {
    this.#address = address;
    this.#port = port;
    this.#state = 'locked';
  }

  /** Nothing came for a while: the far end may come back from another port with another stream. */
  lost(): void {
    this.#state = 'learning';
    this.#rank = STRANGER;
    this.#count = 0;
  }

  /** Whether it is the source that is heard now. */
  isSource(address: string, port: number): boolean {
    return port === this.#port && address === this.#address;
  }

  /** Whether an RTP packet from this source is heard; learns from it. */
  admit(address: string, port: number, ssrc: number, sequence: number): boolean {
    const same = this.isSource(address, port);
    if (!same || this.#state === 'learning') {
      const rank = this.#rankOf(address, port);
      if (rank === STRANGER) return false;
      const ahead = ssrc === this.#ssrc ? sequenceDistance(sequence, this.#sequence) : 0;
      if (!same) {
        // the port before still delivers what was under way
        if (ahead < 0 && this.#rank !== STRANGER) return true;
        if (ahead <= 0 && !this.#yieldsTo(rank)) return false;
        this.#move(address, port, ahead > 0);
      }
      this.#rank = rank;
      this.#count++;
      if (rank === SDP || this.#count >= LOCK_AFTER) this.#state = 'locked';
    }
    this.#ssrc = ssrc;
    this.#sequence = sequence;
    return true;
  }

  #rankOf(address: string, port: number): number {
    // nothing agreed yet, or ICE decides
    if (this.#sdpPort === 0) return STRANGER;
    if (address === this.#sdpAddress) return port === this.#sdpPort ? SDP : SDP_ADDRESS;
    return address === this.#signallingAddress ? SIGNALLING : STRANGER;
  }

  /** Whether another source of this rank takes over. */
  #yieldsTo(rank: number): boolean {
    return this.#state === 'locked' ? rank > this.#rank : rank >= this.#rank;
  }

  #move(address: string, port: number, goesOn: boolean): void {
    this.#address = address;
    this.#port = port;
    if (goesOn) return;
    this.#state = 'learning';
    this.#count = 0;
  }
}
