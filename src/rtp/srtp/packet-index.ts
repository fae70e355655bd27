const HALF = 0x8000;
/** RFC 3711 3.3.2: at least 64. */
const WINDOW = 64;

/**
 * Where one SSRC's sequence numbers are: the rollover counter of each packet (RFC 3711 3.3.1) and which packets were seen
 * already (3.3.2). A packet counts only when {@link commit} is called, after its tag was found right.
 */
export class PacketIndex {
  #rollover = 0;
  #highest = -1;
  /** Bit n: the packet n before the highest was seen. */
  #seen = 0;
  /** The same for the packets 32 and more before. */
  #seenEarlier = 0;

  /** Rollover counter of a packet, guessed from the ones before. */
  rolloverOf(sequence: number): number {
    if (this.#highest < 0) return this.#rollover;
    const step = sequence - this.#highest;
    if (step > HALF) return (this.#rollover - 1) >>> 0;
    if (step < -HALF) return (this.#rollover + 1) >>> 0;
    return this.#rollover;
  }

  /** Whether the packet was seen before, or is too old to know. */
  replayed(sequence: number, rollover: number): boolean {
    const behind = this.#behind(sequence, rollover);
    if (behind < 0) return false;
    if (behind >= WINDOW) return true;
    return (((behind < 32 ? this.#seen : this.#seenEarlier) >>> (behind & 31)) & 1) === 1;
  }

  commit(sequence: number, rollover: number): void {
    const behind = this.#behind(sequence, rollover);
    if (behind >= 0) {
      if (behind < 32) this.#seen |= 1 << behind;
      else this.#seenEarlier |= 1 << (behind & 31);
      return;
    }
    this.#shift(this.#highest < 0 ? WINDOW : -behind);
    this.#seen |= 1;
    this.#highest = sequence;
    this.#rollover = rollover;
  }

  /** Moves the window on by `count` packets. */
  #shift(count: number): void {
    if (count >= WINDOW) {
      this.#seen = 0;
      this.#seenEarlier = 0;
    } else if (count >= 32) {
      this.#seenEarlier = this.#seen << (count & 31);
      this.#seen = 0;
    } else {
      this.#seenEarlier = (this.#seenEarlier << count) | (this.#seen >>> (32 - count));
      this.#seen <<= count;
    }
  }

  /** How far it is behind the highest packet; negative: ahead. */
  #behind(sequence: number, rollover: number): number {
    if (this.#highest < 0) return -1;
    return ((this.#rollover - rollover) | 0) * 0x10000 + this.#highest - sequence;
  }
}
