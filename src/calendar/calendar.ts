import { ConfigError } from '../shared/errors.ts';
import type { CalendarRules } from './calendar-rules.ts';
import { type DayRange, rangeOf, ruleMistakes } from './check-rules.ts';
import type { Holidays, SpecialDay } from './holidays.ts';
import { clockText, type Interval, parseDays, parseHours, WEEKDAYS } from './hours.ts';
import { DAY_MS, dateOfDay, type Zone } from './zone.ts';

/** Calendars that every hotline has. */
export const BUILT_IN_CALENDARS: Readonly<Record<string, CalendarRules>> = {
  '24x7': { periods: { open: { daily: '00:00-24:00' } } },
  'CN-office-hours': { periods: { open: { 'mon-fri': '09:00-18:00' } }, holidays: 'CN' },
};

/** The period of an instant and why. */
export interface PeriodAt {
  readonly period: string;
  readonly why: string;
}

export interface Slot extends Interval {
  readonly period: string;
}

/** A slot of a certain day, with the answer that it gives: the same for every instant in it. */
export interface DaySlot extends Slot {
  readonly at: PeriodAt;
}

/** One day of the calendar. */
export interface CalendarDay {
  readonly date: string;
  readonly weekday: string;
  readonly kind: 'ordinary' | 'holiday' | 'make-up' | 'day-off' | 'dated';
  /** Name of the holiday, or of the holiday that is made up for; of a day off or a dated one what it is called. */
  readonly name: string | undefined;
  /** In order, without overlap, minutes of this day; what they leave out is `closed`. */
  readonly slots: readonly DaySlot[];
}

/** Asked for each switch of a calendar. */
export type IsOn = (name: string) => boolean;

type WeekTable = readonly (readonly Slot[])[];

/** Rules made ready: each day is worked out once, each instant then is a comparison or two. */
export class Calendar {
  readonly name: string;
  readonly rules: CalendarRules;
  readonly zone: Zone;
  readonly #week: WeekTable;
  readonly #holiday: readonly Slot[];
  readonly #makeUp: readonly Slot[] | undefined;
  readonly #daily: readonly Slot[];
  /** Ranges, not their days: of years of them there are a million. The last that has a day counts. */
  readonly #daysOff: readonly DayRange[];
  readonly #dated: readonly (DayRange & { readonly slots: readonly Slot[] })[];
  readonly #names: readonly (DayRange & { readonly text: string })[];
  readonly #days = new Map<number, CalendarDay>();
  readonly #holidays: Holidays;
  /** Of the holidays that the days were worked out with. */
  #revision = -1;

