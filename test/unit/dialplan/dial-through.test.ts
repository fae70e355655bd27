/** "Dial the extension, or 0 for the operator" (分机直拨). */
import { describe, expect, it } from 'vitest';
import { dialThrough, hangup, hotline, queue, voicemail } from '../../../src/dialplan/index.ts';
import { phoneNumbersOf } from '../../../src/dialplan/plan/phone-numbers.ts';
import type { DialOutcome } from '../../../src/dialplan/run/flow-call.ts';
import { testHotline } from '../../../src/testing/index.ts';
import { dialplanFixture } from '../../support/dialplan-fixture.ts';

const N = '4001234567';
const asks = (options = {}) =>
  dialplanFixture([
    hotline(N, {
      flow: dialThrough({
        ...{ prompt: 'main-menu', invalid: 'invalid-key', attempts: 2 },
        ...{ 0: hangup('busy'), otherwise: voicemail('box'), ...options },
      }),
    }),
  ]);
const outcome = (reason: 'served' | 'busy' | 'no-answer') => (): DialOutcome =>
  reason === 'served' ? { reason, target: '8001', by: 'target', talkMs: 1000 } : { reason };

describe('dialThrough', () => {
  it('rings the phone that was dialled, which serves the caller', async () => {
    const call = await asks().run({ keys: ['8001'], dial: outcome('served') });
    expect(call.did).toEqual(['answer', 'gather extension main-menu', 'dial 8001', 'hangup normal']);
    expect(call.steps[0]).toBe('dial-through 8001: the caller dialled the extension');
  });

  it('rings a group of phones', async () => {
    const call = await asks().run({ keys: ['600'] });
    expect(call.did).toContain('group 600');
  });

  it('says that nobody has the number, asks again, and goes on elsewhere at last', async () => {
    const call = await asks().run({ keys: ['8999', '777'] });
    expect(call.did).toEqual([
      ...['answer', 'gather extension main-menu', 'play invalid-key', 'gather extension main-menu'],
      'voicemail box',
      'hangup normal',
    ]);
    expect(call.steps).toContain("dial-through: 8999 is nobody's number (attempt 1 of 2)");
  });

  it('leads to the operator with 0', async () => {
    const call = await asks().run({ keys: ['0'] });
    expect(call.did.at(-1)).toBe('hangup busy');
  });

  it.each(['busy', 'noAnswer'] as const)('has a way of its own for %s, else the other', async (way) => {
    const dial = outcome(way === 'busy' ? 'busy' : 'no-answer');
    const own = await asks({ [way]: hangup('rejected') }).run({ keys: ['8001'], dial });
    expect(own.did.at(-1)).toBe('hangup rejected');
    const other = await asks().run({ keys: ['8001'], dial });
    expect(other.did).toContain('voicemail box');
  });
});

describe('on the engine', () => {
  it('a caller talks to the phone that he dials, and to the operator as soon as he has pressed 0', async () => {
    const plan = hotline(N, {
      flow: dialThrough({ prompt: 'main-menu', 0: queue('sales'), otherwise: hangup() }),
    });
    const test = await testHotline(plan, {
      config: 'dialplans/pbx400.yaml',
      phones: { 8001: { answersAfterMs: 100 } },
    });
    const alice = await test.call();
    await alice.hears('main-menu');
    await alice.presses('8001');
    await alice.talksTo('8001');
    expect((await alice.hangsUp()).keys).toMatchObject([{ purpose: 'extension', digits: '8001' }]);
    const bob = await test.call('13900139000');
    await bob.hears('main-menu');
    const pressed = test.now;
    await bob.presses('0');
    await bob.hears('queue-music');
    // Nobody waits for keys after it.
    expect(test.now - pressed).toBeLessThan(1_000);
    await bob.hangsUp();
    await test.close();
  });
});

describe('phone numbers', () => {
  const phones = phoneNumbersOf(new Set(['80', '8001', '8010', '9']), new Set(['600']));

  it('are told from groups, and from what nobody has', () => {
    expect(['8001', '600', '0', '800'].map((each) => phones.kindOf(each))).toEqual([
      ...['extension', 'group'],
      ...[undefined, undefined],
    ]);
    expect(phones.longest).toBe(4);
  });

  it.each([
    ['8', true],
    ['80', true],
    ['8001', false],
    ['9', false],
    ['6', true],
    ['0', false],
    ['99', false],
  ])('a longer one begins with %s: %s', (digits, begins) => {
    expect(phones.isBeginning(digits)).toBe(begins);
  });

  it('of a company without phones are none', () => {
    const none = phoneNumbersOf(new Set(), new Set());
    expect([none.longest, none.kindOf('0'), none.isBeginning('0')]).toEqual([0, undefined, false]);
  });
});
