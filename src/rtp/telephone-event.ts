/**
 * DTMF digits as RTP events (RFC 4733).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |     event     |E|R| volume    |          duration             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

/** Bytes of an event's payload. */
export const EVENT_BYTES = 4;

/** The sixteen digits; a digit's index is its event code (RFC 4733 3.2). */
export const DIGITS = '0123456789*#ABCD';

/** RTP timestamps count samples at 8 kHz. */
const SAMPLES_A_MS = 8;
/** RFC 4733 2.5.1.3: an event longer than this goes on as a new segment. */
const LONGEST_SEGMENT = 0xffff;
/** An event whose end was lost is over when nothing of it came for so long. */
const LOST_END_MS = 150;
/** RFC 4733 2.5.1.4: the final packet is sent three times in all. */
const FINAL_PACKETS = 3;
const VOLUME_DBM0 = 10;

/**
 * Makes one digit of the many packets of an event, whatever was lost, doubled or came late. A digit is reported
 * when it ends: at its first packet with the end bit, at the next event, or when its packets stop.
 */
export class TelephoneEventReceiver {
  readonly #onDigit: (digit: string, durationMs: number) => void;
  #state: 'none' | 'sounding' | 'ended' = 'none';
  #event = 0;
  #timestamp = 0;
  #duration = 0;
  #earlierSegments = 0;
  #lastMs = 0;

  /** @param onDigit called once a digit */
  constructor(onDigit: (digit: string, durationMs: number) => void) {
    this.#onDigit = onDigit;
  }

  /** True while a digit sounds. */
  get sounding(): boolean {
    return this.#state === 'sounding';
  }

  /**
   * One packet's payload at `bytes[start]`, `timestamp` from its header, `nowMs` monotonic. Shorter payloads and
   * events that are no digits are left out.
   */
  receive(bytes: Uint8Array, start: number, end: number, timestamp: number, nowMs: number): void {
    if (end - start < EVENT_BYTES) return;
    const event = bytes[start]!;
    if (event >= DIGITS.length) return;
    const final = (bytes[start + 1]! & 0x80) !== 0;
    const duration = (bytes[start + 2]! << 8) | bytes[start + 3]!;
    if (this.#state !== 'none' && timestamp !== this.#timestamp) {
      // a packet of an earlier event that came late
      if (((timestamp - this.#timestamp) | 0) < 0 && nowMs - this.#lastMs < 2000) return;
      if (this.#continues(event, timestamp)) this.#earlierSegments += LONGEST_SEGMENT;
      else this.#begin(event);
    } else if (this.#state === 'none') {
      this.#begin(event);
    }
    this.#timestamp = timestamp;
    this.#lastMs = nowMs;
    if (this.#state === 'ended') return;
    this.#duration = Math.max(this.#duration, this.#earlierSegments + duration);
    if (final) this.#end();
  }

  /** Ends an event whose end was lost; call it now and then (each tick). */
  poll(nowMs: number): void {
    if (this.#state === 'sounding' && nowMs - this.#lastMs >= LOST_END_MS) this.#end();
  }

  /** RFC 4733 2.5.1.3: a further segment begins where the former ended. */
  #continues(event: number, timestamp: number): boolean {
    if (this.#state !== 'sounding' || event !== this.#event) return false;
    return ((timestamp - this.#timestamp) | 0) === LONGEST_SEGMENT;
  }

  #begin(event: number): void {
    if (this.#state === 'sounding') this.#end();
    this.#state = 'sounding';
    this.#event = event;
    this.#duration = 0;
    this.#earlierSegments = 0;
  }

  #end(): void {
    this.#state = 'ended';
    this.#onDigit(DIGITS[this.#event]!, this.#duration / SAMPLES_A_MS);
  }
}

/** Sends digits, one packet a frame: each digit as growing events, its last three times, then a pause. */
export class TelephoneEventSender {
  readonly #codes: number[];
  readonly #length: number;
  readonly #pauseFrames: number;
  readonly #frameSamples: number;
  #index = 0;
  #sent = 0;
  #finals = 0;
  #pausedFrames = 0;

  /** @param digits of {@link DIGITS}; others are left out */
  constructor(digits: string, durationMs = 100, pauseMs = 60, frameSamples = 160) {
    this.#codes = [...digits.toUpperCase()].map((digit) => DIGITS.indexOf(digit)).filter((code) => code >= 0);
    this.#frameSamples = frameSamples;
    const frames = Math.max(2, Math.ceil((durationMs * SAMPLES_A_MS) / frameSamples));
    this.#length = Math.min(frames * frameSamples, LONGEST_SEGMENT);
    this.#pauseFrames = Math.ceil((pauseMs * SAMPLES_A_MS) / frameSamples);
  }

  /** True when the last digit and its pause are over. */
  get done(): boolean {
    return this.#index >= this.#codes.length;
  }

  /**
   * Writes the next frame's payload at `bytes[at]`. `first` starts a digit: set the marker and hold the timestamp
   * for the packets that follow (RFC 4733 2.5.1.2). `none`: nothing to send in this frame.
   */
  next(bytes: Uint8Array, at: number): 'first' | 'more' | 'none' {
    if (this.done) return 'none';
    if (this.#finals >= FINAL_PACKETS) {
      this.#pause();
      return 'none';
    }
    const first = this.#sent === 0;
    this.#sent = Math.min(this.#sent + this.#frameSamples, this.#length);
    const final = this.#sent >= this.#length;
    if (final) this.#finals++;
    bytes[at] = this.#codes[this.#index]!;
    bytes[at + 1] = (final ? 0x80 : 0) | VOLUME_DBM0;
    bytes[at + 2] = this.#sent >> 8;
    bytes[at + 3] = this.#sent;
    return first ? 'first' : 'more';
  }

  #pause(): void {
    this.#pausedFrames++;
    if (this.#pausedFrames < this.#pauseFrames) return;
    this.#index++;
    this.#sent = 0;
    this.#finals = 0;
    this.#pausedFrames = 0;
  }
}
