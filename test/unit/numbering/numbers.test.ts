import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallRates } from '../../../src/numbering/call-rates.ts';
import { NumberList } from '../../../src/numbering/number-list.ts';
import { NumberTable, numberKey } from '../../../src/numbering/number-table.ts';

describe('NumberTable', () => {
  it('keeps leading zeros apart, and refuses what is no number', () => {
    expect(numberKey('010')).not.toBe(numberKey('10'));
    expect(numberKey('1234567890123456')).toBe(-1);
    expect(numberKey('12a')).toBe(-1);
    expect(numberKey('+852')).not.toBe(numberKey('852'));
    expect(numberKey('+123456789012345')).toBeGreaterThan(0);
    expect(numberKey('+1234567890123456')).toBe(-1);
    expect(numberKey('075512', 4)).toBe(numberKey('0755'));
  });

  it('behaves as a Map does, through adds, removals, terms and growth', () => {
    const key = fc.integer({ min: 1, max: 60 }).map((each) => each * 7_919_000_017);
    const command = fc.record({
      key,
      act: fc.constantFrom('add', 'remove', 'term'),
      until: fc.nat({ max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300 }), fc.nat({ max: 100 }), (commands, now) => {
        const table = new NumberTable();
        const model = new Map<number, number>();
        for (const { key, act, until } of commands) {
          if (act === 'remove') expect(table.remove(key)).toBe(model.delete(key));
          else {
            const untilMs = act === 'term' ? (until + 1) * 1000 : Number.POSITIVE_INFINITY;
            table.add(key, { untilMs, ...(act === 'term' && { reason: `r${until}` }) });
            model.set(key, untilMs);
          }
        }
        expect(table.size).toBe(model.size);
        for (let index = 1; index <= 60; index++) {
          const each = index * 7_919_000_017;
          const slot = table.find(each, now * 1000);
          expect(slot >= 0).toBe((model.get(each) ?? 0) > now * 1000);
          const until = model.get(each)!;
          if (slot >= 0)
            expect(table.reasonAt(slot)).toBe(Number.isFinite(until) ? `r${until / 1000 - 1}` : undefined);
        }
      }),
    );
  });

  it('does not slow down when entries come and go', () => {
    const table = new NumberTable();
    for (let index = 1; index < 20_000; index++) {
      table.add(index);
      if (index > 10) table.remove(index - 10);
    }
    expect(table.size).toBe(10);
    expect(table.bytes).toBeLessThan(1_000_000);
  });
});

describe('NumberList', () => {
  it('finds numbers in any notation, and prefixes of any length', () => {
    const list = new NumberList('x');
    expect(list.add('+8613800138000', { reason: 'fraud' })).toBe(true);
    expect(list.addPrefix('0898')).toBe(true);
    expect(list.addPrefix('+852')).toBe(true);
    expect(list.addPrefix('')).toBe(false);
    expect(list.add('nobody')).toBe(false);
    expect(list.find('13800138000', 0)).toEqual({ by: 'number', reason: 'fraud' });
    expect(list.find('089812345678', 0)).toEqual({ by: 'prefix', reason: undefined });
    expect(list.find('+85212345678', 0)?.by).toBe('prefix');
    expect(list.find('', 0)).toBeUndefined();
    expect(list.find('089', 0)).toBeUndefined();
    expect(list.remove('013800138000')).toBe(true);
    expect(list.find('13800138000', 0)).toBeUndefined();
    expect(list.size).toBe(2);
  });
});

describe('CallRates', () => {
  it('lets in as many as allowed within any window, as counting by hand does', () => {
    const steps = fc.array(fc.record({ ms: fc.nat({ max: 400 }), who: fc.constantFrom('a', 'b') }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (calls, limit) => {
        const rates = new CallRates();
        const letIn: { readonly at: number; readonly who: string }[] = [];
        let now = 1000;
        for (const { ms, who } of calls) {
          now += ms;
          const recent = letIn.filter((each) => each.who === who && each.at > now - 1000).length;
          expect(rates.admit(who, now, limit, 1000)).toBe(recent < limit);
          if (recent < limit) letIn.push({ at: now, who });
        }
      }),
    );
  });

  it('forgets callers who have not called for long', () => {
    const rates = new CallRates();
    for (let index = 0; index < 20_000; index++)
      expect(rates.admit(`c${index}`, index * 1000, 1, 5000)).toBe(true);
    expect(rates.admit('c19999', 19_999_500, 1, 5000)).toBe(false);
    expect(rates.size).toBeLessThan(9000);
  });

  it('remembers no more callers than it has room for, within however long a window', () => {
    const rates = new CallRates();
    for (let index = 0; index < 250_000; index++) rates.admit(`c${index}`, index, 1, 86_400_000);
    expect(rates.size).toBeLessThanOrEqual(200_000);
    expect(rates.size).toBeGreaterThan(180_000);
    expect(rates.admit('c249999', 250_000, 1, 86_400_000)).toBe(false);
  });
});
