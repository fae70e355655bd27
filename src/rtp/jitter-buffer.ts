import { ComfortNoise } from './comfort-noise.ts';
import { Concealment } from './concealment.ts';
import { decode, type G711 } from './g711.ts';

/** Samples the ring holds: 512 ms. */
const RING = 4096;
const MASK = RING - 1;
/** Marks a sample that did not come; G.711 never decodes to it. */
const MISSING = -32768;
const SAMPLES_A_MS = 8;
/** Delay is grown and shrunk in steps of 10 ms. */
const STEP = 80;
/** What is looked at before the delay is made shorter: 2 s of 20 ms frames. */
const SHRINK_AFTER_FRAMES = 100;
/** A stream without packets for so long starts anew when it comes back. */
const STALE_FRAMES = 25;

/** Limits of the delay that is added to even out the packets' arrival. */
export interface JitterBufferOptions {
  readonly initialMs?: number;
  readonly maximumMs?: number;
}

/**
 * Turns packets of any ptime, in any order, into a steady row of frames. Samples lie in a ring at the place of their
 * RTP timestamp, so reordering, doubles and changes of ptime need no thought; what is missing when its time comes is
 * concealed. The delay grows at once by what came late, and shrinks by 10 ms after 2 s without need.
 */
export class JitterBuffer {
  readonly #ring = new Int16Array(RING).fill(MISSING);
  readonly #concealment = new Concealment();
  readonly #noise = new ComfortNoise();
  readonly #initial: number;
  readonly #maximum: number;
  #state: 'empty' | 'running' = 'empty';
  /** Timestamp of the next sample to play. */
  #playAt = 0;
  /** Timestamp after the newest sample. */
  #newest = 0;
  /** Smallest lead of a packet over the play point since the delay was last judged. */
  #smallestLead = RING;
  #judgedFrames = 0;
  #emptyFrames = 0;
  /** Audio was played since the start: a gap now is loss, before it was the first delay. */
  #heard = false;
  /** Samples concealed since the start, for the leg's quality. */
  concealedSamples = 0;
  /** Packets that came after their time. */
  latePackets = 0;

  constructor({ initialMs = 40, maximumMs = 240 }: JitterBufferOptions = {}) {
    this.#initial = initialMs * SAMPLES_A_MS;
    this.#maximum = maximumMs * SAMPLES_A_MS;
  }

  /** Milliseconds between the newest sample and the play point. */
  get delayMs(): number {
    return this.#state === 'empty' ? 0 : ((this.#newest - this.#playAt) | 0) / SAMPLES_A_MS;
  }

