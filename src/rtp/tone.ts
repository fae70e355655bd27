/** Tones made of sines: DTMF (ITU-T Q.23) and the call-progress tones of GB/T 3380. Samples at 8 kHz. */

export const SAMPLE_RATE = 8000;

/** Peak of a sine of 0 dBm0 in 16 bits: overload of A-law is +3.14 dBm0 (ITU-T G.711 table 5). */
const PEAK_AT_0_DBM0 = 32767 / 10 ** (3.14 / 20);

/** A piece of a cadence: sines that sound together, silence when there is none. */
export interface ToneSegment {
  readonly frequencies: readonly number[];
  readonly durationMs: number;
}

/** A cadence that repeats, such as ringback: 1 s tone, 4 s pause. */
export interface Tone {
  readonly segments: readonly ToneSegment[];
  /** Level of each sine. */
  readonly levelDbm0: number;
}

const on = (hz: number, durationMs: number): ToneSegment => ({ frequencies: [hz], durationMs });
const off = (durationMs: number): ToneSegment => ({ frequencies: [], durationMs });
const GB = 450;

/** Tones of GB/T 3380 (all 450 Hz), and the 1 kHz beep before a voicemail. */
export const TONES = {
  /** 拨号音: continuous. */
  dial: { segments: [on(GB, 1000)], levelDbm0: -10 },
  /** 回铃音: 1 s on, 4 s off. */
  ringback: { segments: [on(GB, 1000), off(4000)], levelDbm0: -10 },
  /** 忙音: 0.35 s on, 0.35 s off. */
  busy: { segments: [on(GB, 350), off(350)], levelDbm0: -10 },
  /** 拥塞音: 0.7 s on, 0.7 s off. */
  congestion: { segments: [on(GB, 700), off(700)], levelDbm0: -10 },
  beep: { segments: [on(1000, 300)], levelDbm0: -10 },
} as const satisfies Record<string, Tone>;

/** ITU-T Q.23: rows and columns of the keypad, Hz. */
export const DTMF_ROWS = [697, 770, 852, 941] as const;
export const DTMF_COLUMNS = [1209, 1336, 1477, 1633] as const;
/** The keypad, row by row. */
export const KEYPAD = '123A456B789C*0#D';

/** One digit and the pause after it. Throws RangeError when it is no DTMF digit. */
export function dtmfTone(digit: string, durationMs = 100, pauseMs = 60, levelDbm0 = -9): Tone {
  const key = KEYPAD.indexOf(digit.toUpperCase());
  if (digit.length !== 1 || key < 0) throw new RangeError(`no DTMF digit: '${digit}'`);
  const frequencies = [DTMF_ROWS[key >> 2]!, DTMF_COLUMNS[key & 3]!];
  return { segments: [{ frequencies, durationMs }, off(pauseMs)], levelDbm0 };
}

/** Samples of one cadence. It may be repeated without a click when its frequencies are whole Hz and it lasts 1 s. */
export function renderTone(tone: Tone): Int16Array {
  const lengths = tone.segments.map(({ durationMs }) => Math.round((durationMs * SAMPLE_RATE) / 1000));
  const samples = new Int16Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  tone.segments.forEach(({ frequencies }, index) => {
    const length = lengths[index]!;
    addSines(samples.subarray(at, at + length), frequencies, tone.levelDbm0);
    at += length;
  });
  return samples;
}

/** Adds sines of one level to the samples there are. */
export function addSines(samples: Int16Array, frequencies: readonly number[], levelDbm0: number): void {
  const peak = dbm0ToPeak(levelDbm0);
  for (const hz of frequencies) {
    const step = (2 * Math.PI * hz) / SAMPLE_RATE;
    for (let index = 0; index < samples.length; index++) {
      const sum = samples[index]! + peak * Math.sin(step * index);
      samples[index] = Math.max(-32768, Math.min(32767, Math.round(sum)));
    }
  }
}

/** Peak sample value of a sine of that level. */
export function dbm0ToPeak(levelDbm0: number): number {
  return PEAK_AT_0_DBM0 * 10 ** (levelDbm0 / 20);
}

/** Level of samples as a sine of the same power would have, dBm0; -Infinity for digital silence. */
export function levelDbm0(samples: Int16Array): number {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return 10 * Math.log10((2 * power) / samples.length / PEAK_AT_0_DBM0 ** 2);
}
