import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar } from '../../../src/calendar/calendar.ts';
import type { CalendarRules } from '../../../src/calendar/calendar-rules.ts';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { DAY_MS, dateOfDay, dayOfDate, Zone } from '../../../src/calendar/zone.ts';

const calendar = (rules: CalendarRules, zone = 'Asia/Shanghai') =>
  new Calendar('test', rules, new Zone(zone), new Holidays());
const office = (extra: Partial<CalendarRules> = {}) =>
  calendar({ periods: { open: { 'mon-fri': '09:00-18:00' } }, holidays: 'CN', ...extra });
const at = (each: Calendar, time: string) => each.at(Date.parse(time)).period;
const cn = (each: Calendar, time: string) => at(each, `${time}+08:00`);

describe('a calendar', () => {
  it('is half-open: in at 09:00:00.000, out at 18:00:00.000', () => {
    const each = office();
    expect(cn(each, '2026-10-15T08:59:59.999')).toBe('closed');
    expect(cn(each, '2026-10-15T09:00:00.000')).toBe('open');
    expect(cn(each, '2026-10-15T17:59:59.999')).toBe('open');
    expect(cn(each, '2026-10-15T18:00:00.000')).toBe('closed');
  });

  it('knows public holidays and make-up work days, and says why', () => {
    const each = office();
    expect(each.at(Date.parse('2026-10-01T10:00+08:00'))).toEqual({
      period: 'holiday',
      why: 'closed: 国庆节 National Day 2026-10-01',
    });
    expect(each.at(Date.parse('2026-10-10T10:00+08:00'))).toEqual({
      period: 'open',
      why: 'open: Sat 2026-10-10 (make-up day for 国庆节 National Day) within 09:00-18:00',
    });
    expect(each.at(Date.parse('2026-10-17T10:00+08:00')).why).toBe(
      'closed: Sat 2026-10-17 10:00 is outside all hours',
    );
    expect(new Holidays().on('2026-10-15')).toBeUndefined();
    expect(new Holidays().lastYear).toBeGreaterThanOrEqual(2026);
  });

  it('takes the hours of `holiday` and `make-up` where they are given', () => {
    const periods = { open: { 'mon-fri': '09:00-18:00', holiday: '10:00-12:00', 'make-up': '09:00-12:00' } };
    const each = calendar({ periods, holidays: 'CN' });
    expect(cn(each, '2026-10-01T11:00')).toBe('open');
    expect(cn(each, '2026-10-01T13:00')).toBe('holiday');
    expect(cn(each, '2026-10-10T11:00')).toBe('open');
    expect(cn(each, '2026-10-10T13:00')).toBe('closed');
  });

  it('works without holidays where they do not count', () => {
    expect(cn(office({ holidays: 'none' }), '2026-10-01T10:00')).toBe('open');
    expect(cn(office({ holidays: 'none' }), '2026-10-10T10:00')).toBe('closed');
  });

  it('has company days off, with both ends, and other hours on single dates', () => {
    const each = office({
      daysOff: ['2026-10-15', '2026-11-02/2026-11-04'],
      dates: { '2026-12-31': { open: '09:00-12:00' }, '2026-11-04/2026-11-05': { open: '20:00-21:00' } },
    });
    expect(each.at(Date.parse('2026-10-15T10:00+08:00')).why).toBe('closed: day off 2026-10-15');
    for (const date of ['2026-11-02', '2026-11-03', '2026-11-04'])
      expect(cn(each, `${date}T20:30`)).toBe('closed');
    expect(cn(each, '2026-11-05T20:30')).toBe('open');
    expect(cn(each, '2026-11-05T10:00')).toBe('closed');
    expect(cn(each, '2026-12-31T11:00')).toBe('open');
    expect(cn(each, '2026-12-31T13:00')).toBe('closed');
  });

  it('runs over midnight and over the end of the year', () => {
    const each = calendar({ periods: { night: { daily: '22:00-06:00' }, open: { daily: '06:00-22:00' } } });
    for (const time of ['2026-12-31T23:59:59.999', '2027-01-01T00:00', '2027-01-01T05:59:59.999']) {
      expect(cn(each, time)).toBe('night');
    }
    expect(cn(each, '2027-01-01T06:00')).toBe('open');
    const sunday = calendar({ periods: { open: { sun: '22:00-02:00' } } });
    expect(cn(sunday, '2026-10-19T01:59')).toBe('open');
    expect(cn(sunday, '2026-10-19T02:00')).toBe('closed');
    expect(cn(sunday, '2026-10-18T01:00')).toBe('closed');
  });

  it('a day off is closed from midnight on, even for the night shift', () => {
    const each = calendar({ periods: { open: { daily: '22:00-06:00' } }, daysOff: ['2026-10-15'] });
    expect(cn(each, '2026-10-14T23:59')).toBe('open');
    expect(cn(each, '2026-10-15T00:00')).toBe('closed');
    expect(cn(each, '2026-10-16T00:00')).toBe('closed');
  });

  it('the period written first wins where two overlap', () => {
    const each = calendar({ periods: { lunch: { daily: '12:00-13:00' }, open: { daily: '09:00-18:00' } } });
    expect(cn(each, '2026-10-15T11:59')).toBe('open');
    expect(cn(each, '2026-10-15T12:00')).toBe('lunch');
    expect(cn(each, '2026-10-15T13:00')).toBe('open');
  });

  it('switches beat the clock', () => {
    const each = office({ switches: ['night'] });
    const now = Date.parse('2026-10-15T10:00+08:00');
    expect(each.at(now, (name) => name === 'night')).toEqual({ period: 'night', why: 'night: switched on' });
    expect(each.at(now, () => false).period).toBe('open');
  });

  it('follows the zone over its changes: 09:00 in Berlin is 09:00 in summer and winter', () => {
    const each = calendar({ periods: { open: { daily: '09:00-18:00' } } }, 'Europe/Berlin');
    expect(at(each, '2026-10-24T06:59:59Z')).toBe('closed');
    expect(at(each, '2026-10-24T07:00:00Z')).toBe('open');
    expect(at(each, '2026-10-25T07:59:59Z')).toBe('closed');
    expect(at(each, '2026-10-25T08:00:00Z')).toBe('open');
    expect(at(each, '2026-10-24T07:00:00Z')).toBe('open');
  });

  it('is not fooled by the zone of the machine', () => {
    const before = process.env['TZ'];
    try {
      for (const zone of ['America/New_York', 'Pacific/Kiritimati']) {
        process.env['TZ'] = zone;
        expect(cn(office(), '2026-10-01T00:00')).toBe('holiday');
        expect(cn(office(), '2026-10-10T09:00')).toBe('open');
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('tells the days ahead in one line each', () => {
    expect(office().dayText(dayOfDate('2026-10-10')!)).toBe(
      'Sat 2026-10-10 make-up 国庆节 National Day: open 09:00-18:00',
    );
    expect(office().dayText(dayOfDate('2026-10-18')!)).toBe('Sun 2026-10-18: closed');
  });

  it.each([
    [{ periods: { open: { mon: '9-18' } } }, "no hours: '9-18'"],
    [{ periods: { open: { mon: '09:00-25:00' } } }, 'no hours'],
    [{ periods: { open: { mon: '09:00-09:00' } } }, 'no hours'],
    [{ periods: {}, daysOff: ['2026-02-30'] }, "no date: '2026-02-30'"],
    [{ periods: {}, daysOff: ['2026-03-02/2026-03-01'] }, 'no date'],
  ])('refuses %o', (rules, message) => {
    expect(() => calendar(rules as CalendarRules)).toThrow(message);
  });

  it('has exactly one period at every instant, whatever the hours', () => {
    const hours = fc
      .tuple(fc.nat({ max: 1439 }), fc.nat({ max: 1440 }))
      .filter(([from, to]) => from !== to && from < 1440)
      .map(([from, to]) => `${clock(from)}-${clock(to)}`);
    fc.assert(
      fc.property(hours, hours, fc.nat({ max: 14 * 1440 }), (first, second, minute) => {
        const each = calendar({ periods: { a: { 'fri-mon': first }, b: { daily: second } } });
        const now = Date.parse('2026-10-15T00:00+08:00') + minute * 60_000;
        const day = each.day(Math.floor((now + 8 * 3600_000) / DAY_MS));
        const ofDay = ((now + 8 * 3600_000) % DAY_MS) / 60_000;
        const slots = day.slots.filter((slot) => slot.from <= ofDay && ofDay < slot.to);
        expect(slots.length).toBeLessThanOrEqual(1);
        expect(each.at(now).period).toBe(slots[0]?.period ?? 'closed');
        for (const [index, slot] of day.slots.entries())
          expect(day.slots[index + 1]?.from ?? 1440).toBeGreaterThanOrEqual(slot.to);
      }),
    );
  });

  it('days and dates are each other’s inverse', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 60_000 }), (day) => {
        expect(dayOfDate(dateOfDay(day))).toBe(day);
      }),
    );
  });
});

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
