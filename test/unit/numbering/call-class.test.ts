import { expect, it } from 'vitest';
import { callClassOf } from '../../../src/numbering/call-class.ts';

const SHENZHEN = {
  areaCode: '0755',
  areaOf: (number: string) => ({ code: number === '13800138000' ? '0755' : '010' }),
};

it.each([
  ...[
    '110',
    '10086',
    '12345',
    '95588',
    '23456789',
    '2345678',
    '075523456789',
    '+8675523456789',
    '4001234567',
  ],
  ...['8008101234', '13800138000', '013800138000', '+86 138 0013 8000', '1790913800138000', '1259323456789'],
])('%s is local in Shenzhen', (number) => {
  expect(callClassOf(number, SHENZHEN)).toBe('local');
});

it.each([
  '01066668888',
  '13900139000',
  '013900139000',
  '008613900139000',
  '17909013900139000',
  '02088888888',
])('%s is domestic', (number) => {
  expect(callClassOf(number, SHENZHEN)).toBe('domestic');
});

it.each([
  ...[
    '0085221234567',
    '+85221234567',
    '0012125550100',
    '+886223456789',
    '179090085221234567',
    '17911+12125550100',
  ],
  // behind two access codes, behind the digit of a gateway's outside line, and what is no number
  ...[
    '17909179090085221234567',
    '900852212345678',
    '9013900139000',
    '0',
    '',
    'alice',
    '0*85221234567',
    '123456789',
  ],
])('%s is international', (number) => {
  expect(callClassOf(number, SHENZHEN)).toBe('international');
});

it('a company without an area code has no mobiles and no area codes that are local', () => {
  const home = { ...SHENZHEN, areaCode: undefined };
  expect(['13800138000', '075523456789', '23456789'].map((number) => callClassOf(number, home))).toEqual([
    'domestic',
    'domestic',
    'local',
  ]);
});
