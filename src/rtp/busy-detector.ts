import { powerShare } from './goertzel.ts';

/** Frames that are looked at: 20 ms, in which 450 Hz has nine whole periods. */
const FRAME_MS = 20;
const TONE_HZ = 450;
const SHARE = 0.7;
/** Mean square below which a frame is silence: about -40 dBm0. */
const QUIET_POWER = 160 ** 2;
/** GB/T 3380: busy 350 ms, congestion 700 ms; +-15 % and a frame. */
const CADENCES_MS = [350, 700];
const CYCLES = 3;

function matches(durationMs: number, nominalMs: number): boolean {
  return Math.abs(durationMs - nominalMs) <= nominalMs * 0.15 + FRAME_MS;
}

/**
 * Finds busy (忙音) and congestion (拥塞音) of GB/T 3380: three cycles of 450 Hz and silence, both as long. Analogue
 * lines and E1 gateways play it where a digital line would clear. Ringback (1 s and 4 s) and speech do not match.
 */
export class BusyDetector {
  readonly #onBusy: () => void;
  #nominalMs = 0;
  #halves = 0;
  #sound: 'tone' | 'quiet' | 'other' = 'other';
  #lengthMs = 0;

  /** @param onBusy called once each time the cadence was heard for three cycles */
  constructor(onBusy: () => void) {
    this.#onBusy = onBusy;
  }

  /** Looks at one frame of 20 ms (160 samples). */
  push(frame: Int16Array): void {
    const sound = classify(frame);
    if (sound !== this.#sound) {
      this.#closeHalf();
      this.#sound = sound;
      this.#lengthMs = 0;
    }
    this.#lengthMs += FRAME_MS;
  }

  /** A stretch of tone or silence ended: does it carry the cadence on? */
  #closeHalf(): void {
    // a frame on the edge between tone and silence is neither
    if (this.#sound === 'other' && this.#lengthMs <= FRAME_MS) return;
    const nominal = CADENCES_MS.find((candidate) => matches(this.#lengthMs, candidate));
    if (this.#sound === 'other' || nominal === undefined) {
      this.#halves = 0;
      return;
    }
    if (nominal !== this.#nominalMs) this.#halves = 0;
    // a cadence begins with the tone
    if (this.#halves === 0 && this.#sound !== 'tone') return;
    this.#nominalMs = nominal;
    this.#halves++;
    if (this.#halves < CYCLES * 2) return;
    this.#halves = 0;
    this.#onBusy();
  }
}

function classify(frame: Int16Array): 'tone' | 'quiet' | 'other' {
  let power = 0;
  for (let index = 0; index < frame.length; index++) power += frame[index]! * frame[index]!;
  if (power / frame.length < QUIET_POWER) return 'quiet';
  return powerShare(frame, TONE_HZ) >= SHARE ? 'tone' : 'other';
}
