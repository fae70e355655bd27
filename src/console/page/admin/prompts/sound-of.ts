/** Where something is to be heard, by the peaks that are drawn. Pure. */
import type { AudioPeaks } from '../../../api/types.ts';

/** Of 128: about -32 dBFS; noise of a line is below. */
const QUIET = 3;
/** So much stays before the first sound and behind the last: a word is not cut. */
const MARGIN_MS = 100;
/** Less at an end is nothing to speak of. */
const LEAST_MS = 250;

/** From the first sound to the last, with a margin; the whole where there is little silence, or nothing else. */
export function soundOf({ durationMs, channels }: AudioPeaks): {
  readonly fromMs: number;
  readonly toMs: number;
} {
  const pieces = channels[0]?.max.length ?? 0;
  const isLoud = (piece: number) =>
    channels.some(({ min, max }) => (max[piece] ?? 0) > QUIET || (min[piece] ?? 0) < -QUIET);
  let first = 0;
  while (first < pieces && !isLoud(first)) first += 1;
  if (first === pieces) return { fromMs: 0, toMs: durationMs };
  let last = pieces - 1;
  while (!isLoud(last)) last -= 1;
  const msEach = durationMs / pieces;
  const from = Math.round(first * msEach - MARGIN_MS);
  const to = Math.round((last + 1) * msEach + MARGIN_MS);
  return {
    fromMs: from >= LEAST_MS ? from : 0,
    toMs: durationMs - to >= LEAST_MS ? to : durationMs,
  };
}
