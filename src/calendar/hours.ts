/** The small language of opening hours: days (`mon-fri`) and half-open intervals (`09:00-12:00,22:00-06:00`). */
import type { Weekday } from './calendar-rules.ts';

export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MINUTES_A_DAY = 24 * 60;

/** Minutes of the day, from included, to excluded; above 1440 it runs into the next day. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Parses `09:00-12:00,13:30-18:00`; undefined when it is no such text. `00:00-24:00` is the whole day. */
export function parseHours(text: string): readonly Interval[] | undefined {
  const intervals: Interval[] = [];
  for (const part of text.split(',')) {
    const found = /^\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/.exec(part);
    if (!found) return undefined;
    const from = minute(found[1]!, found[2]!);
    const to = minute(found[3]!, found[4]!);
    if (!(from < MINUTES_A_DAY && to <= MINUTES_A_DAY) || from === to) return undefined;
    intervals.push({ from, to: to < from ? to + MINUTES_A_DAY : to });
  }
  return intervals.sort((a, b) => a.from - b.from);
}

function minute(hours: string, minutes: string): number {
  return Number(minutes) < 60 ? Number(hours) * 60 + Number(minutes) : Number.NaN;
}

/** The weekdays (0 is Monday) of `mon`, `mon-fri` or `sat-mon`; undefined for other keys. */
export function parseDays(key: string): readonly number[] | undefined {
  const [first, last = first, more] = key.split('-');
  const from = WEEKDAYS.indexOf(first as Weekday);
  const to = WEEKDAYS.indexOf(last as Weekday);
  if (from < 0 || to < 0 || more !== undefined) return undefined;
  const days: number[] = [];
  for (let day = from; ; day = (day + 1) % 7) {
    days.push(day);
    if (day === to) return days;
  }
}

/** `09:05` of minutes of the day; 24:00 at its end. */
export function clockText(minutes: number): string {
  const ofDay = minutes > MINUTES_A_DAY ? minutes - MINUTES_A_DAY : minutes;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}
