/**
 * Finds DTMF digits in audio (ITU-T Q.23, Q.24).
 *
 * Every 8 ms a Hann window of 24 ms is transformed at the eight frequencies (Goertzel). From one window to the next
 * a tone's phase turns by its frequency times 8 ms, so the frequency is known to about a Hertz although the window
 * is short: tones 1.5 % off pass, 3.5 % off do not. A digit is two windows in a row that hold one row tone and one
 * column tone, nearly nothing else, at a steady level. It ends after 12 ms of quiet or when its windows stop.
 */
import { DTMF_COLUMNS, DTMF_ROWS, KEYPAD, SAMPLE_RATE } from './tone.ts';

const HOP = 64;
const WINDOW = 192;
const BLOCK = 32;
const BLOCKS = WINDOW / BLOCK;
const FREQUENCIES = [...DTMF_ROWS, ...DTMF_COLUMNS];

/** Half way between what must pass (1.5 %) and what must not (3.5 %). */
const TOLERANCE = 0.025;
/** Q.24 twist, column over row: +4 dB to -8 dB must pass; both with a margin for the lines. */
const TWIST_HIGH = 10 ** (6 / 10);
const TWIST_LOW = 10 ** (-9.5 / 10);
/** Share of the window's power that is in the two tones. */
const PURITY = 0.82;
/** Weakest block of a window over its strongest: a tone is steady. */
const STEADY = 0.2;
/** Weakest tone: -36 dBm0, as power of a sine. */
const WEAKEST_POWER = (22830 * 10 ** (-36 / 20)) ** 2 / 2;
/** A block this far below the digit's level is quiet (-12 dB). */
const QUIET = 0.0625;
const QUIET_BLOCKS = 3;
/** Windows that may fail within a digit: an interruption of 10 ms touches six. */
const BROKEN_WINDOWS = 7;
const MS_A_HOP = (HOP * 1000) / SAMPLE_RATE;

const HANN = Float64Array.from(
  { length: WINDOW },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / WINDOW),
);
const HANN_SUM = HANN.reduce((sum, weight) => sum + weight, 0);
const HANN_POWER = HANN.reduce((sum, weight) => sum + weight * weight, 0);
const COSINES = Float64Array.from(FREQUENCIES, (hz) => Math.cos((2 * Math.PI * hz) / SAMPLE_RATE));
const SINES = Float64Array.from(FREQUENCIES, (hz) => Math.sin((2 * Math.PI * hz) / SAMPLE_RATE));

/** Gain of the Hann window at a distance of `bins` from its centre, amplitude. */
function hannGain(bins: number): number {
  const distance = Math.abs(bins);
  if (distance < 1e-6) return 1;
  if (Math.abs(distance - 1) < 1e-6) return 0.5;
  return Math.sin(Math.PI * distance) / (Math.PI * distance * (1 - distance * distance));
}

/** One stream's detector. Feed it samples at 8 kHz in pieces of any length; it allocates nothing a piece. */
export class DtmfDetector {
  readonly #onDigit: (digit: string, durationMs: number) => void;
  readonly #samples = new Int16Array(WINDOW);
  readonly #weighted = new Float64Array(WINDOW);
  readonly #blockPower = new Float64Array(BLOCKS);
  readonly #real = new Float64Array(8);
  readonly #imaginary = new Float64Array(8);
  /** Phase in the window before, and whether it is of the hop just before this one. */
  readonly #phase = new Float64Array(8);
  #phasesFresh = false;
  #filled = 0;
  #candidate = -1;
  #key = -1;
  #keyPower = 0;
  #hops = 0;
  #brokenWindows = 0;
  #quietBlocks = 0;

  /** @param onDigit called once a digit, when it ends */
  constructor(onDigit: (digit: string, durationMs: number) => void) {
    this.#onDigit = onDigit;
  }

  /** True while a digit sounds. */
  get sounding(): boolean {
    return this.#key >= 0;
  }

