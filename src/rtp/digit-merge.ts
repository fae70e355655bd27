/** How a digit came: RTP event, tones in the audio, or signalling (SIP INFO). */
export type DigitSource = 'rfc4733' | 'inband' | 'info';

/** The same digit by two ways is one key press when they are reported no further apart. */
const SAME_PRESS_MS = 700;

interface Heard {
  readonly digit: string;
  readonly by: DigitSource;
  readonly atMs: number;
  /** Ways by which this press was reported again. */
  readonly doubles: Set<DigitSource>;
}

/**
 * Joins the digits of all ways into one stream. A phone may send an event and leak the tone, or send INFO besides:
 * each press is let through once, by the way that came first; two presses by the same way are always two.
 */
export class DigitMerge {
  #recent: Heard[] = [];

  /** True when this report is a new press, false when it doubles one. `nowMs` is monotonic. */
  accepts(digit: string, by: DigitSource, nowMs: number): boolean {
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs <= SAME_PRESS_MS);
    const press = this.#recent.find(
      (heard) => heard.digit === digit && heard.by !== by && !heard.doubles.has(by),
    );
    if (press) {
      press.doubles.add(by);
      return false;
    }
    this.#recent.push({ digit, by, atMs: nowMs, doubles: new Set() });
    return true;
  }
}
