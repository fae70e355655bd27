import { describe, expect, it } from 'vitest';
import { Calendar } from '../../src/calendar/calendar.ts';
import { Holidays } from '../../src/calendar/holidays.ts';
import { zoneOf } from '../../src/calendar/zone.ts';
import { calendarBoard } from '../../src/calendar-board.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { companiesIn } from '../support/companies.ts';

const FILE = `tenants: { a: {} }
tenant: a
calendars:
  office:
    periods: { open: { mon-fri: '09:00-18:00' } }
    holidays: CN
    daysOff: [2026-12-24]
    names: { 2026-12-24: 年会 }
`;

const holidays = new Holidays();
const provisioning = new Provisioning(companiesIn(FILE).entities('calendar'));
const board = calendarBoard({ provisioning, holidays, timeZone: 'Asia/Shanghai' });

describe('the year of a calendar', () => {
  it('has each day as calls find it', async () => {
    const { days, ...rest } = await board.year('a', 'office', 2026, undefined);
    expect(rest).toEqual({
      ...{
        year: 2026,
        timeZone: 'Asia/Shanghai',
        usesHolidays: true,
        isYearKnown: true,
        knownTo: holidays.lastYear,
      },
    });
    expect(days).toHaveLength(365);
    const day = (date: string) => days.find((each) => each.date === date);
    const open = [{ period: 'open', from: 540, to: 1080 }];
    expect(day('2026-12-24')).toEqual({ date: '2026-12-24', kind: 'day-off', name: '年会', slots: [] });
    expect(day('2026-12-25')).toMatchObject({ kind: 'ordinary', name: null, slots: open });
    expect(day('2026-10-01')).toMatchObject({ kind: 'holiday', name: '国庆节 National Day', slots: [] });
    expect(day('2026-10-10')).toMatchObject({ kind: 'make-up', slots: open });
    expect((await board.year('a', 'office', 2028, undefined)).days).toHaveLength(366);
  });

  it('says of which year no holidays are known', async () => {
    const next = await board.year('a', 'office', holidays.lastYear + 1, undefined);
    expect(next).toMatchObject({ isYearKnown: false });
    const imported = new Holidays();
    imported.take(new Map([['2031-01-01', { kind: 'holiday', name: '元旦' }]]));
    expect([imported.knows(2031), imported.knows(2030), imported.years().get(2031)]).toEqual([
      ...[true, false, { holidays: 1, workDays: 0, isImported: true }],
    ]);
    expect(imported.years().get(2026)).toMatchObject({ isImported: false });
  });

  it('can be asked of rules that are not saved; what cannot be read is refused', async () => {
    const rules = {
      periods: { open: { daily: '00:00-24:00' } },
      dates: { '2026-01-02': { half: '08:00-12:00' } },
    };
    const [first, second] = (await board.year('a', 'office', 2026, rules)).days;
    expect(first).toMatchObject({ kind: 'ordinary', slots: [{ period: 'open', from: 0, to: 1440 }] });
    expect(second).toMatchObject({ kind: 'dated', slots: [{ period: 'half', from: 480, to: 720 }] });
    const wrong = { periods: { open: { mon: 'soon' } } };
    await expect(board.year('a', 'office', 2026, wrong)).rejects.toMatchObject({ code: 'change-refused' });
    const misnamed = { ...rules, names: { '2026-02-30': 'x' } };
    await expect(board.year('a', 'office', 2026, misnamed)).rejects.toThrow('no date');
    await expect(board.year('b', 'office', 2026, undefined)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of hundreds of ranges of years is worked out in parts, and thousands of hours are refused', async () => {
    const range = (no: number) =>
      `2020-01-${String((no % 28) + 1).padStart(2, '0')}/2029-12-${10 + (no % 20)}`;
    const ranges = Array.from({ length: 400 }, (_, no) => range(no));
    const rules = {
      periods: { open: { daily: '00:00-24:00' } },
      dates: {
        ...Object.fromEntries(ranges.map((each) => [each, { day: '08:00-12:00' }])),
        '2026-01-02': {},
      },
      names: { ...Object.fromEntries(ranges.map((each) => [each, 'decade'])), '2026-01-02': 'alone' },
    };
    let turns = 0;
    let turn = setImmediate(function next() {
      turns++;
      turn = setImmediate(next);
    });
    const { days } = await board.year('a', 'office', 2026, rules);
    clearImmediate(turn);
    expect(turns).toBeGreaterThanOrEqual(20);
    expect(days.slice(0, 2)).toEqual([
      { date: '2026-01-01', kind: 'dated', name: 'decade', slots: [{ period: 'day', from: 480, to: 720 }] },
      { date: '2026-01-02', kind: 'dated', name: 'alone', slots: [] },
    ]);
    const minutes = Array.from({ length: 150 }, () => '08:00-08:01').join();
    const many = { periods: { a: { daily: minutes }, b: { mon: minutes, tue: '08:00-09:00' } } };
    await expect(board.year('a', 'office', 2026, many)).rejects.toMatchObject({ code: 'change-refused' });
  });
});

it('a day off tells its name where a call is decided', () => {
  const rules = { periods: {}, daysOff: ['2026-12-24'], names: { '2026-12-24': '年会' } };
  const calendar = new Calendar('office', rules, zoneOf('Asia/Shanghai'), holidays);
  expect(calendar.at(Date.parse('2026-12-24T10:00:00+08:00')).why).toBe('closed: day off 2026-12-24 (年会)');
});
