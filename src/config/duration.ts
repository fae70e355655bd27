const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** How a duration is written: a number and its unit, such as `500ms`, `15s`, `1.5s`, `2m`, `1h`. */
export const DURATION_PATTERN = '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$';

/** Milliseconds of a text that matches {@link DURATION_PATTERN}; NaN for any other. */
export function parseDuration(text: string): number {
  const unitAt = text.search(/[a-z]/);
  const unit = text.slice(unitAt);
  if (unitAt <= 0 || !(unit in UNIT_MS)) return Number.NaN;
  return Math.round(Number(text.slice(0, unitAt)) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

/** Milliseconds as they are written, in the largest unit that takes them whole. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  const [unit, size] = Object.entries(UNIT_MS).findLast(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}
