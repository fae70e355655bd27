import { expect, it } from 'vitest';
import { systemIds } from '../../../src/shared/ids.ts';

it('makes tokens that can be typed after a command, where `-` begins an option', () => {
  const tokens = Array.from({ length: 5000 }, () => systemIds.token());
  expect(tokens.filter((token) => !/^[\w][\w-]{21}$/.test(token))).toEqual([]);
  expect(new Set(tokens).size).toBe(tokens.length);
});
