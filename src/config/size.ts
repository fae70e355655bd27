const UNIT_BYTES = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** How a size is written: a number and its unit, such as `500MB`, `1.5GB`, `2TB`. */
export const SIZE_PATTERN = '^\\d{1,6}(\\.\\d{1,3})?(MB|GB|TB)$';

/** Bytes of a text that matches {@link SIZE_PATTERN}; NaN for any other. */
export function parseSize(text: string): number {
  const unit = text.slice(-2);
  if (!(unit in UNIT_BYTES)) return Number.NaN;
  return Math.round(Number(text.slice(0, -2)) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]);
}