  /** Puts a packet's audio in: `count` codes at `codes[from]`, `timestamp` of its header. */
  put(law: G711, codes: Uint8Array, from: number, count: number, timestamp: number): void {
    if (count === 0 || count > RING / 2) return;
    let lead = (timestamp - this.#playAt) | 0;
    if (this.#state === 'empty' || lead > RING - count || lead < -RING) {
      this.#start(timestamp);
      lead = this.#initial;
    }
    if (lead < this.#smallestLead) this.#smallestLead = lead;
    if (lead < 0) {
      this.latePackets++;
      this.#grow(-lead, count);
      lead = (timestamp - this.#playAt) | 0;
      if (lead + count <= 0) return;
    }
    const skip = lead < 0 ? -lead : 0;
    const start = (timestamp + skip) & MASK;
    const first = Math.min(count - skip, RING - start);
    decode(law, codes, from + skip, first, this.#ring, start);
    if (first < count - skip) decode(law, codes, from + skip + first, count - skip - first, this.#ring, 0);
    const end = (timestamp + count) | 0;
    if (((end - this.#newest) | 0) > 0) this.#newest = end;
    this.#emptyFrames = 0;
    this.#noise.stop();
  }

  /** A comfort-noise packet came: silence of this level until audio comes again. */
  putNoise(levelByte: number): void {
    this.#noise.announce(levelByte);
  }

  /** Takes the next frame; always fills all of `out`. False when there was nothing but silence in it. */
  take(out: Int16Array): boolean {
    const count = out.length;
    if (this.#state === 'empty') {
      if (this.#noise.active) this.#noise.fill(out, 0, count);
      else out.fill(0);
      return this.#noise.active;
    }
    let at = this.#copyWhole(out);
    while (at < count) {
      const missing = this.#ring[(this.#playAt + at) & MASK] === MISSING;
      const run = this.#run(at, count, missing);
      if (missing) this.#fillGap(out, at, run);
      else this.#copy(out, at, run);
      at += run;
    }
    this.#playAt = (this.#playAt + count) | 0;
    this.#judge();
    return true;
  }

  /** Forgets the stream: the sender or the call changed. */
  reset(): void {
    this.#ring.fill(MISSING);
    this.#state = 'empty';
    this.#concealment.reset();
    this.#noise.stop();
  }

  #start(timestamp: number): void {
    this.#ring.fill(MISSING);
    this.#concealment.reset();
    this.#heard = false;
    this.#state = 'running';
    this.#playAt = (timestamp - this.#initial) | 0;
    this.#newest = timestamp;
    this.#smallestLead = RING;
    this.#judgedFrames = 0;
    this.#emptyFrames = 0;
  }

  /** A packet came `late` samples after its time: wait that much longer from now on. */
  #grow(late: number, count: number): void {
    const delay = ((this.#newest - this.#playAt) | 0) - count;
    const room = Math.max(0, this.#maximum - Math.max(0, delay));
    const step = Math.min(Math.ceil(late / STEP) * STEP, room);
    this.#playAt = (this.#playAt - step) | 0;
    this.#smallestLead = RING;
    this.#judgedFrames = 0;
  }

  /** The usual case in one pass: copies until the first sample that is missing; the number of samples copied. */
  #copyWhole(out: Int16Array): number {
    const ring = this.#ring;
    const start = this.#playAt & MASK;
    const most = Math.min(out.length, RING - start);
    let at = 0;
    for (; at < most; at++) {
      const sample = ring[start + at]!;
      if (sample === MISSING) break;
      out[at] = sample;
      ring[start + at] = MISSING;
    }
    if (at > 0) this.#good(out, 0, at);
    return at;
  }

  #run(at: number, count: number, missing: boolean): number {
    let run = 1;
    while (at + run < count) {
      if ((this.#ring[(this.#playAt + at + run) & MASK] === MISSING) !== missing) break;
      run++;
    }
    return run;
  }

  #copy(out: Int16Array, at: number, run: number): void {
    for (let index = 0; index < run; index++) {
      const place = (this.#playAt + at + index) & MASK;
      out[at + index] = this.#ring[place]!;
      this.#ring[place] = MISSING;
    }
    this.#good(out, at, run);
  }

  #good(out: Int16Array, at: number, run: number): void {
    this.#heard = true;
    this.#concealment.good(out, at, run);
  }

  #fillGap(out: Int16Array, at: number, run: number): void {
    if (this.#noise.active) {
      this.#noise.fill(out, at, run);
      return;
    }
    if (!this.#heard) {
      out.fill(0, at, at + run);
      return;
    }
    this.#concealment.conceal(out, at, run);
    this.concealedSamples += run;
  }

  /** Once a frame: an empty ring ends the stream, a lead that is never used up shortens the delay. */
  #judge(): void {
    if (((this.#newest - this.#playAt) | 0) <= 0) {
      this.#emptyFrames++;
      if (this.#emptyFrames >= STALE_FRAMES) {
        this.#state = 'empty';
        this.#concealment.reset();
      }
      return;
    }
    this.#judgedFrames++;
    if (this.#judgedFrames < SHRINK_AFTER_FRAMES) return;
    if (this.#smallestLead !== RING && this.#smallestLead > 3 * STEP) this.#shrink();
    this.#smallestLead = RING;
    this.#judgedFrames = 0;
  }

  #shrink(): void {
    for (let index = 0; index < STEP; index++) this.#ring[(this.#playAt + index) & MASK] = MISSING;
    this.#playAt = (this.#playAt + STEP) | 0;
  }
}
