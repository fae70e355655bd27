import { sequenceDistance } from './rtp-packet.ts';

/** RTP timestamp units a millisecond at 8 kHz. */
const UNITS_A_MS = 8;
/** RFC 3550 A.1: a jump beyond these is a restart of the sender, not loss or reordering. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;

/** What counts of a packet: an object, as V8 boxes fractions that are passed as arguments. */
export interface ReceivedPacket {
  readonly sequence: number;
  readonly timestamp: number;
  /** Monotonic milliseconds. */
  readonly arrivalMs: number;
}

/** Statistics of one received stream: loss (RFC 3550 A.3) and jitter (A.8). Allocates nothing a packet. */
export class Reception {
  /** Packets that came, doubles included. */
  received = 0;
  #cycles = 0;
  #highest = -1;
  #base = 0;
  /** Expected packets of streams before a restart. */
  #expectedBefore = 0;
  #transit = 0;
  #jitter = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;

  /** Takes one packet into account. */
  add(packet: ReceivedPacket): void {
    const { sequence } = packet;
    this.received++;
    if (this.#highest < 0) {
      this.#restart(sequence);
    } else {
      const ahead = sequenceDistance(sequence, this.#highest);
      if (ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) {
        this.#expectedBefore = this.expected;
        this.#restart(sequence);
      } else if (ahead > 0) {
        if (sequence < this.#highest) this.#cycles += 0x10000;
        this.#highest = sequence;
      }
    }
    this.#addJitter(packet);
  }

  /** The sender changed (new SSRC): a new sequence and clock; totals stay. */
  restart(): void {
    if (this.#highest < 0) return;
    this.#expectedBefore = this.expected;
    this.#highest = -1;
    this.#cycles = 0;
    this.#transit = 0;
  }

  /** Packets that should have come. */
  get expected(): number {
    if (this.#highest < 0) return this.#expectedBefore;
    return this.#expectedBefore + this.#cycles + this.#highest - this.#base + 1;
  }

  /** Packets that did not come; never below 0 here (doubles could make it so). */
  get lost(): number {
    return Math.max(0, this.expected - this.received);
  }

  /** Mean deviation of the packets' spacing, ms. */
  get jitterMs(): number {
    return this.#jitter / UNITS_A_MS;
  }

  /** The same in timestamp units, as RTCP wants it. */
  get jitter(): number {
    return Math.floor(this.#jitter);
  }

  /** Extended highest sequence number received, for RTCP. */
  get highestSequence(): number {
    return this.#cycles + Math.max(0, this.#highest);
  }

  /** Share lost since the last call, 0-255 of 256 (RFC 3550 A.3). */
  takeFractionLost(): number {
    const expected = this.expected - this.#expectedPrior;
    const received = this.received - this.#receivedPrior;
    this.#expectedPrior = this.expected;
    this.#receivedPrior = this.received;
    const lost = expected - received;
    if (expected <= 0 || lost <= 0) return 0;
    return Math.min(255, Math.floor((lost * 256) / expected));
  }

  #restart(sequence: number): void {
    this.#base = sequence;
    this.#highest = sequence;
    this.#cycles = 0;
    this.#transit = 0;
  }

  /** RFC 3550 A.8; transit 0 marks the first packet. */
  #addJitter({ timestamp, arrivalMs }: ReceivedPacket): void {
    const transit = arrivalMs * UNITS_A_MS - timestamp;
    if (this.#transit !== 0) {
      // both clocks wrap at 32 bits
      let step = (transit - this.#transit) % 4294967296;
      if (step > 2147483648) step -= 4294967296;
      else if (step < -2147483648) step += 4294967296;
      // a sender that jumps (mute, new source) is no jitter of the network
      const deviation = Math.abs(step) > SANE_STEP ? 0 : Math.abs(step);
      this.#jitter += (deviation - this.#jitter) / 16;
    }
    this.#transit = transit;
  }
}

/** One second. */
const SANE_STEP = 8000;
