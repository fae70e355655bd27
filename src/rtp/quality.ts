/** What listeners would say of a leg (ITU-T G.107, the E-model with its defaults; G.113 for G.711). */

/** G.113 table I.4: robustness of G.711 against random loss, with packet loss concealment. */
const BPL_G711_CONCEALED = 25.1;
/** G.107 7.7: the rating of a perfect narrow-band connection with all defaults. */
const R_DEFAULT = 93.2;

/** What the estimate is made of. */
export interface LegQuality {
  /** Share of packets lost or late, 0-1. */
  readonly loss: number;
  readonly jitterMs: number;
  /** From RTCP; undefined counts as a short path. */
  readonly roundTripMs: number | undefined;
}

/** Mean opinion score from 1.0 (useless) to 4.41 (perfect G.711). */
export function estimateMos({ loss, jitterMs, roundTripMs }: LegQuality): number {
  const percent = 100 * Math.min(1, Math.max(0, loss));
  // one way: half the round trip, a packet, and a jitter buffer of twice the jitter
  const delayMs = (roundTripMs ?? 0) / 2 + 20 + 2 * jitterMs;
  // simplified G.107 7.4: delay hurts little below 177 ms, much above
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  // G.107 7.5, random loss, Ie of G.711 is 0
  const lossImpairment = (95 * percent) / (percent + BPL_G711_CONCEALED);
  return ratingToMos(R_DEFAULT - delayImpairment - lossImpairment);
}

/** G.107 Annex B. */
function ratingToMos(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}
