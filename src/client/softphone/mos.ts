/** What one hears of the way to the PBX and back. */
interface Way {
  readonly roundTripMs: number | undefined;
  readonly jitterMs: number;
  /** 0 to 1. */
  readonly loss: number;
}

/** What a browser needs to play without gaps, beside the way, ms. */
const PLAYING_MS = 40;
/** G.711 with concealment (ITU-T G.113, appendix I). */
const BPL = 25.1;

/** How well one hears, 1 to 4.5, by the E-model for G.711 (ITU-T G.107, with the delay as in its annex A simplified). */
export function mosOf({ roundTripMs, jitterMs, loss }: Way): number {
  const delay = (roundTripMs ?? 0) / 2 + 2 * jitterMs + PLAYING_MS;
  const late = delay > 177.3 ? 0.11 * (delay - 177.3) : 0;
  const lossPercent = 100 * loss;
  const r = 93.2 - 0.024 * delay - late - (95 * lossPercent) / (lossPercent + BPL);
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}
