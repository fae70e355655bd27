import { testHotline } from 'pbx400/testing';
import { describe, expect, it } from 'vitest';
import jeweller from './jeweller.ts';

describe('the jeweller', () => {
  it('greets before the answer and puts a buyer through', async () => {
    const test = await testHotline(jeweller, { phones: { 8001: { answersAfterMs: 4000, talkMs: 90_000 } } });
    const alice = await test.call();
    await alice.hears('jeweller-welcome');
    expect(alice.statuses).toEqual([183]);
    await alice.hears('jeweller-menu');
    await alice.presses('1');
    await alice.talksTo('8001');
    await alice.hears('survey-three-keys');
    await alice.presses('1');
    const cdr = await alice.ends();
    expect(cdr).toMatchObject({
      agent: '8001',
      surveyDigit: '1',
      cause: 'normal',
      area: '北京',
      carrier: '移动',
    });
    // The ringback is free: it was over before the answer.
    expect(cdr.answeredMs).toBeLessThan(cdr.durationMs - 3000);
    await test.close();
  });

  it('keeps the three-ring rule: after 15 s the next agent, then the promise to call back', async () => {
    const test = await testHotline(jeweller, { phones: { 8001: 'no-answer', 8002: 'no-answer' } });
    const alice = await test.call();
    await alice.hears('jeweller-menu');
    await alice.presses('1');
    await alice.hears('callback-promised');
    const cdr = await alice.ends();
    expect(cdr.callback).toEqual({ queue: 'jeweller-sales', number: '13800138000' });
    expect(alice.rung.slice(0, 2)).toMatchObject([
      { target: '8001', ringMs: 15_000 },
      { target: '8002', ringMs: 15_000 },
    ]);
    await test.close();
  });

  it('promises a callback when the shop is closed, also on its own days off', async () => {
    for (const at of ['2026-10-15T21:00+08:00', '2027-02-06T15:00+08:00', '2026-12-31T18:00+08:00']) {
      const test = await testHotline(jeweller, { at });
      const alice = await test.call();
      await alice.hears('jeweller-closed');
      expect((await alice.ends()).callback).toMatchObject({ queue: 'jeweller-sales' });
      await test.close();
    }
  });

  it('is open on National Day until 22:00', async () => {
    const test = await testHotline(jeweller, { at: '2026-10-01T21:59:30+08:00' });
    await (await test.call()).hears('jeweller-menu');
    await test.waits(30_000);
    await (await test.call('13800138001')).hears('jeweller-closed');
    await test.close();
  });

  it('lets a caller in five times in ten minutes, then says busy', async () => {
    const test = await testHotline(jeweller);
    for (let count = 0; count < 5; count++) await (await test.call()).hangsUp();
    const sixth = await test.call();
    expect(sixth.statuses).toEqual([486]);
    expect(sixth.path).toEqual([
      'blacklist → passed: the caller is not on it',
      'limit: more than 5 calls in 600 s',
    ]);
    await test.waits(600_000);
    await (await test.call()).hears('jeweller-menu');
    await test.close();
  });
});