  /** Throws ConfigError for hours, days or dates that cannot be read. */
  constructor(name: string, rules: CalendarRules, zone: Zone, holidays: Holidays) {
    const [mistake] = ruleMistakes(rules);
    if (mistake) throw new ConfigError(mistake.reason, undefined, mistake.fix);
    this.#holidays = holidays;
    this.name = name;
    this.rules = rules;
    this.zone = zone;
    this.#week = WEEKDAYS.map((_, day) => this.#slots((key) => parseDays(key)?.includes(day) ?? false));
    this.#daily = this.#slots((key) => key === 'daily');
    this.#holiday = this.#slots((key) => key === 'holiday');
    const makeUp = this.#slots((key) => key === 'make-up');
    this.#makeUp = makeUp.length > 0 ? makeUp : undefined;
    this.#daysOff = (rules.daysOff ?? []).map((range) => rangeOf(range)!);
    this.#dated = Object.entries(rules.dates ?? {}).map(([range, hours]) => ({
      ...rangeOf(range)!,
      slots: Object.entries(hours).flatMap(([period, text]) => slotsOf(period, text)),
    }));
    this.#names = Object.entries(rules.names ?? {}).map(([range, text]) => ({ ...rangeOf(range)!, text }));
  }

  /** The period at an instant. What no period covers is `closed`, on a public holiday `holiday`. */
  at(nowMs: number, isOn: IsOn = () => false): PeriodAt {
    for (const name of this.rules.switches ?? []) {
      if (isOn(name)) return { period: name, why: `${name}: switched on` };
    }
    const local = nowMs + this.zone.offsetMs(nowMs);
    const dayNumber = Math.floor(local / DAY_MS);
    const day = this.day(dayNumber);
    const minutes = (local - dayNumber * DAY_MS) / 60_000;
    for (const slot of day.slots) {
      if (minutes < slot.from) break;
      if (minutes < slot.to) return slot.at;
    }
    if (day.kind === 'holiday') return { period: 'holiday', why: `closed: ${day.name} ${day.date}` };
    if (day.kind === 'day-off')
      return { period: 'closed', why: `closed: day off ${day.date}${day.name ? ` (${day.name})` : ''}` };
    return {
      period: 'closed',
      why: `closed: ${dayText(day)} ${clockText(Math.floor(minutes))} is outside all hours`,
    };
  }

  /** A day (since 1970) in one line: `Sat 2026-10-10 make-up 国庆节 National Day: open 09:00-18:00`. */
  dayText(day: number): string {
    const { date, weekday, kind, name, slots } = this.day(day);
    const special = [kind === 'ordinary' ? '' : ` ${kind}`, name ? ` ${name}` : ''].join('');
    const hours = slots.map((slot) => `${slot.period} ${clockText(slot.from)}-${clockText(slot.to)}`);
    return `${capital(weekday)} ${date}${special}: ${hours.join(', ') || 'closed'}`;
  }

  /** A day (since 1970) with its periods. */
  day(day: number): CalendarDay {
    if (this.#revision !== this.#holidays.revision) {
      this.#days.clear();
      this.#revision = this.#holidays.revision;
    }
    let made = this.#days.get(day);
    if (!made) {
      if (this.#days.size >= 64) this.#days.clear();
      made = this.#makeDay(day);
      this.#days.set(day, made);
    }
    return made;
  }

  #makeDay(day: number): CalendarDay {
    const own = this.#own(day);
    // A day off is closed from midnight on; otherwise the night shift of the day before goes on.
    const before = own.kind === 'day-off' ? [] : this.#own(day - 1).slots;
    const carried = before
      .filter((slot) => slot.to > 1440)
      .map((slot) => ({ ...slot, from: 0, to: slot.to - 1440 }));
    const today = own.slots.map((slot) => ({ ...slot, to: Math.min(slot.to, 1440) }));
    const weekday = WEEKDAYS[weekdayOf(day)]!;
    const { kind, name } = own;
    const bare = { date: dateOfDay(day), weekday, kind, name };
    return { ...bare, slots: flatten([...carried, ...today]).map((slot) => answering(slot, bare)) };
  }

  /** What begins on a day, running beyond midnight where it does. */
  #own(day: number): { kind: CalendarDay['kind']; name: string | undefined; slots: readonly Slot[] } {
    const hasDay = ({ from, to }: DayRange) => from <= day && day <= to;
    const called = this.#names.findLast(hasDay)?.text;
    if (this.#daysOff.some(hasDay)) return { kind: 'day-off', name: called, slots: [] };
    const dated = this.#dated.findLast(hasDay);
    if (dated) return { kind: 'dated', name: called, slots: dated.slots };
    const special = this.rules.holidays === 'CN' ? this.#holidays.on(dateOfDay(day)) : undefined;
    return {
      kind: special?.kind ?? 'ordinary',
      name: special?.name,
      slots: [...this.#weekly(day, special), ...this.#daily],
    };
  }

  #weekly(day: number, special: SpecialDay | undefined): readonly Slot[] {
    const weekday = weekdayOf(day);
    if (special?.kind === 'holiday') return this.#holiday;
    if (special?.kind !== 'make-up') return this.#week[weekday]!;
    // A made-up Saturday is worked like the Friday before, a Sunday like the Monday after.
    const like = weekday === 5 ? 4 : weekday === 6 ? 0 : weekday;
    return this.#makeUp ?? this.#week[like]!;
  }

  #slots(isFor: (key: string) => boolean): readonly Slot[] {
    return Object.entries(this.rules.periods).flatMap(([period, weekly]) =>
      Object.entries(weekly).flatMap(([key, text]) => (isFor(key) ? slotsOf(period, text) : [])),
    );
  }
}

function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7;
}

function answering(slot: Slot, day: Omit<CalendarDay, 'slots'>): DaySlot {
  const within = `${clockText(slot.from)}-${clockText(slot.to)}`;
  return { ...slot, at: { period: slot.period, why: `${slot.period}: ${dayText(day)} within ${within}` } };
}

function dayText(day: Omit<CalendarDay, 'slots'>): string {
  return `${capital(day.weekday)} ${day.date}${day.kind === 'make-up' ? ` (make-up day for ${day.name})` : ''}`;
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

function slotsOf(period: string, text: string): readonly Slot[] {
  return parseHours(text)!.map((interval) => ({ ...interval, period }));
}

/** Slots in order of time without overlap: where two meet, the one named first wins. */
function flatten(slots: readonly Slot[]): readonly Slot[] {
  const kept: Slot[] = [];
  for (const slot of slots) {
    let rest: Slot[] = [slot];
    for (const other of kept) {
      rest = rest.flatMap((part) => subtract(part, other));
    }
    kept.push(...rest);
  }
  return kept.sort((a, b) => a.from - b.from);
}

function subtract(part: Slot, other: Interval): Slot[] {
  if (other.to <= part.from || other.from >= part.to) return [part];
  const left = { ...part, to: other.from };
  const right = { ...part, from: other.to };
  return [left, right].filter((each) => each.from < each.to);
}
