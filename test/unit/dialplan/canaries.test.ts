import { describe, expect, it } from 'vitest';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { hangup, hotline } from '../../../src/dialplan/index.ts';
import { Canaries, type TriedHotline } from '../../../src/dialplan/plan/canaries.ts';
import { NameBook } from '../../../src/dialplan/plan/names.ts';
import { Plan } from '../../../src/dialplan/plan/plan.ts';
import { NAMES, smallAreas } from '../../support/dialplan-fixture.ts';

const names = new NameBook(NAMES, {
  timeZone: 'Asia/Shanghai',
  prompts: new Set<string>(),
  areas: smallAreas(),
  holidays: new Holidays(),
}).of('demo')!;
const planOf = (version: number) => new Plan(hotline('4001234567', { flow: hangup() }), names, version);
const published = planOf(1);
const trying = (percent: number, version = 2) => {
  const canaries = new Canaries();
  const tried = { version, canary: { percent }, value: {} } as unknown as TriedHotline;
  canaries.replace([tried], () => planOf(version));
  return canaries;
};
const callers = Array.from({ length: 10_000 }, (_, index) => `1380013${String(index).padStart(4, '0')}`);
const triedBy = (canaries: Canaries) => callers.filter((caller) => canaries.of(published, caller));

describe('a share of the callers', () => {
  it('is met over 10,000 callers in a row, and is the same whenever they call', () => {
    for (const percent of [1, 20, 50, 99]) {
      const canaries = trying(percent);
      const first = triedBy(canaries);
      // Three standard deviations of as many throws.
      const tolerance = 3 * Math.sqrt(percent * (100 - percent));
      expect(Math.abs(first.length - percent * 100)).toBeLessThan(tolerance);
      expect(triedBy(canaries)).toEqual(first);
    }
    expect(triedBy(trying(0))).toEqual([]);
    expect(triedBy(trying(100))).toEqual(callers);
  });

  it('keeps its callers when it grows; another version has others', () => {
    const few = triedBy(trying(10));
    const more = new Set(triedBy(trying(30)));
    expect(few.every((caller) => more.has(caller))).toBe(true);
    const others = triedBy(trying(10, 3)).filter((caller) => few.includes(caller));
    expect(others.length).toBeGreaterThan(50);
    expect(others.length).toBeLessThan(150);
  });

  it('spreads over callers who differ in their first digits as well, and leaves withheld numbers out', () => {
    const areas = Array.from({ length: 1000 }, (_, index) => `0${100 + index}5551234`);
    const canaries = trying(50);
    const count = areas.filter((caller) => canaries.of(published, caller)).length;
    expect(Math.abs(count - 500)).toBeLessThan(50);
    expect(trying(100).of(published, '')).toBeUndefined();
    expect(
      canaries.of(new Plan(hotline('4007654321', { flow: hangup() }), names), callers[0]!),
    ).toBeUndefined();
  });
});
