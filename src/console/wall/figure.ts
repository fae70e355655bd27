/** Figures as they stand on a wallboard, and in its editor. Pure. */
import type { MetricUnit } from '../../shared/board-metrics.ts';

/** What stands large, and small behind it. */
export interface FigureText {
  readonly figure: string;
  readonly suffix: string;
}

/** `12`, `1:05`, `86.4` `%`; of what is not known a dash. */
export function figureText(unit: MetricUnit, value: number | null): FigureText {
  if (value === null) return { figure: '–', suffix: '' };
  if (unit === 'share') return { figure: percent(value), suffix: '%' };
  if (unit === 'ms') return { figure: clockOf(value), suffix: '' };
  return { figure: value.toLocaleString('en-US', { maximumFractionDigits: 1 }), suffix: '' };
}

/** Cut, not rounded up: 99.96 % is not all. */
const percent = (share: number) => {
  const tenths = Math.floor(share * 1000 + 1e-9);
  return tenths >= 1000 ? String(tenths / 10) : (tenths / 10).toFixed(1);
};

/** `1:05`, `1:02:03`. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (count: number) => String(count).padStart(2, '0');
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
