import { testHotline } from 'pbx400/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hangup, hotline, menu, queue, survey, voicemail } from '../../../src/dialplan/index.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const plan = hotline('4001234567', {
  flow: menu({ prompt: 'main-menu', 1: queue('sales'), otherwise: queue('service') }),
  afterTalk: survey('three-keys'),
});

describe('the configuration of a test', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is the one that PBX400_CONFIG names, unless the test names one', async () => {
    vi.stubEnv('PBX400_CONFIG', 'dialplans/new/pbx400.yaml');
    await expect(testHotline(plan)).rejects.toThrow(/there is no survey 'three-keys'/);
    await (await testHotline(plan, { config: 'dialplans/pbx400.yaml' })).close();
  });

  it('is asked for by the names of the test kit when it is missing', async () => {
    await expect(testHotline(plan, { config: 'none.yaml' })).rejects.toThrow(
      /none\.yaml: the configuration file does not exist; .* testHotline\(hotline, { config: FILE }\), or in PBX400_CONFIG/,
    );
  });
});

describe('the test kit', () => {
  it('runs a call of ten minutes in a few turns of the clock', async () => {
    const test = await testHotline(plan, { phones: { 8001: { talkMs: 570_000 }, 8002: 'offline' } });
    const turns = vi.spyOn(ManualClock.prototype, 'settle');
    const alice = await test.call();
    await alice.hears('main-menu');
    await alice.presses('1');
    await alice.hears('survey-three-keys');
    await alice.presses('1');
    const cdr = await alice.ends();
    // Its time is that of what happens in it: a tick each second would be 600, one each packet 30,000.
    expect(turns.mock.calls.length).toBeLessThan(100);
    turns.mockRestore();
    expect(cdr).toMatchObject({ agent: '8001', surveyDigit: '1' });
    expect(cdr.durationMs).toBeGreaterThan(570_000);
    await test.close();
  });

  it('says what went otherwise when a test fails', async () => {
    const test = await testHotline(plan);
    const alice = await test.call();
    await expect(alice.hears('welcome')).rejects.toThrow(
      /^caller 13800138000 never heard 'welcome': the call ended \(normal\)\n {2}heard: main-menu, .*\n {2}path:\n {4}menu: no key/,
    );
    await expect(alice.presses('1')).rejects.toThrow('caller 13800138000 cannot press 1: the call ended');
    await test.close();
    await expect(testHotline(hotline('4001234567', { flow: queue('saels') }))).rejects.toThrow(
      /test-hotline\.test\.ts:\d+:\d+: there is no queue 'saels'.*did you mean 'sales'\?/,
    );
  });

  it('tells when a test ends with a call left open', async () => {
    const test = await testHotline(plan);
    const alice = await test.call();
    await alice.hears('main-menu');
    expect((await alice.hangsUp()).endedBy).toBe('caller');
    await expect(alice.hangsUp()).resolves.toMatchObject({ endedBy: 'caller' });
    await test.close();
  });
});

it('lets a caller leave the queue with a key, while he waits and while agents ring', async () => {
  const flow = queue('sales', { keys: { 9: voicemail('sales') }, otherwise: hangup('busy') });
  const test = await testHotline(hotline('4001234567', { flow }), {
    phones: { 8001: 'no-answer', 8002: 'busy' },
  });
  for (const waitMs of [2_000, 17_000]) {
    const alice = await test.call();
    await alice.waits(waitMs);
    await alice.presses('5');
    await alice.presses('9');
    await alice.hears('voicemail-greeting');
    expect(alice.path).toContain('queue sales → key 9: the caller left with key 9');
    expect((await alice.hangsUp()).keys).toMatchObject([{ purpose: 'queue sales', digits: '9' }]);
    await test.waits(60_000);
  }
  // Once somebody has answered, keys belong to the talk.
  test.phone('8001', { answersAfterMs: 1000, talkMs: 60_000 });
  const bob = await test.call();
  await bob.talksTo('8001');
  await bob.presses('9');
  expect((await bob.ends()).agent).toBe('8001');
  await test.close();
});
