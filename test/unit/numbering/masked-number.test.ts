import { expect, it } from 'vitest';
import { maskedNumber } from '../../../src/numbering/masked-number.ts';

it.each([
  ['13800138000', '138****8000'],
  ['075523456789', '0755****6789'],
  ['01066668888', '0106****8888'],
  ['+85221234567', '+852****4567'],
  ['4001234567', '40****67'],
  ['23456789', '23****89'],
  ['2345678', '23****78'],
  ['95588', '95588'],
  ['', ''],
])('%s is shown as %s', (number, masked) => {
  expect(maskedNumber(number)).toBe(masked);
});
