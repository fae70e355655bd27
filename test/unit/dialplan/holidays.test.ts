import { describe, expect, it } from 'vitest';
import { Calendar } from '../../../src/calendar/calendar.ts';
import { readHolidays, writeHolidays } from '../../../src/calendar/holiday-file.ts';
import { holidayWarning } from '../../../src/calendar/holiday-source.ts';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { Zone } from '../../../src/calendar/zone.ts';

const ICS = [
  'BEGIN:VCALENDAR',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20270205',
  'DTEND;VALUE=DATE:20270207',
  'SUMMARY:春节 ',
  ' 休',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20270220',
  'SUMMARY:春节 调休上班',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n');

describe('a file of holidays', () => {
  it.each([
    ['ICS', ICS],
    [
      'holiday-cn',
      '[{"year":2027,"days":[{"name":"春节","date":"2027-02-05","isOffDay":true},{"name":"春节","date":"2027-02-06","isOffDay":true},{"name":"春节","date":"2027-02-20","isOffDay":false}]}]',
    ],
    [
      'chinese-days',
      '{"holidays":{"2027-02-05":"Spring Festival,春节,4","2027-02-06":"Spring Festival,春节,4"},"workdays":{"2027-02-20":"Spring Festival,春节,4"}}',
    ],
    [
      'our form',
      '{"2027-02-05":{"kind":"holiday","name":"春节"},"2027-02-06":{"kind":"holiday","name":"春节"},"2027-02-20":{"kind":"make-up","name":"春节"}}',
    ],
  ])('%s', (_, text) => {
    const days = readHolidays(text, 'h');
    expect([...days].map(([date, { kind }]) => [date, kind]).sort()).toEqual([
      ['2027-02-05', 'holiday'],
      ['2027-02-06', 'holiday'],
      ['2027-02-20', 'make-up'],
    ]);
    expect(days.get('2027-02-06')!.name).toContain('春节');
    expect(readHolidays(writeHolidays(days), 'h')).toEqual(new Map([...days].sort()));
  });

  it.each([
    ['', 'no JSON'],
    ['{}', 'holds no holidays'],
    ['{"2027-02-30":{"kind":"holiday","name":"x"}}', "no holiday: '2027-02-30'"],
    ['{"2027-02-03":{"kind":"party","name":"x"}}', 'no holiday'],
    ['{"days":[{"date":"soon"}]}', "no holiday: 'soon'"],
    [ICS.replace('DTSTART;VALUE=DATE:20270220', 'X:1'), 'an event has no date'],
    [
      ICS.replace('DTSTART;VALUE=DATE:20270220', 'DTSTART;VALUE=DATE:20270220\r\nRRULE:FREQ=YEARLY'),
      'repeats by a rule',
    ],
    [ICS.replace('DTEND;VALUE=DATE:20270207', 'DTEND;VALUE=DATE:99990207'), 'lasts longer than 60 days'],
    ['{"days":[null]}', "no holiday: 'undefined'"],
    ['[null]', 'holds no holidays'],
    ['{"holidays":{"soon":5}}', "no holiday: 'soon'"],
  ])('refuses %j', (text, message) => {
    expect(() => readHolidays(text, 'h')).toThrow(message);
  });
});

describe('imported holidays', () => {
  const rules = { periods: { open: { 'mon-fri': '09:00-18:00' } }, holidays: 'CN' } as const;

  it('count from the next call on, in calendars that have worked the day out already', () => {
    const holidays = new Holidays();
    const calendar = new Calendar('office', rules, new Zone('Asia/Shanghai'), holidays);
    const at = Date.parse('2027-02-05T10:00+08:00');
    expect(calendar.at(at).period).toBe('open');
    holidays.take(readHolidays(ICS, 'h'));
    expect(calendar.at(at).period).toBe('holiday');
    expect(calendar.at(Date.parse('2027-02-20T10:00+08:00')).period).toBe('open');
    expect(holidays.lastYear).toBe(2027);
    expect(holidays.on('2026-10-01')?.kind).toBe('holiday');
  });

  it('take the place of a whole year, so that a day that was withdrawn is gone', () => {
    const holidays = new Holidays();
    holidays.take(new Map([['2026-01-01', { kind: 'holiday', name: '元旦' }]]));
    expect(holidays.on('2026-10-01')).toBeUndefined();
    expect(holidays.on('2025-10-01')?.kind).toBe('holiday');
  });

  it('are missed 60 days before the end of the known years, not 61', () => {
    const end = Date.UTC(2027, 0, 1);
    expect(holidayWarning({ lastYear: 2026 }, end - 61 * 86_400_000)).toBeUndefined();
    expect(holidayWarning({ lastYear: 2026 }, end - 60 * 86_400_000)).toContain('end of 2026 only');
  });
});
