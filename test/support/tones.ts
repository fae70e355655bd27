/** Tones made and found again: the proof that audio really passed. All at 8 kHz, PCM16. */

/**
 * Amplitude of the sine of `frequency` Hz in `samples` (32767 is full scale), by the Goertzel algorithm. With 200 ms of
 * samples, frequencies that are multiples of 5 Hz do not see each other.
 */
export function toneLevel(samples: Int16Array, frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / 8000);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const power = last * last + before * before - coefficient * last * before;
  return samples.length === 0 ? 0 : (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** Root mean square of `samples`: 0 is silence. */
export function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

/** The two frequencies of a key (ITU-T Q.23). */
export function keyTones(key: string): readonly [number, number] {
  const at = '123A456B789C*0#D'.indexOf(key);
  if (at < 0 || key.length !== 1) throw new RangeError(`no such key: ${key}`);
  return [[697, 770, 852, 941][at >> 2]!, [1209, 1336, 1477, 1633][at & 3]!];
}

/** A-law of one sample (ITU-T G.711), computed, not looked up: an oracle apart from the code under test. */
export function encodeALaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(4095, (sign ? sample : -sample - 1) >> 3);
  const exponent = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4;
  const mantissa = (magnitude >> Math.max(1, exponent)) & 15;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

/** The sample that an A-law byte stands for. */
export function decodeALaw(byte: number): number {
  const bits = byte ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 1) | 1;
  const magnitude = exponent === 0 ? mantissa << 3 : (mantissa + 32) << (exponent + 2);
  return bits & 0x80 ? magnitude : -magnitude;
}

const MU_BIAS = 33;

/** Mu-law of one sample (ITU-T G.711). */
export function encodeMuLaw(sample: number): number {
  const magnitude = Math.min(8158, Math.abs(sample) >> 2) + MU_BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 5;
  const mantissa = (magnitude >> (exponent + 1)) & 15;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** The sample that a mu-law byte stands for. */
export function decodeMuLaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 15) << 1) + MU_BIAS) << ((bits >> 4) & 7)) - MU_BIAS;
  return (bits & 0x80 ? -magnitude : magnitude) * 4;
}
