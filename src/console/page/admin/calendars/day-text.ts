/** Days and hours in words. Pure. */
import type { CalendarYear } from '../../../api/types.ts';
import type { Say } from '../../../i18n/words.ts';
import type { calendarWords } from './words.ts';

/** A day of the year. */
export type DayRow = CalendarYear['days'][number];

type CalendarSay = Say<keyof (typeof calendarWords)['texts']['en']>;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

const two = (value: number) => String(value).padStart(2, '0');
export const clockText = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

/** Names that companies give are theirs. */
export function periodText(period: string, say: CalendarSay): string {
  if (period === 'open' || period === 'closed') return say(period);
  return period === 'holiday' ? say('nobody') : period;
}

/** `2026 年 12 月 10 日 周四`, `10/12/2026 Thursday`. */
export function dateText(date: string, say: CalendarSay): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return `${say('dayOf', { year, month, day })} ${say(WEEKDAYS[weekdayOf(date)]!)}`;
}

/** `国庆节 National Day`: the Chinese, or the English. */
export function nameText(name: string, isEnglish: boolean): string {
  const found = /^([^\x20-\x7e]\S*) ([A-Za-z].*)$/.exec(name);
  return found ? found[isEnglish ? 2 : 1]! : name;
}

/** The kind of a day with its name: `调休上班（国庆节）`. */
export function kindText({ kind, name }: DayRow, say: CalendarSay, isEnglish: boolean): string {
  if (name === null) return say(kind);
  const called = nameText(name, isEnglish);
  return isEnglish ? `${say(kind)} (${called})` : `${say(kind)}（${called}）`;
}

export function slotsText({ slots }: DayRow, say: CalendarSay): string {
  if (slots.length === 0) return say('closedAll');
  return slots
    .map(({ period, from, to }) => `${periodText(period, say)} ${clockText(from)}–${clockText(to)}`)
    .join(say('comma'));
}

/** The period of a time of a day. */
export function periodAt({ slots, kind }: DayRow, minutes: number): string {
  const slot = slots.find(({ from, to }) => minutes >= from && minutes < to);
  return slot?.period ?? (kind === 'holiday' ? 'holiday' : 'closed');
}
