import { expect, it } from 'vitest';
import { maskedNumber, textShown } from '../../../src/shared/masked-number.ts';

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

it('is masked wherever it stands in a text, and nothing else is', () => {
  const why = '13800138000 is on list vip since 2026-10-12; calls 8001, then +85221234567, id c1234567890-x';
  expect(textShown(why, maskedNumber)).toBe(
    '138****8000 is on list vip since 2026-10-12; calls 8001, then +852****4567, id c1234567890-x',
  );
});
