import { describe, expect, it } from 'vitest';
import { daysOf, filterOf, isLongEnough, isNarrowed } from '../../../src/console/page/calls/filter.ts';

const ZONE = 'Asia/Shanghai';
/** 2026-10-01 01:00 by the company's clock, the day before elsewhere. */
const NOW = Date.parse('2026-09-30T17:00:00.000Z');
const of = (search: string) => filterOf(new URLSearchParams(search), ZONE, NOW);

describe('the address of the list of calls', () => {
  it.each([
    ['', '2026-09-24T16:00:00.000Z', undefined],
    ['range=today', '2026-09-30T16:00:00.000Z', undefined],
    ['range=yesterday', '2026-09-29T16:00:00.000Z', '2026-09-30T16:00:00.000Z'],
    ['range=month', '2026-09-01T16:00:00.000Z', undefined],
    ['range=all', undefined, undefined],
    ['range=custom&from=2026-09-01&to=2026-09-02', '2026-08-31T16:00:00.000Z', '2026-09-02T16:00:00.000Z'],
    ['range=custom&from=yesterday', undefined, undefined],
    ['range=nonsense', '2026-09-24T16:00:00.000Z', undefined],
  ])('%s means whole days of the company', (search, from, to) => {
    expect(of(search)).toEqual({ ...(from && { from }), ...(to && { to }) });
  });

  it('has the filters of the API, and nothing else that somebody writes there', () => {
    expect(of('range=all&q= 8001 &outcome=answered&queue=&evil=1')).toEqual({
      q: '8001',
      outcome: 'answered',
    });
    expect(daysOf(new URLSearchParams('range=all&from=2026-01-01'), ZONE, NOW)).toEqual({});
  });

  it('tells whether anything but the time is asked for', () => {
    expect(isNarrowed(new URLSearchParams('range=today'))).toBe(false);
    expect(isNarrowed(new URLSearchParams('queue=sales'))).toBe(true);
  });

  it.each([
    ['', true],
    ['800', false],
    ['8001', true],
    ['8001 12', false],
    ['张', false],
    ['张伟', true],
  ])('a search for %j is one: %s', (search, is) => {
    expect(isLongEnough(search)).toBe(is);
  });
});
