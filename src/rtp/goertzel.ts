import { SAMPLE_RATE } from './tone.ts';

/**
 * Power of one frequency in samples, as a share of their whole power: 1 for that sine alone, near 0 for others. The
 * window should hold several periods; resolution is about 2 / duration Hz.
 */
export function powerShare(samples: Int16Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE);
  let first = 0;
  let second = 0;
  let whole = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index]!;
    const next = sample + coefficient * first - second;
    second = first;
    first = next;
    whole += sample * sample;
  }
  if (whole === 0) return 0;
  const power = first * first + second * second - coefficient * first * second;
  return (2 * power) / (samples.length * whole);
}

/**
 * The strongest frequency in samples (Hz, found in steps of `stepHz`) with its share of the whole power. For tests
 * that prove audio by the tone that was sent.
 */
export function strongestTone(
  samples: Int16Array,
  lowHz = 200,
  highHz = 3400,
  stepHz = 10,
): { hz: number; share: number } {
  let best = { hz: 0, share: 0 };
  for (let hz = lowHz; hz <= highHz; hz += stepHz) {
    const share = powerShare(samples, hz);
    if (share > best.share) best = { hz, share };
  }
  return best;
}
