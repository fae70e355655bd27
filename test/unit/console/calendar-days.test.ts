/** Single days of a calendar are set and cleared; hours and days in words. */
import { describe, expect, it } from 'vitest';
import { sayIn } from '../../../src/console/i18n/words.ts';
import { dayKeyText } from '../../../src/console/kit/entity/value-text.ts';
import { entityWords } from '../../../src/console/kit/entity/words.ts';
import { HOURS, wishOf, withDay } from '../../../src/console/page/admin/calendars/day-change.ts';
import {
  type DayRow,
  nameText,
  periodAt,
  weekdayOf,
} from '../../../src/console/page/admin/calendars/day-text.ts';

const RULES = {
  daysOff: ['2026-08-01/2026-08-05', '2026-03-03'],
  dates: { '2026-12-30/2026-12-31': { open: '09:00-12:00' } },
  names: { '2026-08-01/2026-08-05': '检修' },
};

describe('a day of a calendar', () => {
  it('is what stands for it, in whichever range', () => {
    expect(wishOf(RULES, '2026-08-03')).toEqual({ kind: 'off', reason: '检修' });
    expect(wishOf(RULES, '2026-12-31')).toEqual({
      ...{ kind: 'special', period: 'open', hours: '09:00-12:00', reason: '' },
    });
    expect(wishOf(RULES, '2026-08-06')).toEqual({ kind: 'rule' });
  });

  it('leaves its range, which goes on around it', () => {
    expect(withDay(RULES, '2026-08-03', { kind: 'rule' })).toEqual({
      daysOff: ['2026-03-03', '2026-08-01/2026-08-02', '2026-08-04/2026-08-05'],
      dates: RULES.dates,
      names: { '2026-08-01/2026-08-02': '检修', '2026-08-04/2026-08-05': '检修' },
    });
    expect(withDay(RULES, '2026-08-01', { kind: 'rule' }).daysOff).toEqual([
      '2026-03-03',
      '2026-08-02/2026-08-05',
    ]);
    expect(withDay(RULES, '2026-03-03', { kind: 'rule' }).daysOff).toEqual(['2026-08-01/2026-08-05']);
  });

  it('becomes a day off or one of other hours, with why, and never both', () => {
    const off = withDay(RULES, '2026-12-31', { kind: 'off', reason: ' 年会 ' });
    expect(off).toMatchObject({
      dates: { '2026-12-30': { open: '09:00-12:00' } },
      names: { '2026-12-31': '年会' },
    });
    expect(Object.keys(off.dates)).toEqual(['2026-12-30']);
    expect(wishOf(off, '2026-12-31')).toEqual({ kind: 'off', reason: '年会' });
    const wish = { kind: 'special', period: 'open', hours: '10:00-11:00', reason: '' } as const;
    const special = withDay(off, '2026-12-31', wish);
    expect(wishOf(special, '2026-12-31')).toEqual(wish);
    expect(special.daysOff).not.toContain('2026-12-31');
    expect(special.names).toEqual(RULES.names);
  });

  it('has hours as the engine reads them', () => {
    expect(['09:00-12:00,13:30-18:00', '22:00-06:00', '9-12', ''].map((text) => HOURS.test(text))).toEqual([
      ...[true, true, false, false],
    ]);
  });
});

describe('days and hours in words', () => {
  it.each([
    ['mon-fri', '周一至周五', 'Mon to Fri'],
    ['sat', '周六', 'Sat'],
    ['make-up', '调休上班日', 'make-up work days'],
    ['daily', '每天', 'daily'],
    ['other', 'other', 'other'],
  ])('%s', (key, zh, en) => {
    expect([dayKeyText(key, sayIn(entityWords, 'zh-CN')), dayKeyText(key, sayIn(entityWords, 'en'))]).toEqual(
      [zh, en],
    );
  });

  it('holidays by the language, weekdays, and the period of a time', () => {
    expect([
      nameText('国庆节 National Day', false),
      nameText('国庆节 National Day', true),
      nameText('年会', true),
    ]).toEqual(['国庆节', 'National Day', '年会']);
    expect([weekdayOf('2026-12-07'), weekdayOf('2026-12-13')]).toEqual([0, 6]);
    const day: DayRow = {
      date: '2026-10-01',
      kind: 'holiday',
      name: null,
      slots: [{ period: 'night', from: 0, to: 60 }],
    };
    expect([periodAt(day, 59), periodAt(day, 60)]).toEqual(['night', 'holiday']);
    expect(periodAt({ ...day, kind: 'ordinary' }, 60)).toBe('closed');
  });
});
