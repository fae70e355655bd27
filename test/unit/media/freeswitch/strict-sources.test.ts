import { expect, test } from 'vitest';
import { canRefuseStrangers } from '../../../../src/media/freeswitch/strict-sources.ts';

test.each([
  ['1.10.12-release', false],
  ['1.11.1-release', false],
  ['1.11.2-dev', false],
  ['1.11.2-release\n', true],
  ['1.11.3-dev', true],
  ['1.11.4', true],
  ['1.12', true],
  ['2.0.0', true],
  ['-USAGE: version', false],
])('FreeSWITCH %s can keep strangers out: %s', (version, can) => {
  expect(canRefuseStrangers(version)).toBe(can);
});
