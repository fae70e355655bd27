/** Where nobody speaks, by the peaks that are drawn. Pure. */
import type { AudioPeaks } from '../api/types.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of 128: noise of a line is below, the quietest speech is above. */
const QUIET = 3;
/** Shorter pauses belong to speech. */
const LEAST_MS = 2_000;
/** So much of a silence is heard at its either end: a word is not cut. */
const MARGIN_MS = 300;

/** Silences of all channels at once that are worth skipping. */
export function silencesOf({ durationMs, channels }: AudioPeaks): readonly Span[] {
  const pieces = channels[0]?.max.length ?? 0;
  if (pieces === 0) return [];
  const msEach = durationMs / pieces;
  const isQuiet = (piece: number) =>
    channels.every(({ min, max }) => (max[piece] ?? 0) <= QUIET && (min[piece] ?? 0) >= -QUIET);
  const found: Span[] = [];
  let from: number | undefined;
  for (let piece = 0; piece <= pieces; piece += 1) {
    if (piece < pieces && isQuiet(piece)) {
      from ??= piece;
      continue;
    }
    if (from !== undefined && (piece - from) * msEach >= LEAST_MS)
      found.push({ fromMs: from * msEach + MARGIN_MS, toMs: piece * msEach - MARGIN_MS });
    from = undefined;
  }
  return found;
}

/** Where to go on from a moment; undefined: it is no silence. */
export const behind = (silences: readonly Span[], ms: number): number | undefined =>
  silences.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)?.toMs;
