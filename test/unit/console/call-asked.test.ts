import { describe, expect, it } from 'vitest';
import { bodyOf, callIn, FIRST_CALL, faultOf } from '../../../src/console/tester/call-asked.ts';
import { differenceOf } from '../../../src/console/tester/difference.ts';

describe('a call typed in one line', () => {
  it.each([
    ['4001234567', { called: '4001234567', caller: '13800138000', at: '', keys: '' }],
    [
      '4001234567 from 0755-12345678 at 2026-10-01 10:00, keys 1 2, as VIP',
      { called: '4001234567', caller: '075512345678', at: '2026-10-01 10:00', keys: '1 2', as: 'vip' },
    ],
    [
      '4001234567 主叫 075512345678 时间 2026年10月1日 9:05 按键 1、2 黑名单',
      {
        called: '4001234567',
        caller: '075512345678',
        at: '2026-10-01 09:05',
        keys: '1 2',
        as: 'blacklisted',
      },
    ],
    [
      '400-123-4567 13900139000 8:30',
      { called: '4001234567', caller: '13900139000', at: '2026-12-01 08:30' },
    ],
    ['4001234567 匿名 白名单', { called: '4001234567', caller: '', as: 'whitelisted' }],
    ['4001234567 withheld keys 1# - 2*', { caller: '', keys: '1# - 2*' }],
    ['key 3 4001234567', { called: '4001234567', keys: '3' }],
    ['在 2026-10-01 打 4001234567', { called: '4001234567', at: '2026-10-01 00:00' }],
  ])('%s', (text, call) => expect(callIn(text, '2026-12-01')).toMatchObject(call));

  it('is none without a number that is called', () => {
    expect(callIn('通话', '2026-12-01')).toBeUndefined();
    expect(callIn('from 075512345678', '2026-12-01')).toBeUndefined();
    expect(callIn('+8675512345678', '2026-12-01')).toBeUndefined();
  });
});

describe('a call as the API is asked', () => {
  const call = { ...FIRST_CALL, called: '4001234567' };

  it('is on the clock of the company, with an input for each question and only what was said', () => {
    expect(bodyOf(call, 'Asia/Shanghai', ['8001'])).toEqual({
      hotline: '4001234567',
      caller: '13800138000',
      keys: [],
    });
    const asked = {
      ...call,
      as: 'vip',
      at: '2026-10-01 10:00',
      keys: '1, - 2#',
      agents: 'busy',
      switches: ['night'],
      stubs: [
        { url: ' https://crm.example/ ', status: 200, body: '{"tier":"gold"}' },
        { url: 'https://crm.example/', status: 204, body: '' },
      ],
    } as const;
    expect(bodyOf(asked, 'Asia/Shanghai', ['8001'])).toEqual({
      hotline: '4001234567',
      caller: '13800138000',
      as: 'vip',
      at: '2026-10-01T02:00:00.000Z',
      keys: ['1', '', '2#'],
      agents: { 8001: 'busy' },
      switches: ['night'],
      http: [
        { url: 'https://crm.example/', status: 200, body: { tier: 'gold' } },
        { url: 'https://crm.example/', status: 204 },
      ],
    });
  });

  it('says which field cannot be so', () => {
    expect(faultOf(call)).toBeUndefined();
    expect(faultOf({ ...call, at: '2026/10/1 9:05' })).toBeUndefined();
    expect(faultOf({ ...call, at: '10:00' })).toBe('at');
    expect(faultOf({ ...call, called: '40' })).toBe('called');
    expect(faultOf({ ...call, caller: '138x' })).toBe('caller');
    expect(faultOf({ ...call, at: '2026-02-30 10:00' })).toBe('at');
    expect(faultOf({ ...call, keys: '1 a' })).toBe('keys');
    expect(faultOf({ ...call, stubs: [{ url: 'https://x', status: 200, body: '{' }] })).toBe('stubs');
    expect(faultOf({ ...call, stubs: [{ url: '', status: 200, body: '' }] })).toBe('stubs');
  });
});

describe('two ways beside each other', () => {
  const way = (...steps: readonly string[]) =>
    steps.map((step) => ({ step, why: 'w', afterMs: 0, node: null }));
  it('differ at the first other step, at the end of the shorter one, or nowhere', () => {
    expect(differenceOf(way('a', 'b'), way('a', 'c'))).toBe(1);
    expect(differenceOf(way('a'), way('a', 'b'))).toBe(1);
    expect(differenceOf(way('a'), way('a'))).toBeUndefined();
  });
});
