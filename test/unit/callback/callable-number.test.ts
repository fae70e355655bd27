import { describe, expect, it } from 'vitest';
import { callableNumber } from '../../../src/callback/callable-number.ts';

describe('a number that the engine calls back', () => {
  it.each([
    ['13800138000', '13800138000'],
    ['+8613800138000', '13800138000'],
    ['075588886666', '075588886666'],
    ['01062345678', '01062345678'],
    ['88886666', '075588886666'],
    ['0318 6234567', '03186234567'],
  ])('%s is called as %s', (keyed, number) => {
    expect(callableNumber(keyed, '0755')).toBe(number);
  });

  it.each([
    '',
    '110',
    '10086',
    '95588',
    '4001234567',
    '8008101234',
    '+85221234567',
    '0012125551234',
    '16812345',
    '075516812345',
    '1380013800',
    '*10#',
  ])('%s is none', (keyed) => {
    expect(callableNumber(keyed, '0755')).toBeUndefined();
  });

  it('needs its area code where the company has none', () => {
    expect(callableNumber('88886666', undefined)).toBeUndefined();
  });
});
