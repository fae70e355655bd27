import { describe, expect, it } from 'vitest';
import {
  isInternational,
  normaliseCalled,
  normaliseCaller,
  normalisePrefix,
} from '../../../src/numbering/number.ts';

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
    expect(normaliseCaller(number, '0755')).toBe(number);
  });

  it('leaves a local number alone when the trunk has no area code', () => {
    expect(normaliseCaller('23456789', undefined)).toBe('23456789');
  });
});

describe('normalisePrefix', () => {
  it.each([
    ['0898', '0898'],
    ['+852', '+852'],
    ['00852', '+852'],
    ['+86755', '0755'],
    ['0086755', '0755'],
    ['+86138', '138'],
    ['+8610', '010'],
    ['138', '138'],
    ['1', '1'],
    ['+', ''],
    ['12a', ''],
  ])('%s is %s', (raw, prefix) => {
    expect(normalisePrefix(raw)).toBe(prefix);
  });
});

it('knows numbers from abroad, Hong Kong included', () => {
  expect(isInternational(normaliseCaller('0085221234567'))).toBe(true);
  expect(isInternational(normaliseCaller('+8613800138000'))).toBe(false);
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