  /** Looks at the next samples. */
  push(samples: Int16Array): void {
    let from = 0;
    while (from < samples.length) {
      const count = Math.min(samples.length - from, WINDOW - this.#filled);
      for (let index = 0; index < count; index++)
        this.#samples[this.#filled + index] = samples[from + index]!;
      this.#filled += count;
      from += count;
      if (this.#filled < WINDOW) return;
      this.#look();
      this.#samples.copyWithin(0, HOP);
      this.#filled = WINDOW - HOP;
    }
  }

  #look(): void {
    const power = this.#measureBlocks();
    if (this.#key >= 0) {
      this.#hops++;
      if (this.#isQuiet()) this.#end();
    }
    const key = this.#recognise(power);
    if (key < 0) {
      this.#candidate = -1;
      this.#broken();
    } else {
      this.#accept(key, power);
    }
  }

  /** Mean power of the window; fills the powers of its blocks. */
  #measureBlocks(): number {
    let sum = 0;
    for (let block = 0; block < BLOCKS; block++) {
      let power = 0;
      for (let index = block * BLOCK; index < (block + 1) * BLOCK; index++) {
        power += this.#samples[index]! * this.#samples[index]!;
      }
      this.#blockPower[block] = power / BLOCK;
      sum += power;
    }
    return sum / WINDOW;
  }

  /** Counts quiet blocks in a row over the two that are new; true when the digit is over. */
  #isQuiet(): boolean {
    for (let block = BLOCKS - HOP / BLOCK; block < BLOCKS; block++) {
      this.#quietBlocks = this.#blockPower[block]! < this.#keyPower * QUIET ? this.#quietBlocks + 1 : 0;
      if (this.#quietBlocks >= QUIET_BLOCKS) return true;
    }
    return false;
  }

  /** The key (row * 4 + column) that sounds in this window, -1 for none. */
  #recognise(power: number): number {
    // cheap way out for silence: not enough power for two of the weakest tones
    if (power < WEAKEST_POWER * 2) {
      this.#phasesFresh = false;
      return -1;
    }
    let weighted = 0;
    for (let index = 0; index < WINDOW; index++) {
      const value = this.#samples[index]! * HANN[index]!;
      this.#weighted[index] = value;
      weighted += value * value;
    }
    const hadPhases = this.#phasesFresh;
    for (let tone = 0; tone < 8; tone++) this.#transform(tone);
    this.#phasesFresh = true;
    const row = this.#strongest(0);
    const column = this.#strongest(4);
    const rowTurn = this.#turn(row);
    const columnTurn = this.#turn(column);
    for (let tone = 0; tone < 8; tone++) {
      this.#phase[tone] = Math.atan2(this.#imaginary[tone]!, this.#real[tone]!);
    }
    if (!hadPhases || !this.#isSteady(power)) return -1;
    const rowHz = (rowTurn * SAMPLE_RATE) / (2 * Math.PI * HOP);
    const columnHz = (columnTurn * SAMPLE_RATE) / (2 * Math.PI * HOP);
    if (Math.abs(rowHz) > TOLERANCE * FREQUENCIES[row]!) return -1;
    if (Math.abs(columnHz) > TOLERANCE * FREQUENCIES[column]!) return -1;
    const rowPower = this.#tonePower(row, rowHz);
    const columnPower = this.#tonePower(column, columnHz);
    if (rowPower < WEAKEST_POWER || columnPower < WEAKEST_POWER) return -1;
    const twist = columnPower / rowPower;
    if (twist > TWIST_HIGH || twist < TWIST_LOW) return -1;
    if (rowPower + columnPower < (PURITY * weighted) / HANN_POWER) return -1;
    return row * 4 + column - 4;
  }

  /** Goertzel with real and imaginary part, phase counted from the window's start. */
  #transform(tone: number): void {
    const cosine = COSINES[tone]!;
    const coefficient = 2 * cosine;
    const weighted = this.#weighted;
    let first = 0;
    let second = 0;
    for (let index = WINDOW - 1; index >= 0; index--) {
      const next = weighted[index]! + coefficient * first - second;
      second = first;
      first = next;
    }
    // run backwards, the recursion ends at sample 0: sum of x[n] e^(-jwn)
    this.#real[tone] = first - cosine * second;
    this.#imaginary[tone] = -SINES[tone]! * second;
  }

  #strongest(from: number): number {
    let best = from;
    for (let tone = from + 1; tone < from + 4; tone++) {
      if (this.#squared(tone) > this.#squared(best)) best = tone;
    }
    return best;
  }

  #squared(tone: number): number {
    return this.#real[tone]! ** 2 + this.#imaginary[tone]! ** 2;
  }

  /** Phase turn since the last window beyond that of the nominal frequency, -pi to pi. */
  #turn(tone: number): number {
    const nominal = (2 * Math.PI * FREQUENCIES[tone]! * HOP) / SAMPLE_RATE;
    const turn = Math.atan2(this.#imaginary[tone]!, this.#real[tone]!) - this.#phase[tone]! - nominal;
    return turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  }

  /** Power of a sine that is `offHz` beside the nominal frequency, the window's slope undone. */
  #tonePower(tone: number, offHz: number): number {
    const gain = hannGain((offHz * WINDOW) / SAMPLE_RATE);
    return (2 * this.#squared(tone)) / (HANN_SUM * gain) ** 2;
  }

  #isSteady(power: number): boolean {
    for (let block = 0; block < BLOCKS; block++) {
      if (this.#blockPower[block]! < power * STEADY) return false;
    }
    return true;
  }

  #accept(key: number, power: number): void {
    if (key === this.#key) {
      this.#brokenWindows = 0;
      return;
    }
    if (key !== this.#candidate) {
      this.#candidate = key;
      this.#broken();
      return;
    }
    if (this.#key >= 0) this.#end();
    this.#key = key;
    this.#candidate = -1;
    this.#keyPower = power;
    this.#brokenWindows = 0;
    this.#quietBlocks = 0;
    // both windows were full of tone
    this.#hops = (WINDOW + HOP) / HOP;
  }

  #broken(): void {
    if (this.#key < 0) return;
    this.#brokenWindows++;
    if (this.#brokenWindows > BROKEN_WINDOWS) this.#end();
  }

  #end(): void {
    const digit = KEYPAD[this.#key]!;
    this.#key = -1;
    this.#candidate = -1;
    this.#onDigit(digit, Math.round((this.#hops - this.#quietBlocks / 2) * MS_A_HOP));
  }
}
