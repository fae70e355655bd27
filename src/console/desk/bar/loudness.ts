export const STEPS = 5;
const QUIET_DB = -50;
const LOUD_DB = -5;

/** Of {@link STEPS}, by loudness: a quiet voice shows, and a loud one does not stand at the end. `level`: 0 to 1. */
export function stepsOf(level: number): number {
  const decibels = 20 * Math.log10(Math.max(level, 1e-4));
  const share = (decibels - QUIET_DB) / (LOUD_DB - QUIET_DB);
  return Math.max(0, Math.min(STEPS, Math.round(share * STEPS)));
}
