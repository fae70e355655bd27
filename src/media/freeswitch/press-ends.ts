/** The ends of one press follow each other at the gateway's packet time, 50 ms at most. */
const SPACING_MS = 60;
/** The next press of the same key cannot end sooner than its length and half of a pause (ITU-T Q.24: 40 ms) later. */
const PAUSE_MS = 20;

/**
 * Makes one press of all its ends. FreeSWITCH tells of an event (RFC 4733) at each end packet with a timestamp that is
 * new to it, and a gateway whose timestamps grow with each packet sends three of them.
 */
export class PressEnds {
  #digit = '';
  #firstMs = Number.NEGATIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  /**
   * Whether this end is that of a press of its own.
   * @param atMs when FreeSWITCH heard it, by its own clock: ours may have stood still
   */
  isNew(digit: string, durationMs: number, atMs: number): boolean {
    const follows = digit === this.#digit && atMs - this.#lastMs < SPACING_MS;
    this.#digit = digit;
    this.#lastMs = atMs;
    if (follows && atMs - this.#firstMs < durationMs + PAUSE_MS) return false;
    this.#firstMs = atMs;
    return true;
  }
}
