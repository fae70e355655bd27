import { describe, expect, it } from 'vitest';
import { normaliseCalled, normaliseCaller } from '../../../src/numbering/number.ts';

describe('normaliseCaller', () => {
  it.each([
    ['+8613800138000', '13800138000'],
    ['008613800138000', '13800138000'],
    ['8613800138000', '13800138000'],
    ['013800138000', '13800138000'],
    ['138-0013-8000', '13800138000'],
    ['+8675523456789', '075523456789'],
    ['8675523456789', '075523456789'],
    ['075523456789', '075523456789'],
    ['+861012345678', '01012345678'],
    ['23456789', '075523456789'],
    ['+85221234567', '+85221234567'],
    ['0085221234567', '+85221234567'],
    ['95598', '95598'],
    ['anonymous', ''],
    ['', ''],
    ["1' OR 1=1", ''],
  ])('%s is %s', (raw, number) => {
    expect(normaliseCaller(raw, '0755')).toBe(number);
  });

  it('leaves a local number alone when the trunk has no area code', () => {
    expect(normaliseCaller('23456789', undefined)).toBe('23456789');
  });
});

describe('normaliseCalled', () => {
  it.each([
    ['4001234567', '4001234567'],
    ['+864001234567', '4001234567'],
    ['04001234567', '4001234567'],
    ['07554001234567', '4001234567'],
    ['95598', '95598'],
  ])('%s is %s', (raw, number) => {
    expect(normaliseCalled(raw, '0755')).toBe(number);
  });
});
