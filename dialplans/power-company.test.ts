import { testHotline } from 'pbx400/testing';
import { describe, expect, it } from 'vitest';
import power from './power-company.ts';

/** A mobile of Dongguan, and one of Beijing. */
const DONGGUAN = '13412345678';
const BEIJING = '13800138000';
const MIDNIGHT = '2026-10-15T00:00+08:00';

describe('the power company', () => {
  it('tells of a power cut first, to callers from the area only', async () => {
    const test = await testHotline(power, { at: MIDNIGHT });
    test.turn('outage');
    const there = await test.call(DONGGUAN);
    await there.hears('power-outage', 'power-menu');
    await there.hangsUp();
    const elsewhere = await test.call(BEIJING);
    await elsewhere.hears('power-menu');
    expect(elsewhere.heard).toEqual(['power-menu']);
    expect(elsewhere.path[0]).toBe('announce → silent: not for 北京');
    test.turn('outage', false);
    await (await test.call(DONGGUAN)).hears('power-menu');
    await test.close();
  });

  it('takes faults at midnight, ringing all engineers at once', async () => {
    const test = await testHotline(power, { at: MIDNIGHT, phones: { 8001: { answersAfterMs: 5000 } } });
    test.phone('8002', { answersAfterMs: 2000 });
    const alice = await test.call();
    await alice.hears('power-menu');
    await alice.presses('1');
    await alice.talksTo('8002');
    await alice.hangsUp();
    expect(alice.path).toContain('queue power-repair: 8001, 8002 by ring-all');
    await test.close();
  });

  it('helps a caller who finds no key', async () => {
    const test = await testHotline(power);
    const alice = await test.call();
    await alice.talksTo('8001');
    expect(alice.path).toContain('menu → otherwise: no valid key in 3 attempts');
    await alice.hangsUp();
    await test.close();
  });

  it('takes a message when nobody can answer', async () => {
    const test = await testHotline(power, { phones: { 8001: 'offline', 8002: 'offline' } });
    const alice = await test.call();
    await alice.hears('power-menu');
    await alice.presses('2');
    await alice.hears('voicemail-after-hours', 'beep');
    await alice.waits('20s');
    expect((await alice.hangsUp()).voicemail).toMatchObject({ box: 'after-hours' });
    await test.close();
  });
});
