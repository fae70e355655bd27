import { describe, expect, it } from 'vitest';
import {
  bytes,
  clock,
  count,
  dateTime,
  dayAfter,
  duration,
  instantOf,
  percent,
  phoneNumber,
  shortTime,
} from '../../../src/console/kit/format.ts';

const SHANGHAI = 'Asia/Shanghai';

describe('times are those of the zone, whatever the machine has', () => {
  it.each([
    ['2026-10-01T02:00:07.000Z', SHANGHAI, '2026-10-01 10:00:07'],
    ['2026-09-30T16:00:00.000Z', SHANGHAI, '2026-10-01 00:00:00'],
    ['2026-10-01T02:00:07.000Z', 'America/New_York', '2026-09-30 22:00:07'],
  ])('%s in %s is %s', (at, zone, text) => {
    expect(dateTime(at, zone)).toBe(text);
  });

  it('the day is left out on that day', () => {
    const now = Date.parse('2026-10-01T04:00:00.000Z');
    expect(shortTime('2026-10-01T02:00:07.000Z', SHANGHAI, now)).toBe('10:00:07');
    expect(shortTime('2026-09-30T02:00:07.000Z', SHANGHAI, now)).toBe('09-30 10:00:07');
  });

  it.each([
    ['2026-10-01', '00:00:00', SHANGHAI, '2026-09-30T16:00:00.000Z'],
    // Clocks go forward at 02:00 of the day and back at 02:00.
    ['2026-03-08', '01:30:00', 'America/New_York', '2026-03-08T06:30:00.000Z'],
    ['2026-03-08', '03:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-11-01', '03:00:00', 'America/New_York', '2026-11-01T08:00:00.000Z'],
  ])('%s %s in %s is %s', (date, time, zone, at) => {
    expect(new Date(instantOf(date, time, zone)).toISOString()).toBe(at);
  });

  it('counts days over months', () => {
    expect(dayAfter('2026-02-28', 1)).toBe('2026-03-01');
    expect(dayAfter('2026-10-01', -30)).toBe('2026-09-01');
  });
});

describe('durations and figures', () => {
  it.each([
    [0, '0:00'],
    [999, '0:01'],
    [65_000, '1:05'],
    [3_725_000, '1:02:05'],
  ])('%i ms last %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('a clock that runs shows full seconds, and never less than none', () => {
    expect(clock(1999)).toBe('0:01');
    expect(clock(-500)).toBe('0:00');
  });

  it('are grouped and have their unit', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(percent(0.864)).toBe('86.4 %');
    expect(percent(1)).toBe('100 %');
    expect([bytes(999), bytes(2_976_044), bytes(12_000)]).toEqual(['999 B', '3.0 MB', '12 kB']);
  });
});

describe('telephone numbers are grouped as they are said', () => {
  it.each([
    ['13800138000', '138 0013 8000'],
    ['138****8000', '138 **** 8000'],
    ['4001234567', '400 123 4567'],
    ['075523456789', '0755 2345 6789'],
    ['02088886666', '020 8888 6666'],
    ['01012345678', '010 1234 5678'],
    ['+8613800138000', '+86 138 0013 8000'],
    ['8001', '8001'],
    ['10086', '10086'],
    ['anonymous', 'anonymous'],
    ['', ''],
  ])('%s reads %s', (number, text) => {
    expect(phoneNumber(number)).toBe(text);
  });
});
