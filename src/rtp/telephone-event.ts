/**
 * DTMF digits as RTP events (RFC 4733).
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |     event     |E|R| volume    |          duration             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

import { type RtpView, sequenceDistance } from './rtp-packet.ts';

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
/** A packet with an earlier number is late for so long; after that its sender began anew. */
const LATE_MS = 2000;
/** RFC 3550 A.1 */
const MAX_MISORDER = 100;
/** Between two presses of a key, samples (ITU-T Q.24: 40 ms). */
const SHORTEST_PAUSE = 320;
/** RFC 4733 2.5.1.4: the final packet is sent three times in all. */
const FINAL_PACKETS = 3;
const VOLUME_DBM0 = 10;

/**
 * Makes one digit of the many packets of an event, whatever was lost, doubled or came late. A digit is reported
 * when it ends: at its first packet with the end bit, at the next event, or when its packets stop.
 *
 * All packets of an event should bear the timestamp of its start (RFC 4733 2.5.1.2). Gateways break that in three ways, which
 * are understood: the timestamp grows with each packet, only the end packets bear a later one, or it never changes at all.
 */
export class TelephoneEventReceiver {
  readonly #onDigit: (digit: string, durationMs: number) => void;
  #state: 'none' | 'sounding' | 'ended' = 'none';
  #event = 0;
  /** Of the event's first packet, and of the newest one. */
  #start = 0;
  #timestamp = 0;
  /** Of the newest packet, and of the whole event. */
  #segment = 0;
  #duration = 0;
  #earlierSegments = 0;
  #sequence = 0;
  #lastMs = 0.5;

  /** @param onDigit called once a digit */
  constructor(onDigit: (digit: string, durationMs: number) => void) {
    this.#onDigit = onDigit;
  }

  /** True while a digit sounds. */
  get sounding(): boolean {
    return this.#state === 'sounding';
  }

  /**
   * One packet, its payload in `bytes`. Shorter payloads and events that are no digits are left out. Returns the timestamp
   * that the packet should bear: that of its event's start.
   */
  receive(bytes: Uint8Array, packet: RtpView): number {
    const { payloadStart, payloadEnd, timestamp, sequence, arrivalMs } = packet;
    if (payloadEnd - payloadStart < EVENT_BYTES) return timestamp;
    const event = bytes[payloadStart]!;
    if (event >= DIGITS.length) return timestamp;
    const final = (bytes[payloadStart + 1]! & 0x80) !== 0;
    const duration = (bytes[payloadStart + 2]! << 8) | bytes[payloadStart + 3]!;
    if (this.#isLate(packet)) {
      if (event !== this.#event || timestamp !== this.#timestamp) return timestamp;
    } else {
      const step = (timestamp - this.#timestamp) | 0;
      if (this.#state === 'sounding' && event === this.#event && step === LONGEST_SEGMENT) {
        // RFC 4733 2.5.1.3: a further segment begins where the former ended
        this.#earlierSegments += LONGEST_SEGMENT;
        this.#start = timestamp;
      } else if (!this.#isSamePress(event, step, duration, final, packet)) {
        this.#begin(event, timestamp);
      }
      this.#sequence = sequence;
      this.#timestamp = timestamp;
      this.#segment = duration;
      this.#lastMs = arrivalMs;
    }
    if (this.#state === 'ended') return this.#start;
    this.#duration = Math.max(this.#duration, this.#earlierSegments + duration);
    if (final) this.#end();
    return this.#start;
  }

  /** Ends an event whose end was lost; call it now and then (each tick). */
  poll(nowMs: number): void {
    if (this.#state === 'sounding' && nowMs - this.#lastMs >= LOST_END_MS) this.#end();
  }

  /** Whether a packet came after one that was sent later. Numbers further back are those of a sender that began anew. */
  #isLate({ sequence, arrivalMs }: RtpView): boolean {
    if (this.#state === 'none' || arrivalMs - this.#lastMs >= LATE_MS) return false;
    const distance = sequenceDistance(sequence, this.#sequence);
    return distance <= 0 && distance > -MAX_MISORDER;
  }

  /** Whether a packet belongs to the press before. `step`: how much later its timestamp is than that of the newest one. */
  #isSamePress(event: number, step: number, duration: number, final: boolean, packet: RtpView): boolean {
    if (this.#state === 'none' || event !== this.#event) return false;
    const grown = duration - this.#segment;
    if (step === 0) {
      if (this.#state === 'sounding') return grown >= 0 || final;
      // a timestamp that stands still: the next press begins small, or after a pause; between two packets without one in
      // between there was none: the sender or we stood still
      const follows = sequenceDistance(packet.sequence, this.#sequence) === 1;
      const pauseMs = packet.arrivalMs - this.#lastMs;
      return (grown >= 0 || final) && pauseMs < (follows ? LATE_MS : LOST_END_MS);
    }
    if (this.#state === 'ended') return step < SHORTEST_PAUSE && (grown > 0 || final);
    // the timestamp grows as the duration does, or the end bears the time of the end
    return (grown >= 0 && Math.abs(step - grown) < SHORTEST_PAUSE) || (final && step <= duration);
  }

  #begin(event: number, timestamp: number): void {
    if (this.#state === 'sounding') this.#end();
    this.#state = 'sounding';
    this.#event = event;
    this.#start = timestamp;
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
